"""Reads of bulk operations and of what became of their items."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor, ActorType, Scope
from hiring.domain.bulk_operations import AUTOMATIC_PERMISSIONS, Action, BulkArguments, Outcome
from hiring.domain.events import Event
from hiring.domain.permissions import candidate_view, expand, held_on_behalf
from hiring.queries import permissions
from hiring.queries.base import (
    LOWEST_ID,
    Body,
    IdsQuery,
    ListQuery,
    Page,
    before,
    one,
    page_by_id,
    page_by_row,
)

PERMISSION = "applications.read"


class BulkItemsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the items of a bulk operation."""

    outcome: Outcome | None = None
    """Only items with this outcome."""


class Due(NamedTuple):
    """A bulk operation that an event lets go on."""

    id: UUID
    event_id: UUID
    action: Action
    arguments: BulkArguments
    is_dry_run: bool
    actor: Actor
    """Who requested it, with what they may do at this moment, or what an automatic one may do."""


class Requester(msgspec.Struct, frozen=True):
    """The actor who requested a bulk operation, as it keeps them."""

    type: ActorType
    id: UUID
    user_id: UUID
    on_behalf_of: UUID | None


async def find(db: Database, actor: Actor, *, bulk_operation_id: UUID) -> Body:
    """One bulk operation. Raises: NotFound."""
    return one(
        await db.queries.bulk_operations.find(
            organization_id=actor.organization_id,
            viewer_id=actor.user_id,
            is_user=actor.is_user,
            bulk_operation_id=bulk_operation_id,
        )
    )


async def list_all(db: Database, actor: Actor, query: IdsQuery) -> Page:
    """A page of the bulk operations that the actor sees."""
    rows = await db.queries.bulk_operations.list(
        organization_id=actor.organization_id, viewer_id=actor.user_id, is_user=actor.is_user, ids=query.ids,
        **before(query),
    )  # fmt: skip
    return page_by_id(query, rows)


async def list_items(db: Database, actor: Actor, query: BulkItemsQuery, *, bulk_operation_id: UUID) -> Page:
    """A page of the items of a bulk operation whose applications the actor sees. Raises: NotFound."""
    await find(db, actor, bulk_operation_id=bulk_operation_id)
    rows = await db.queries.bulk_operations.list_items(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), is_user=actor.is_user,
        bulk_operation_id=bulk_operation_id, outcome=query.outcome,
        after_id=UUID(query.cursor) if query.cursor else LOWEST_ID, row_limit=query.limit + 1,
    )  # fmt: skip
    return page_by_row(query, rows)


async def find_due(db: Database, event: Event) -> Due | None:
    """The bulk operation that an event lets go on; None where it has ended, or a later event lets it go on."""
    row = await db.queries.bulk_operations.find_due(
        organization_id=event.organization_id, bulk_operation_id=event.aggregate.id, due_event_id=event.id
    )
    if row is None:
        return None
    requester = msgspec.json.decode(row["requested_by"], type=Requester)
    held = (
        AUTOMATIC_PERMISSIONS if row["is_automatic"] else await find_permissions(db, event.organization_id, requester)
    )
    actor = Actor(
        type=requester.type, id=requester.id, user_id=requester.user_id, organization_id=event.organization_id,
        correlation_id=event.correlation_id, permissions=held, on_behalf_of=requester.on_behalf_of,
        causation_id=event.aggregate.id,
    )  # fmt: skip
    arguments = msgspec.json.decode(row["arguments"], type=BulkArguments)
    action: Action = msgspec.convert(row["action"], type=Action)
    return Due(event.aggregate.id, event.id, action, arguments, row["is_dry_run"], actor)


async def find_permissions(db: Database, organization_id: UUID, requester: Requester) -> Mapping[str, Scope]:
    """What the requester of a bulk operation may do now: nothing, where they are not active any more."""
    if requester.type == "user":
        return await permissions.find_held(db, organization_id=organization_id, user_id=requester.user_id) or {}
    key = await db.queries.api_keys.find_principal(organization_id=organization_id, api_key_id=requester.id)
    held = expand([], msgspec.json.decode(key["permissions"])) if key else {}
    if held and requester.on_behalf_of is not None:
        user = await permissions.find_held(db, organization_id=organization_id, user_id=requester.on_behalf_of)
        held = held_on_behalf(held, user or {})
    return held


async def list_due_items(db: Database, actor: Actor, *, bulk_operation_id: UUID, limit: int) -> list[UUID]:
    """The applications of the next items of a bulk operation, in the order in which they are done."""
    rows = await db.queries.bulk_operations.list_due_items(
        organization_id=actor.organization_id, bulk_operation_id=bulk_operation_id, row_limit=limit
    )
    return [row["id"] for row in rows]
