"""Reads of offices."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, ExternalQuery, Page, listed, one


class OfficesQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of offices."""

    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, office_id: UUID) -> Body:
    """One office. Raises: NotFound."""
    return one(await db.queries.offices.find(organization_id=actor.organization_id, office_id=office_id))


async def list_all(db: Database, actor: Actor, query: OfficesQuery) -> Page:
    """A page of offices. Raises: Invalid, where ids come with a filter."""
    statements = db.queries.offices
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen={"organization_id": actor.organization_id},
        filters={"external_id": query.external_id, "status": query.status},
    )  # fmt: skip
