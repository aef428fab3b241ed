"""Reads of API keys."""

from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import expand
from hiring.errors import NotFound
from hiring.queries.base import Page, SyncQuery, after, before, check_combination, page_by_change, page_by_id


async def find_permissions(db: Database, actor: Actor, *, api_key_id: UUID) -> dict[str, Scope]:
    """All that a key may do, also one that has ended. Raises: NotFound."""
    text = await db.queries.api_keys.find_permissions(organization_id=actor.organization_id, api_key_id=api_key_id)
    if text is None:
        raise NotFound
    return expand([], msgspec.json.decode(text))


async def list_all(db: Database, actor: Actor, query: SyncQuery) -> Page:
    """A page of keys, without their secrets, which nobody has. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.api_keys
    check_combination(query)
    if query.updated_since is not None:
        return page_by_change(
            query, await statements.list_updated_since(organization_id=actor.organization_id, **after(query))
        )
    return page_by_id(
        query, await statements.list(organization_id=actor.organization_id, **before(query), ids=query.ids)
    )
