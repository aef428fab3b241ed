"""Reads of sources."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import SourceKind
from hiring.queries.base import Body, Page, SyncQuery, Way, changed, chosen, listed, newest, one


class SourcesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of sources."""

    kind: SourceKind | None = None
    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, source_id: UUID) -> Body:
    """One source. Raises: NotFound."""
    return one(await db.queries.sources.find(organization_id=actor.organization_id, source_id=source_id))


async def find_by_name(db: Database, actor: Actor, *, name: str) -> Body:
    """The source that has a name. Raises: NotFound."""
    return one(await db.queries.sources.find_by_name(organization_id=actor.organization_id, name=name))


async def list_all(db: Database, actor: Actor, query: SourcesQuery) -> Page:
    """A page of sources. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.sources
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("kind", "status")),
        Way(newest, statements.list, besides=("kind", "status")),
        seen={"organization_id": actor.organization_id},
    )
