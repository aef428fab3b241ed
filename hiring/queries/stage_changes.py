"""Reads of the history of applications."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.queries import applications
from hiring.queries.base import (
    HIGHEST_ID,
    IdsQuery,
    ListQuery,
    Page,
    Shown,
    before,
    check_combination,
    page,
    page_by_id,
)

PERMISSION = "applications.read"


class StageChangesQuery(IdsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of stage changes."""

    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 25
    """How many rows the page has at most."""
    application_id: UUID | None = None
    """Only what happened to this application. An application that the caller does not see gives an empty page."""


class Occurred(msgspec.Struct, frozen=True):
    """What a page reads of its last step."""

    occurred_at: datetime
    id: UUID


async def list_all(db: Database, actor: Actor, query: StageChangesQuery) -> Page:
    """A page of what happened to the applications that the actor sees, newest first.

    Raises: Invalid, for filters that do not go together.
    """
    check_combination(query)
    view = candidate_view(actor, PERMISSION)
    if view["sees_all_jobs"] or query.ids is not None or query.application_id is not None:
        rows = await db.queries.stage_changes.list(
            organization_id=actor.organization_id, **view, **before(query), ids=query.ids,
            application_id=query.application_id,
        )  # fmt: skip
    else:
        rows = await db.queries.stage_changes.list_by_team(
            organization_id=actor.organization_id, **view, **before(query)
        )
    return page_by_id(query, rows)


async def list_by_application(db: Database, actor: Actor, query: ListQuery, *, application_id: UUID) -> Page:
    """A page of what happened to an application, latest first. Raises: NotFound."""
    await applications.find(db, actor, application_id=application_id)
    behind: tuple[datetime | Literal["infinity"], UUID] = ("infinity", HIGHEST_ID)
    if query.cursor:
        behind = msgspec.json.decode(query.cursor, type=tuple[datetime, UUID])
    rows = await db.queries.stage_changes.list_by_application(
        organization_id=actor.organization_id, application_id=application_id, before_at=behind[0], before_id=behind[1],
        row_limit=query.limit + 1,
    )  # fmt: skip
    return page(rows, query.limit, occurred_at)


def occurred_at(row: Shown) -> str:
    """Where the page behind a row begins."""
    step = msgspec.json.decode(row["body"], type=Occurred)
    return msgspec.json.encode((step.occurred_at, step.id)).decode()
