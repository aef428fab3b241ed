"""Reads of sources."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import SourceKind
from hiring.queries.base import Body, Page, SyncQuery, listed, one


class SourcesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of sources."""

    kind: SourceKind | None = None
    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, source_id: UUID) -> Body:
    """One source. Raises: NotFound."""
    return one(await db.queries.sources.find(organization_id=actor.organization_id, source_id=source_id))


async def list_all(db: Database, actor: Actor, query: SourcesQuery) -> Page:
    """A page of sources. Raises: Invalid, where ids come with a filter."""
    statements = db.queries.sources
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen={"organization_id": actor.organization_id}, filters={"kind": query.kind, "status": query.status},
    )  # fmt: skip
