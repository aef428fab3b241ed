"""Reads of the tree of departments."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, ExternalQuery, Page, changed, chosen, newest, one


class DepartmentsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of departments."""

    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, department_id: UUID) -> Body:
    """One department. Raises: NotFound."""
    return one(await db.queries.departments.find(organization_id=actor.organization_id, department_id=department_id))


async def list_all(db: Database, actor: Actor, query: DepartmentsQuery) -> Page:
    """A page of departments."""
    tenant = {"organization_id": actor.organization_id}
    filters = tenant | {"external_id": query.external_id, "status": query.status}
    if query.ids is not None:
        return await chosen(query, db.queries.departments.list_by_ids, **tenant)
    if query.updated_since is not None:
        return await changed(query, db.queries.departments.list_updated_since, **filters)
    return await newest(query, db.queries.departments.list, **filters)
