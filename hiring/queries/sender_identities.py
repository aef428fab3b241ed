"""Reads of the names and addresses that an organization writes from."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import (
    Body,
    Page,
    SyncQuery,
    after,
    before,
    by_key,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)


class SenderIdentitiesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of sender identities."""

    status: Literal["active", "archived"] | None = None
    """Only active or only archived sender identities; without it, both."""


async def find(db: Database, actor: Actor, *, sender_identity_id: UUID) -> Body:
    """One sender identity. Raises: NotFound."""
    return one(
        await db.queries.sender_identities.find(
            organization_id=actor.organization_id, sender_identity_id=sender_identity_id
        )
    )


async def find_by_email(db: Database, actor: Actor, *, email: str) -> Body:
    """The active sender identity that has an address. Raises: NotFound."""
    return one(await db.queries.sender_identities.find_by_email(organization_id=actor.organization_id, email=email))


async def list_all(db: Database, actor: Actor, query: SenderIdentitiesQuery) -> Page:
    """A page of sender identities. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.sender_identities
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, status=query.status
    )
    return page_by_id(query, rows)


HOLDERS = {"sender_identities_email_taken": by_key("structure.read", find_by_email)}
