"""Reads of the links to what vendors found about candidates."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries import candidates
from hiring.queries.base import ListQuery, Page, before, page_by_id


async def list_by_candidate(db: Database, actor: Actor, query: ListQuery, *, candidate_id: UUID) -> Page:
    """A page of what vendors found about a candidate, newest first. Raises: NotFound. Rules: L3."""
    await candidates.find(db, actor, candidate_id=candidate_id)
    rows = await db.queries.result_links.list_by_candidate(
        organization_id=actor.organization_id, candidate_id=candidate_id, **before(query)
    )
    return page_by_id(query, rows)
