"""Reads of offices."""

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


class OfficesQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of offices."""

    status: Literal["active", "archived"] | None = None
    """Only active or only archived offices; without it, both."""


async def find(db: Database, actor: Actor, *, office_id: UUID) -> Body:
    """One office. Raises: NotFound."""
    return one(await db.queries.offices.find(organization_id=actor.organization_id, office_id=office_id))


async def list_all(db: Database, actor: Actor, query: OfficesQuery) -> Page:
    """A page of offices. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.offices
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
    "offices_external_id_taken": by_filter("structure.read", list_all, OfficesQuery, "external_id"),
}
