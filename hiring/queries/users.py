"""Reads of users."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, ExternalQuery, Page, listed, one


class UsersQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of users."""

    email: str | None = None
    status: Literal["invited", "active", "disabled"] | None = None


async def find(db: Database, actor: Actor, *, user_id: UUID | None) -> Body:
    """One user. Raises: NotFound."""
    return one(await db.queries.users.find(organization_id=actor.organization_id, user_id=user_id))


async def list_all(db: Database, actor: Actor, query: UsersQuery) -> Page:
    """A page of users. Raises: Invalid, where ids come with a filter."""
    statements = db.queries.users
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen={"organization_id": actor.organization_id},
        filters={"external_id": query.external_id, "email": query.email, "status": query.status},
    )  # fmt: skip
