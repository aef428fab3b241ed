"""Reads of sources."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import SourceKind
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


class SourcesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of sources."""

    kind: SourceKind | None = None
    """Only sources of this kind."""
    status: Literal["active", "archived"] | None = None
    """Only active or only archived sources; without it, both."""


async def find(db: Database, actor: Actor, *, source_id: UUID) -> Body:
    """One source. Raises: NotFound."""
    return one(await db.queries.sources.find(organization_id=actor.organization_id, source_id=source_id))


async def find_by_name(db: Database, actor: Actor, *, name: str) -> Body:
    """The source that has a name. Raises: NotFound."""
    return one(await db.queries.sources.find_by_name(organization_id=actor.organization_id, name=name))


async def list_all(db: Database, actor: Actor, query: SourcesQuery) -> Page:
    """A page of sources. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.sources
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), kind=query.kind, status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, kind=query.kind, status=query.status
    )
    return page_by_id(query, rows)


HOLDERS = {"sources_name_taken": by_key("structure.read", find_by_name)}
