"""Reads of custom fields."""

from typing import Literal, TypedDict
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.custom_fields import AppliesTo, CustomFilter, sought
from hiring.domain.findings import Unfit
from hiring.errors import FieldError, Invalid
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


class CustomFieldsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of custom fields."""

    applies_to: AppliesTo | None = None
    """Only the custom fields of candidates, of applications or of jobs."""
    status: Literal["active", "archived"] | None = None
    """Only active or only archived custom fields; without it, both."""


async def find(db: Database, actor: Actor, *, custom_field_id: UUID) -> Body:
    """One custom field. Raises: NotFound."""
    return one(
        await db.queries.custom_fields.find(organization_id=actor.organization_id, custom_field_id=custom_field_id)
    )


async def find_by_key(db: Database, actor: Actor, *, applies_to: str, key: str) -> Body:
    """The custom field of a kind of resource that has a key. Raises: NotFound."""
    return one(
        await db.queries.custom_fields.find_by_key(
            organization_id=actor.organization_id, applies_to=applies_to, key=key
        )
    )


async def list_all(db: Database, actor: Actor, query: CustomFieldsQuery) -> Page:
    """A page of custom fields. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.custom_fields
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **after(query), applies_to=query.applies_to, status=query.status
        )
        return page_by_change(query, changes)
    rows = await statements.list(
        organization_id=actor.organization_id, **before(query), ids=query.ids, applies_to=query.applies_to,
        status=query.status,
    )  # fmt: skip
    return page_by_id(query, rows)


class Sought(TypedDict):
    """The parameters of a list that is filtered by a custom field."""

    field_id: UUID
    value: str


async def sought_by(db: Database, actor: Actor, *, applies_to: AppliesTo, custom: CustomFilter) -> Sought:
    """The field and the value that a list is filtered by. Rules: S14.

    Raises: Invalid (no such field, a value that is none of its type, a second field).
    """
    (key, text), *others = custom.items()
    if others:
        detail = "A list is filtered by one custom field at a time."
        raise Invalid(errors=[FieldError(f"?custom.{others[0][0]}", "not_combinable", detail)])
    field = await db.queries.custom_fields.find_filter(
        organization_id=actor.organization_id, applies_to=applies_to, key=key
    )
    if field is None:
        detail = "There is no such custom field."
        raise Invalid(errors=[FieldError(f"?custom.{key}", "unknown_parameter", detail)])
    try:
        return Sought(field_id=field["id"], value=sought(field["type"], text))
    except Unfit as why:
        raise Invalid(errors=[FieldError(f"?custom.{key}", why.code, str(why))]) from None


HOLDERS = {"custom_fields_key_taken": by_key("structure.read", find_by_key)}
