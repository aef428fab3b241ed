"""Reads of reasons."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import ReasonKind
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


class ReasonsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of reasons."""

    kind: ReasonKind | None = None
    """Only reasons of this kind."""
    status: Literal["active", "archived"] | None = None
    """Only active or only archived reasons; without it, both."""


async def find(db: Database, actor: Actor, *, reason_id: UUID) -> Body:
    """One reason. Raises: NotFound."""
    return one(await db.queries.reasons.find(organization_id=actor.organization_id, reason_id=reason_id))


async def find_by_name(db: Database, actor: Actor, *, kind: str, name: str) -> Body:
    """The reason of a kind that has a name. Raises: NotFound."""
    return one(await db.queries.reasons.find_by_name(organization_id=actor.organization_id, kind=kind, name=name))


async def list_all(db: Database, actor: Actor, query: ReasonsQuery) -> Page:
    """A page of reasons. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.reasons
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), kind=query.kind, status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, kind=query.kind, status=query.status
    )
    return page_by_id(query, rows)


HOLDERS = {"reasons_name_taken": by_key("structure.read", find_by_name)}
