"""Reads of users."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.vocabulary import Email
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


class UsersQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of users."""

    email: Email | None = None
    """Only the user with this address; letter case does not matter. Not with `ids` or `updated_since`."""
    status: Literal["invited", "active", "disabled"] | None = None
    """Only users with this status."""


async def find(db: Database, actor: Actor, *, user_id: UUID | None) -> Body:
    """One user. Raises: NotFound."""
    return one(await db.queries.users.find(organization_id=actor.organization_id, user_id=user_id))


async def list_all(db: Database, actor: Actor, query: UsersQuery) -> Page:
    """A page of users. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.users
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, external_id=query.external_id,
        email=query.email, status=query.status,
    )  # fmt: skip
    return page_by_id(query, rows)


HOLDERS = {
    "users_external_id_taken": by_filter("users.read", list_all, UsersQuery, "external_id"),
    "users_email_taken": by_filter("users.read", list_all, UsersQuery, "email"),
}
