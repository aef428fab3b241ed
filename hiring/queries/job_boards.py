"""Reads of job boards, from the inside."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, ListQuery, Page, newest, one


async def find(db: Database, actor: Actor, *, job_board_id: UUID) -> Body:
    """One board. Raises: NotFound."""
    return one(await db.queries.job_boards.find(organization_id=actor.organization_id, job_board_id=job_board_id))


async def list_all(db: Database, actor: Actor, query: ListQuery) -> Page:
    """A page of boards."""
    return await newest(query, db.queries.job_boards.list, organization_id=actor.organization_id)
