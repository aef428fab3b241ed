"""Reads of tags."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import (
    Body,
    Page,
    SyncQuery,
    after,
    before,
    by_key,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)


class TagsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of tags."""

    status: Literal["active", "archived"] | None = None
    """Only active or only archived tags; without it, both."""


async def find(db: Database, actor: Actor, *, tag_id: UUID) -> Body:
    """One tag. Raises: NotFound."""
    return one(await db.queries.tags.find(organization_id=actor.organization_id, tag_id=tag_id))


async def find_by_name(db: Database, actor: Actor, *, name: str) -> Body:
    """The tag that has a name. Raises: NotFound."""
    return one(await db.queries.tags.find_by_name(organization_id=actor.organization_id, name=name))


async def list_all(db: Database, actor: Actor, query: TagsQuery) -> Page:
    """A page of tags. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.tags
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, status=query.status
    )
    return page_by_id(query, rows)


HOLDERS = {"tags_name_taken": by_key("structure.read", find_by_name)}
