"""`hiring sql explain`: the plan of a statement on a server, with what it cost."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NamedTuple, NoReturn

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from hiring.config import Address, Postgres, Role, load_settings
from hiring.connectors.postgres import Connection, Pool
from hiring.connectors.postgres_owner import failure
from hiring.errors import ApiError
from sqlproof.configuration import read_project
from sqlproof.explain.plans import difference, lines, path_of, read_plan
from sqlproof.explain.report import difference_lines, document, page
from sqlproof.explain.session import Asked, Explained, explain
from sqlproof.explain.values import Refused
from sqlproof.reading.statements import NoSuchStatement, Statement, find, pool_of

PROJECT = read_project(Path(__file__).resolve().parents[2] / "sql" / "rules.toml")
SESSION = "hiring sql explain"
DIFFERS, FAILED = 1, 2


class Server(NamedTuple):
    """Where a statement is explained, and as which role."""

    name: str
    address: Address
    role: Role


class ServiceSession:
    """A session of the service, as `sqlproof` is handed it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def rows(
        self, text: str, values: Mapping[str, Any] | None = None, *, timeout_ms: int | None = None
    ) -> Sequence[Sequence[Any]]:
        """The rows of the answer. Raises: Refused, because of an ApiError."""
        try:
            cursor = await self._connection.send(text, values, timeout_ms=timeout_ms)
        except ApiError as error:
            raise Refused(failure(error).sentence) from error
        found: Sequence[Sequence[Any]] = cursor.fetchall() if cursor.description else ()
        return found


class On(StrEnum):
    """A server."""

    PRIMARY = "primary"
    REPLICA = "replica"


def explain_statement(
    name: Annotated[str, typer.Argument(help="applications.list_by_stage, or the beginning of one name.")],
    *,
    value: Annotated[
        list[str] | None, typer.Option(metavar="NAME=TEXT", help="A value, as PostgreSQL reads it.")
    ] = None,
    on: Annotated[On | None, typer.Option(help="Where; a query on the replica, a command on the primary.")] = None,
    is_generic: Annotated[
        bool, typer.Option("--generic/--custom", help="The plan for all values, which the service uses, or for these.")
    ] = True,
    is_run: Annotated[bool, typer.Option("--analyze/--no-analyze", help="Run it; a command is rolled back.")] = True,
    compare: Annotated[bool, typer.Option("--compare", help="With the recorded plan; nothing is run.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Explain a statement with real values; exit status 1 when --compare finds another plan than the recorded one.

    Values that are not given are chosen: large organizations, jobs with many applications, first pages of 25, optional
    filters not given. A command runs in a transaction that is rolled back.
    """
    try:
        statement, locks = find(PROJECT, name)
    except NoSuchStatement as error:
        _stop(str(error))
    settings = load_settings().postgres
    server = _server(settings, statement, on)
    given = _given(statement, value or ())
    asked = Asked({}, is_run=False) if compare else Asked(given, is_generic=is_generic, is_run=is_run)
    explained = _explained(settings, statement, locks, server, asked)
    console = Console(highlight=False, soft_wrap=True)
    if compare:
        _compare(console, statement, explained, _title(statement, server, asked))
    elif as_json:
        typer.echo(msgspec.json.encode({"statement": statement.name, "server": server.name, **document(explained)}))
    else:
        console.print(_title(statement, server, asked), Text(), sep="\n")
        for line in page(explained, width=console.width):
            console.print(line)


def _server(settings: Postgres, statement: Statement, on: On | None) -> Server:
    """Where the service would send it, unless somebody says otherwise; without a replica that is the primary."""
    if on is On.REPLICA and not statement.is_query:
        _stop(f"{statement.name} is a command, and a replica takes none: explain it on the primary, where it is undone")
    if on is On.REPLICA and not settings.replicas:
        _stop("the settings name no replica")
    is_replica = statement.is_query and on is not On.PRIMARY and bool(settings.replicas)
    address = settings.replicas[0] if is_replica else settings.primary
    role: Role = getattr(settings.roles, pool_of(PROJECT, statement))
    return Server("replica" if is_replica else "primary", address, role)


def _given(statement: Statement, values: Sequence[str]) -> Mapping[str, str]:
    given = dict(value.partition("=")[::2] for value in values)
    for name in given:
        if name not in statement.parameters:
            _stop(f"{statement.name} has no parameter {name}; it has {', '.join(statement.parameters)}")
    return given


def _explained(
    settings: Postgres, statement: Statement, locks: Sequence[Statement], server: Server, asked: Asked
) -> Explained:
    async def explained() -> Explained:
        async with _session(settings, server, is_read_only=statement.is_query) as session:
            return await explain(ServiceSession(session), PROJECT, statement, locks, asked)

    try:
        return asyncio.run(explained())
    except (Refused, ApiError) as error:
        cause = error if isinstance(error, ApiError) else error.__cause__
        assert isinstance(cause, ApiError)  # a session raises Refused because of one
        told = failure(cause)
        reason = " ".join(told.sentence.split())
        advice = ": give values with --value, or see the plan alone with --no-analyze" if asked.is_run else ""
        _stop(f"{statement.name} on the {server.name}, as {server.role.user}: {reason}{told.sqlstate and advice}")


@asynccontextmanager
async def _session(settings: Postgres, server: Server, *, is_read_only: bool) -> AsyncIterator[Connection]:
    """A session as the service's pools open it, closed at the end."""
    pool = Pool(
        settings, name=SESSION, address=server.address, role=server.role, size=1, is_read_only=is_read_only
    )  # fmt: skip
    session = await pool.take()
    try:
        yield session
    finally:
        pool.close()


def _compare(console: Console, statement: Statement, explained: Explained, title: Text) -> None:
    place = path_of(PROJECT.sql, statement.name).relative_to(PROJECT.root)
    if (recorded := read_plan(PROJECT.sql, statement.name)) is None:
        _stop(f"{place} has no plan of {statement.name}: make sql-plans")
    changes = difference(recorded, [*lines(explained.plan)])
    if not changes:
        console.print(f"{statement.name}: the plan is the one in {place}")
        return
    console.print(title, f"- {place}", "+ this server, whose tables may have other sizes", Text(), sep="\n")
    for line in difference_lines(changes):
        console.print(line)
    raise typer.Exit(DIFFERS)


def _title(statement: Statement, server: Server, asked: Asked) -> Text:
    is_for_all = asked.is_generic and (not statement.is_planned_each_time or not asked.is_run)
    kind = "the plan for all values" if is_for_all else "the plan for these values"
    undone = ", rolled back" if asked.is_run and not statement.is_query else ""
    place = f"{server.name} {server.address.host}:{server.address.port} as {server.role.user}"
    return Text.assemble((statement.name, "bold"), f"\n{place}, {kind}{undone}")


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"hiring sql explain: {sentence}", err=True)
    raise typer.Exit(FAILED)
