"""Reads of board keys."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries import job_boards
from hiring.queries.base import Page, SyncQuery, after, before, check_combination, page_by_change, page_by_id


async def list_by_board(db: Database, actor: Actor, query: SyncQuery, *, job_board_id: UUID) -> Page:
    """A page of a board's keys, without their secrets.

    Raises: NotFound (board), Invalid, for filters that do not go together.
    """
    statements = db.queries.board_keys
    check_combination(query)
    await job_boards.find(db, actor, job_board_id=job_board_id)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, job_board_id=job_board_id, **after(query)
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, job_board_id=job_board_id, **before(query), ids=query.ids
    )
    return page_by_id(query, rows)
