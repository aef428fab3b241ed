"""Reads of users."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.vocabulary import Email
from hiring.queries.base import Body, ExternalQuery, Page, Way, changed, chosen, listed, newest, one, single


class UsersQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of users."""

    email: Email | None = None
    status: Literal["invited", "active", "disabled"] | None = None


async def find(db: Database, actor: Actor, *, user_id: UUID | None) -> Body:
    """One user. Raises: NotFound."""
    return one(await db.queries.users.find(organization_id=actor.organization_id, user_id=user_id))


async def list_all(db: Database, actor: Actor, query: UsersQuery) -> Page:
    """A page of users. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.users
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(single, statements.find_by_external_id, by=("external_id",), besides=("email", "status")),
        Way(single, statements.find_by_email, by=("email",), besides=("status",)),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("status",)),
        Way(newest, statements.list, besides=("status",)),
        seen={"organization_id": actor.organization_id},
    )
