"""Changes of the names and addresses that an organization writes from.

What each refuses, and in which order: `sql/commands/sender_identities.sql`.
"""

from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, stamp, written
from hiring.commands.sessions import email_hash
from hiring.commands.users import expiry
from hiring.config import Settings
from hiring.database import Database
from hiring.domain.actors import Actor, anonymous
from hiring.errors import LinkInvalid
from hiring.foundation.ids import new_id
from hiring.queries import sender_identities as queries
from hiring.services.tokens import mailed_token, token_hash


class SenderEmail(msgspec.Struct, frozen=True):
    """The address of a sender identity."""

    email: str


async def add(db: Database, actor: Actor, *, name: str, email: str) -> Written:
    """Adds a sender identity, whose address is not verified. Raises: Taken (email)."""
    return written(
        await db.commands.sender_identities.add(**stamp(actor), sender_identity_id=new_id(), name=name, email=email)
    )


async def update(
    db: Database, actor: Actor, *, sender_identity_id: UUID, changes: dict[str, Any],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.sender_identities.update(
            **stamp(actor), sender_identity_id=sender_identity_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(
    db: Database, actor: Actor, *, sender_identity_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Archives a sender identity; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.sender_identities.archive(
            **stamp(actor), sender_identity_id=sender_identity_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def mail_link(
    db: Database, actor: Actor, *, sender_identity_id: UUID, expected_versions: list[int] | None, settings: Settings
) -> Written:
    """Mails a link to the address, unless it is verified, got one just now, or too many today.

    Raises: NotFound, VersionMismatch, StatusConflict.
    """
    found = await queries.find(db, actor, sender_identity_id=sender_identity_id)
    email, link_id = msgspec.json.decode(found.text, type=SenderEmail).email, new_id()
    return done(
        await db.commands.sender_identities.mail_link(
            **stamp(actor), sender_identity_id=sender_identity_id, user_id=actor.user_id,
            email_hash=email_hash(f"sender {email}"),  # counted by themselves: they hold up no link of an account
            mailed_link_id=link_id, token_hash=token_hash(mailed_token(settings.tokens.secret, link_id)).hex(),
            link_expires_at=expiry(settings.tokens.mailed_ttl_s), mail_interval_s=settings.mails.link_interval_s,
            maximum_mail_count=settings.mails.links_per_day, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def verify(db: Database, *, token: str, correlation_id: UUID) -> Written:
    """Spends a link and the sender identity's others. Raises: LinkInvalid."""
    link = await db.queries.users.find_link(token_hash=token_hash(token).hex())
    if link is None:
        raise LinkInvalid
    somebody = anonymous(correlation_id, organization_id=link["organization_id"])
    return done(await db.commands.sender_identities.verify(**stamp(somebody), mailed_link_id=link["mailed_link_id"]))
