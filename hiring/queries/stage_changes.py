"""Reads of the history of applications."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries import applications
from hiring.queries.base import ListQuery, Page, before, page_by_id


async def list_by_application(db: Database, actor: Actor, query: ListQuery, *, application_id: UUID) -> Page:
    """A page of what happened to an application, newest first. Raises: NotFound."""
    await applications.find(db, actor, application_id=application_id)
    rows = await db.queries.stage_changes.list_by_application(
        organization_id=actor.organization_id, application_id=application_id, **before(query)
    )
    return page_by_id(query, rows)
