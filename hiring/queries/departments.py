"""Reads of departments."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import (
    Body,
    ExternalQuery,
    Page,
    after,
    before,
    by_filter,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)


class DepartmentsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of departments."""

    status: Literal["active", "archived"] | None = None
    """Only active or only archived departments; without it, both."""


async def find(db: Database, actor: Actor, *, department_id: UUID) -> Body:
    """One department. Raises: NotFound."""
    return one(await db.queries.departments.find(organization_id=actor.organization_id, department_id=department_id))


async def list_all(db: Database, actor: Actor, query: DepartmentsQuery) -> Page:
    """A page of departments. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.departments
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id,
        **before(query),
        ids=query.ids,
        external_id=query.external_id,
        status=query.status,
    )
    return page_by_id(query, rows)


HOLDERS = {
    "departments_external_id_taken": by_filter("structure.read", list_all, DepartmentsQuery, "external_id"),
}
