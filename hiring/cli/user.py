"""`hiring user`: makes the first administrator of an organization, or sets the password of a user who is locked out."""

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeVar
from uuid import UUID

import typer

from hiring.commands import organizations, sessions, users
from hiring.commands.sessions import Device, email_hash
from hiring.config import Settings, load_settings
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.vocabulary import Email, ShortText, Text
from hiring.errors import Invalid
from hiring.foundation.ids import new_id
from hiring.services.passwords import MAXIMUM_CHARACTERS, Passwords

FAILED = 1
DEVICE = Device(user_agent="hiring user", remote_address="127.0.0.1")

T = TypeVar("T")
app = typer.Typer()

Address = Annotated[str, typer.Argument(metavar="EMAIL", help="The e-mail address that they log in with.")]


@dataclass(frozen=True, slots=True)
class Tools:
    """What the commands work with."""

    settings: Settings
    db: Database
    passwords: Passwords


@app.command()
def create_administrator(
    email: Address,
    organization: Annotated[str, typer.Option(help="The new organization's name.")],
    first_name: Annotated[str, typer.Option(help="The administrator's.")],
    last_name: Annotated[str | None, typer.Option(help="The administrator's.")] = None,
) -> None:
    """Found an organization with its first administrator, also where registration is closed; asks for the password."""
    names = {"organization_name": organization, "first_name": first_name, "last_name": last_name}
    values = {name: value if value is None else _right(ShortText, value) for name, value in names.items()}
    address, settings = _right(Email, email), load_settings()
    founded = _run(_found(settings, email=address, password=_asked_password(), names=values))
    typer.echo(f"organization {founded.grant.organization_id}: {address} is its administrator")


@app.command()
def reset_password(
    email: Address,
    organization: Annotated[str | None, typer.Option(help="The slug, where the address has several accounts.")] = None,
) -> None:
    """Set a member's password without a mailed link, and end all their sessions; asks for the password."""
    address, settings = _right(Email, email), load_settings()
    ended_count = _run(_reset(settings, email=address, organization=organization, password=_asked_password()))
    typer.echo(f"{address} has a new password; sessions ended: {ended_count}")


async def _found(settings: Settings, *, email: str, password: str, names: Mapping[str, Any]) -> organizations.Founded:
    async with _opened(settings) as tools:
        password_hash = await tools.passwords.hash(password)
        founded = await organizations.register(
            tools.db, secret=settings.tokens.secret, ttl_s=settings.tokens.refresh_ttl_s, email=email,
            password_hash=password_hash, device=DEVICE, correlation_id=new_id(), is_confirmed=True, **names,
        )  # fmt: skip
        grant = founded.grant
        # registering over the API also logs in; on the command line nobody takes the tokens
        actor = _operator(organization_id=grant.organization_id, user_id=grant.user_id)
        await sessions.end(tools.db, actor, session_id=grant.session_id, reason="logout")
        return founded


async def _reset(settings: Settings, *, email: str, organization: str | None, password: str) -> int:
    async with _opened(settings) as tools:
        organization_id, user_id = await _account(tools.db, email, organization)
        password_hash = await tools.passwords.hash(password)
        actor = _operator(organization_id=organization_id, user_id=user_id)
        changed = await users.change_password(tools.db, actor, password_hash=password_hash)
        return changed.ended_session_count


async def _account(db: Database, email: str, organization: str | None) -> tuple[UUID, UUID]:
    """The one active account of an address, as (organization, user)."""
    queries = db.queries.sessions
    accounts = await queries.find_accounts(email_hash=email_hash(email), organization=organization)
    active = [account for account in accounts if await queries.find_password(**account) is not None]
    if not active:
        _stop(f"{email} has no active account" + ("" if organization is None else f" in {organization}"))
    if len(active) > 1:
        _stop(f"{email} has {len(active)} accounts: choose with --organization")
    [account] = active
    return UUID(str(account["organization_id"])), UUID(str(account["user_id"]))


def _operator(*, organization_id: UUID, user_id: UUID) -> Actor:
    """Who is at the command line, as events tell it: the system, on behalf of the account; its session is none."""
    return Actor(
        type="system", id=None, user_id=user_id, organization_id=organization_id, correlation_id=new_id(),
        session_id=UUID(int=0),
    )  # fmt: skip


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Tools]:
    async with AsyncExitStack() as stack:
        db = await Database.open(settings, role="command")
        stack.push_async_callback(db.close)
        passwords = Passwords(settings.passwords)
        stack.callback(passwords.close)
        yield Tools(settings, db, passwords)


def _asked_password() -> str:
    """A password typed twice, or the first line of a standard input that is no terminal; never an argument."""
    if not sys.stdin.isatty():
        return sys.stdin.readline(MAXIMUM_CHARACTERS + 2).removesuffix("\n")
    password = getpass.getpass("New password: ")
    if getpass.getpass("Again: ") != password:
        _stop("the passwords differ")
    return password


def _right(kind: type[Text], text: str) -> str:
    try:
        return kind.parse(text)
    except ValueError as error:
        _stop(f"{text!r}: {error}")


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except Invalid as error:
        _stop(" ".join(each.detail for each in error.errors))


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"hiring user: {sentence}", err=True)
    raise typer.Exit(FAILED)
