"""Reads of offices."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, ExternalQuery, Page, Way, changed, chosen, listed, newest, one, single


class OfficesQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of offices."""

    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, office_id: UUID) -> Body:
    """One office. Raises: NotFound."""
    return one(await db.queries.offices.find(organization_id=actor.organization_id, office_id=office_id))


async def list_all(db: Database, actor: Actor, query: OfficesQuery) -> Page:
    """A page of offices. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.offices
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(single, statements.find_by_external_id, by=("external_id",), besides=("status",)),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("status",)),
        Way(newest, statements.list, besides=("status",)),
        seen={"organization_id": actor.organization_id},
    )
