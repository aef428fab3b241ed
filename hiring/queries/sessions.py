"""Reads of sessions."""

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import ListQuery, Page, before, page_by_id


async def list_own(db: Database, actor: Actor, query: ListQuery) -> Page:
    """A page of the caller's living sessions."""
    rows = await db.queries.sessions.list(organization_id=actor.organization_id, user_id=actor.user_id, **before(query))
    return page_by_id(query, rows)
