"""Reads of API keys."""

from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import expand
from hiring.errors import NotFound
from hiring.queries.base import ListQuery, Page, newest


async def find_permissions(db: Database, actor: Actor, *, api_key_id: UUID) -> dict[str, Scope]:
    """All that a key may do, also one that has ended. Raises: NotFound."""
    text = await db.queries.api_keys.find_permissions(organization_id=actor.organization_id, api_key_id=api_key_id)
    if text is None:
        raise NotFound
    return expand([], msgspec.json.decode(text))


async def list_all(db: Database, actor: Actor, query: ListQuery) -> Page:
    """A page of keys, without their secrets, which nobody has."""
    return await newest(query, db.queries.api_keys.list, organization_id=actor.organization_id)
