"""Reads of job boards, from the inside."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import NotFound
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
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(organization_id=actor.organization_id, **after(query))
        return page_by_change(query, changes)
    return page_by_id(
        query, await statements.list(organization_id=actor.organization_id, **before(query), ids=query.ids)
    )


HOLDERS = {"board_directory_slug_taken": by_key("structure.read", find_by_slug)}
