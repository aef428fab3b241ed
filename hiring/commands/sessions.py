"""Logins: how a session begins, goes on and ends. What each refuses: `sql/commands/sessions.sql`."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import Stamp, done, judged, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import CredentialsWrong, NotFound, OrganizationRequired, TokenInvalid
from hiring.foundation.ids import new_id
from hiring.services.passwords import Passwords
from hiring.services.tokens import refresh_token, token_hash

MAXIMUM_ACCOUNTS = 20
"""Organizations of one e-mail address among which a login looks, and to which a request for a new password goes."""
MAXIMUM_HASHES = 5
"""Passwords that a login compares. It is one try however many they are: limits must not tell who has accounts."""


class Device(msgspec.Struct, frozen=True):
    """Where a session was started, as the client says."""

    user_agent: str | None
    remote_address: str


class Account(msgspec.Struct, frozen=True):
    """A user whose password was verified, and the hash that it was verified against."""

    organization_id: UUID
    user_id: UUID
    password_hash: str


class Grant(msgspec.Struct, frozen=True):
    """A session of a user and the refresh token that is valid for it."""

    organization_id: UUID
    user_id: UUID
    session_id: UUID
    refresh_token: str
    event_id: UUID | None


def email_hash(email: str) -> str:
    """How the login directory spells an e-mail address: hexadecimal SHA-256 of the lower-cased text."""
    return hashlib.sha256(email.lower().encode()).hexdigest()


async def find_account(
    db: Database, passwords: Passwords, *, email: str, password: str, organization: str | None
) -> Account:
    """The account whose password this is, of the first five that have one unless their organization is named.

    Costs one hash even where there is no account or none with a password yet, so that time tells nothing.
    Raises: CredentialsWrong, OrganizationRequired (after a correct password that fits more than one).
    """
    queries = db.queries.sessions
    accounts = await queries.find_accounts(email_hash=email_hash(email), organization=organization)
    fitting: list[Account] = []
    hash_count = 0
    for account in accounts[:MAXIMUM_ACCOUNTS]:
        if hash_count == MAXIMUM_HASHES or len(fitting) > 1:
            break
        if (kept := await queries.find_password(**account)) is None:
            continue
        hash_count += 1
        if await passwords.verify(kept, password):
            fitting.append(Account(account["organization_id"], account["user_id"], kept))
    if not hash_count:
        await passwords.verify_nothing()
    if not fitting:
        raise CredentialsWrong
    if len(fitting) > 1:
        raise OrganizationRequired
    return fitting[0]


async def start(
    db: Database, *, secret: str, ttl_s: int, account: Account, device: Device, correlation_id: UUID
) -> Grant:
    """Starts a session. Raises: CredentialsWrong when the user is not active any more, or the password is another."""
    session_id = new_id()
    token = refresh_token(secret, session_id, 1)
    row = await db.commands.sessions.start(
        **own_stamp(organization_id=account.organization_id, user_id=account.user_id, correlation_id=correlation_id),
        session_id=session_id,
        user_id=account.user_id,
        seen_password_hash=account.password_hash,
        refresh_hash=token_hash(token).hex(),
        expires_at=datetime.now(UTC) + timedelta(seconds=ttl_s),
        user_agent=device.user_agent,
        remote_address=device.remote_address,
    )
    return Grant(account.organization_id, account.user_id, session_id, token, done(row).event_id)


async def rotate(db: Database, *, secret: str, grace_s: int, token: str) -> Grant:
    """Exchanges a refresh token for its successor; a spent one outside the grace ends its session.

    Source of the rule: OAuth 2.0 Security Best Current Practice (RFC 9700), section 4.14.2.
    Raises: TokenInvalid, SessionEnded, RefreshReused (the session has been ended).
    """
    spent = await db.queries.sessions.find_by_refresh_token(token_hash=token_hash(token).hex())
    if spent is None:
        raise TokenInvalid("This is not a refresh token of this service.")
    session_id, successor_generation = spent["session_id"], spent["generation"] + 1
    successor = refresh_token(secret, session_id, successor_generation)
    row = judged(
        await db.commands.sessions.rotate(
            organization_id=spent["organization_id"], session_id=session_id,
            presented_generation=spent["generation"], successor_hash=token_hash(successor).hex(), grace_s=grace_s,
        )
    )  # fmt: skip
    assert row["user_id"] is not None
    return Grant(spent["organization_id"], row["user_id"], session_id, successor, None)


async def end(db: Database, actor: Actor, *, session_id: UUID, reason: str) -> UUID | None:
    """Ends one of the caller's own sessions; may be repeated. Returns the event's id, None if it had ended before.

    Raises: NotFound.
    """
    row = await db.commands.sessions.end(
        **stamp(actor), session_id=session_id, user_id=actor.user_id, revoke_reason=reason
    )
    if row is None:
        raise NotFound
    return row["event_id"]


def own_stamp(*, organization_id: UUID, user_id: UUID, correlation_id: UUID) -> Stamp:
    """The stamp of what a user does before there is an actor: founding an organization, logging in."""
    actor: dict[str, Any] = {"type": "user", "id": str(user_id), "user_id": str(user_id), "on_behalf_of": None}
    return Stamp(organization_id=organization_id, event_id=new_id(), actor=actor, correlation_id=correlation_id)
