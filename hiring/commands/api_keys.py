"""Changes of API keys: secrets of service users. What each refuses, and in which order: `sql/commands/api_keys.sql`."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hiring.commands.base import Written, done, json_text, stamp
from hiring.database import Database
from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import expand, require_grantable
from hiring.errors import NotFound
from hiring.foundation.ids import new_id
from hiring.queries import api_keys as queries
from hiring.services.tokens import new_api_key, shown_part, token_hash

OVERLAP_HOURS = 24
"""How long a key works beside its successor."""


class NewKey(NamedTuple):
    """A key, and its secret, which nobody can read again."""

    written: Written
    secret: str


async def add(
    db: Database, actor: Actor, *, user_id: UUID, name: str, permissions: Mapping[str, Scope],
    expires_at: datetime | None,
) -> NewKey:  # fmt: skip
    """Adds a key to a service user. Raises: Forbidden (more than the actor holds), Invalid (no such service user)."""
    held = expand([], permissions)
    require_grantable(actor, held)
    secret = new_api_key()
    row = await db.commands.api_keys.add(
        **stamp(actor), api_key_id=new_id(), user_id=user_id, name=name, prefix=shown_part(secret),
        key_hash=token_hash(secret).hex(), permissions=json_text(held), expires_at=expires_at,
    )  # fmt: skip
    return NewKey(done(row), secret)


async def revoke(db: Database, actor: Actor, *, api_key_id: UUID) -> UUID | None:
    """Ends a key; may be repeated. Returns the event's id, None if the key was revoked before. Raises: NotFound."""
    row = await db.commands.api_keys.revoke(**stamp(actor), api_key_id=api_key_id)
    if row is None:
        raise NotFound
    return row["event_id"]


async def rotate(db: Database, actor: Actor, *, api_key_id: UUID) -> NewKey:
    """Gives a key a successor, whose secret the actor learns; the old one works for 24 more hours.

    Raises: NotFound, Forbidden (it may do more than the actor), StatusConflict (it has ended, or has a successor).
    """
    require_grantable(actor, await queries.find_permissions(db, actor, api_key_id=api_key_id))
    secret = new_api_key()
    row = await db.commands.api_keys.rotate(
        **stamp(actor), api_key_id=api_key_id, successor_id=new_id(), prefix=shown_part(secret),
        key_hash=token_hash(secret).hex(), overlap_hours=OVERLAP_HOURS,
    )  # fmt: skip
    return NewKey(done(row), secret)
