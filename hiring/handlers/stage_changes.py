"""Applications: their history, an entry for each thing that happened to one."""

from typing import Literal
from uuid import UUID

import msgspec

from hiring.domain.vocabulary import Instant
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.http.shapes import ActorReference, page_of
from hiring.queries import stage_changes as queries
from hiring.queries.base import ListQuery
from hiring.queries.stage_changes import StageChangesQuery


class StageChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry in the history of an application: one thing that happened to it."""

    id: UUID
    """The id of the entry, and of the event about the same change."""
    application_id: UUID
    """The application that it happened to."""
    change: Literal["submitted", "moved", "rejected", "withdrawn", "reopened", "hired", "unhired", "transferred"]
    """What happened. `moved` is also recorded when the stage was removed from the pipeline and the application went on
    to another. The application that a transfer begins has `submitted`, and the one that it ends `transferred`."""
    from_stage_id: UUID | None
    """The stage before; null in `submitted`, which begins the history. A rejection, withdrawal or
    transfer has the same stage before and after."""
    to_stage_id: UUID
    """The stage after it."""
    reason_id: UUID | None
    """The reason that was given for a rejection, a withdrawal or an unhire; null in every other entry."""
    note: str | None
    """Why, in the caller's own words; null where they wrote nothing. It is kept in the history of the application, and
    the candidate never sees it."""
    actor: ActorReference
    """Who did it. For an application through a board its `type` is `anonymous`."""
    occurred_at: Instant
    """When it happened in this system. The `applied_at` of an imported application may be earlier."""


@operation(returns=page_of(StageChange))
async def list_stage_changes(request: Handler, query: StageChangesQuery) -> Reply:
    """List the history of all applications.

    Lists what happened to the applications that the caller sees, newest `id` first, notes included. An `id` is made
    when a request begins: of two changes of one application at the same moment, the later one may have the lower `id`,
    but never the earlier `occurred_at`.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(returns=page_of(StageChange))
async def list_application_history(request: Handler, application_id: UUID, query: ListQuery) -> Reply:
    """List an application's history.

    Lists what happened to the application, latest first, to every caller who sees it, notes included. Each change of
    its stage or status adds one entry, and none is ever changed or removed.
    """
    page = await queries.list_by_application(request.db, request.actor, query, application_id=application_id)
    return request.page(page, query)
