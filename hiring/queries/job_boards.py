"""Reads of job boards, from the inside."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import NotFound
from hiring.queries.base import Body, Page, SyncQuery, Way, changed, chosen, listed, newest, one


async def find(db: Database, actor: Actor, *, job_board_id: UUID) -> Body:
    """One board. Raises: NotFound."""
    return one(await db.queries.job_boards.find(organization_id=actor.organization_id, job_board_id=job_board_id))


async def find_by_slug(db: Database, actor: Actor, *, slug: str) -> Body:
    """The organization's own board that has a slug. Raises: NotFound, also where the slug is another's."""
    key = await db.queries.job_boards.find_by_slug(slug=slug)
    if key is None:
        raise NotFound
    return await find(db, actor, job_board_id=key["job_board_id"])


async def list_all(db: Database, actor: Actor, query: SyncQuery) -> Page:
    """A page of boards. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.job_boards
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(changed, statements.list_updated_since, by=("updated_since",)),
        Way(newest, statements.list),
        seen={"organization_id": actor.organization_id},
    )
