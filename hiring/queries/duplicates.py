"""Reads of candidates who may be one person, or were made one."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.errors import NotFound
from hiring.queries import candidates
from hiring.queries.base import ListQuery, Page, before, page_by_row

PERMISSION = "candidates.read"


async def list_by_candidate(db: Database, actor: Actor, query: ListQuery, *, candidate_id: UUID) -> Page:
    """A page of the active candidates that share an address with one. Raises: NotFound. Rules: D1."""
    await candidates.find(db, actor, candidate_id=candidate_id)
    rows = await db.queries.duplicates.list_by_candidate(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
        **before(query),
    )  # fmt: skip
    return page_by_row(query, rows)


async def find_survivor(db: Database, actor: Actor, permission: str, *, candidate_id: UUID) -> UUID:
    """The candidate that a merged one is part of now. Raises: NotFound, where the actor sees none."""
    survivor_id = await db.queries.duplicates.find_survivor(
        organization_id=actor.organization_id, **candidate_view(actor, permission), candidate_id=candidate_id
    )
    if survivor_id is None:
        raise NotFound
    return survivor_id
