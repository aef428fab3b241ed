"""Reads of departments."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, ExternalQuery, Page, listed, one


class DepartmentsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of departments."""

    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, department_id: UUID) -> Body:
    """One department. Raises: NotFound."""
    return one(await db.queries.departments.find(organization_id=actor.organization_id, department_id=department_id))


async def list_all(db: Database, actor: Actor, query: DepartmentsQuery) -> Page:
    """A page of departments. Raises: Invalid, where ids come with a filter."""
    statements = db.queries.departments
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen={"organization_id": actor.organization_id},
        filters={"external_id": query.external_id, "status": query.status},
    )  # fmt: skip
