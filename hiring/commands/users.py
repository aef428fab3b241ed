"""Changes of users: invitations, passwords, being enabled and disabled.

What each refuses, and in which order: `sql/commands/users.sql`.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, judged, stamp, written
from hiring.commands.sessions import MAXIMUM_ACCOUNTS, email_hash, own_stamp
from hiring.config import Mails
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.people import display_name
from hiring.errors import LinkInvalid
from hiring.foundation.ids import new_id
from hiring.services.tokens import mailed_token, token_hash

if TYPE_CHECKING:
    from hiring.statements import QueriesUsersFindLinkRow


class PasswordChanged(msgspec.Struct, frozen=True):
    """The event of a new password, and how many sessions ended with it."""

    event_id: UUID
    ended_session_count: int


async def add_service(db: Database, actor: Actor, *, first_name: str, external_id: str | None) -> Written:
    """Adds a service user. Raises: Taken (external_id)."""
    return written(
        await db.commands.users.add_service(
            **stamp(actor), user_id=new_id(), first_name=first_name, name=first_name, external_id=external_id
        )
    )


async def invite(
    db: Database, actor: Actor, *, secret: str, ttl_s: int, email: str, first_name: str, middle_name: str | None,
    last_name: str | None, language: str | None, time_zone: str | None, external_id: str | None, mails: Mails,
) -> Written:  # fmt: skip
    """Adds a member and mails the invitation, unless the address got too many from unconfirmed organizations.

    Raises: Taken (email, external_id).
    """
    link_id = new_id()
    row = await db.commands.users.invite(
        **stamp(actor), user_id=new_id(), email=email, email_hash=email_hash(email), first_name=first_name,
        middle_name=middle_name, last_name=last_name, name=display_name(first_name, middle_name, last_name),
        language=language, time_zone=time_zone, external_id=external_id, mailed_link_id=link_id,
        token_hash=token_hash(mailed_token(secret, link_id)).hex(), link_expires_at=expiry(ttl_s), message_id=new_id(),
        maximum_mail_count=mails.links_per_day,
    )  # fmt: skip
    assert row is not None  # the actor's organization is there
    return written(row)


async def accept_invitation(db: Database, *, token: str, password_hash: str, correlation_id: UUID) -> Written:
    """Spends an invitation and the user's others. Raises: LinkInvalid."""
    link, user_id = await find_link(db, token)
    row = await db.commands.users.accept_invitation(
        **own_stamp(organization_id=link["organization_id"], user_id=user_id, correlation_id=correlation_id),
        user_id=user_id, mailed_link_id=link["mailed_link_id"], password_hash=password_hash,
    )  # fmt: skip
    return done(row)


async def request_reset(
    db: Database, *, secret: str, ttl_s: int, email: str, correlation_id: UUID, mails: Mails
) -> None:  # fmt: skip
    """Mails each account of the address a link to set a new password, or its invitation again where that was not taken.

    Says nothing of whether there is one, nor whether it got such a mail just now and gets none.
    """
    address = email_hash(email)
    accounts = await db.queries.sessions.find_accounts(email_hash=address, organization=None)
    for account in accounts[:MAXIMUM_ACCOUNTS]:
        link_id = new_id()
        await db.commands.users.request_reset(
            **own_stamp(**account, correlation_id=correlation_id), user_id=account["user_id"], email_hash=address,
            mailed_link_id=link_id, token_hash=token_hash(mailed_token(secret, link_id)).hex(),
            link_expires_at=expiry(ttl_s), mail_interval_s=mails.link_interval_s,
            maximum_mail_count=mails.links_per_day, fixed_sender_name=mails.fixed_sender_name,
            is_confirmation_required=mails.confirms_registration,
        )  # fmt: skip


async def reset_password(db: Database, *, token: str, password_hash: str, correlation_id: UUID) -> UUID:
    """Spends a reset link and the user's others; every session of the user ends. Returns the event's id.

    Raises: LinkInvalid.
    """
    link, user_id = await find_link(db, token)
    row = judged(
        await db.commands.users.reset_password(
            **own_stamp(organization_id=link["organization_id"], user_id=user_id, correlation_id=correlation_id),
            user_id=user_id, mailed_link_id=link["mailed_link_id"], password_hash=password_hash,
        )
    )  # fmt: skip
    assert row["event_id"] is not None
    return row["event_id"]


async def change_password(
    db: Database, actor: Actor, *, password_hash: str, seen_password_hash: str | None = None
) -> PasswordChanged:
    """Gives the caller a new password; every other session ends, and reset links are spent.

    `seen_password_hash`: what the current password was verified against, None where nobody was asked for it.
    Raises: CredentialsWrong when the password is another by now.
    """
    row = judged(
        await db.commands.users.change_password(
            **stamp(actor), user_id=actor.user_id, session_id=actor.session_id,
            seen_password_hash=seen_password_hash, password_hash=password_hash,
        )
    )  # fmt: skip
    assert row["event_id"] is not None
    return PasswordChanged(row["event_id"], row["ended_session_count"])


async def update(
    db: Database, actor: Actor, *, user_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch. Raises: NotFound, VersionMismatch, Taken (external_id)."""
    return done(
        await db.commands.users.update(
            **stamp(actor), user_id=user_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def disable(db: Database, actor: Actor, *, user_id: UUID, expected_versions: list[int] | None) -> Written:
    """Disables a user; sessions end. Locks the organization. Raises: NotFound, VersionMismatch, LastAdministrator."""
    return done(
        await db.commands.users.disable(**stamp(actor), user_id=user_id, expected_versions=expected_versions),
        may_change_nothing=True,
    )


async def enable(db: Database, actor: Actor, *, user_id: UUID, expected_versions: list[int] | None) -> Written:
    """Enables a disabled user. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.users.enable(**stamp(actor), user_id=user_id, expected_versions=expected_versions),
        may_change_nothing=True,
    )


async def find_link(db: Database, token: str) -> tuple["QueriesUsersFindLinkRow", UUID]:
    """The link of a mailed token and whom it was sent to. Raises: LinkInvalid."""
    queries = db.queries.users
    link = await queries.find_link(token_hash=token_hash(token).hex())
    user_id = link and await queries.find_user_of_link(**link)
    if link is None or user_id is None:
        raise LinkInvalid
    return link, user_id


def expiry(ttl_s: int) -> datetime:
    """The moment that is so many seconds away."""
    return datetime.now(UTC) + timedelta(seconds=ttl_s)
