"""Openings: the seats of a job, each filled by one hire."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import openings as commands
from hiring.domain.jobs import OpeningStatus
from hiring.domain.vocabulary import ExternalId
from hiring.errors import ExternalIdTaken, FieldError, JobIsPool, StatusConflict
from hiring.handlers.jobs import Job
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed
from hiring.http.requests import changes
from hiring.http.shapes import Nothing, Request, Resource, page_of
from hiring.queries import openings as queries
from hiring.queries.openings import JobOpeningsQuery, OpeningsQuery

MAXIMUM_AT_ONCE = 100


class Opening(Resource, frozen=True, kw_only=True):
    """A seat of a job: one person to hire."""

    external_id: str | None
    """The id of the opening in another system, unique among the openings of the organization, or null."""
    job_id: UUID
    """The job that the opening belongs to."""
    status: OpeningStatus
    """`open` waits for a hire, `filled` has had it, `closed` was given up. `reserved` is not in use yet."""
    opened_on: date
    """The day on which the opening was added, in UTC. A hire that names no opening fills the oldest open one."""
    target_start_on: date | None
    """The day on which the person is to start, null where it is not known. The service does nothing with it."""
    close_reason_id: UUID | None
    """Why the opening was closed: a reason of kind `opening_close`. Null unless it is `closed`."""
    application_id: UUID | None
    """The application that was hired into the opening. Null unless it is `filled`, and for callers who do not see that
    application."""
    job: Job | UnsetType = UNSET
    """The job itself. Present only with `expand=job`."""


class NewOpenings(Request, frozen=True, kw_only=True):
    """Openings to add to a job, all alike."""

    count: Annotated[int, Meta(ge=1, le=MAXIMUM_AT_ONCE)] = 1
    """How many openings to add."""
    target_start_on: date | None = None
    external_id: ExternalId | None = None
    """The id of the opening in another system, unique among those of the organization; only with a `count` of 1."""

    def problems(self) -> Iterator[FieldError]:
        """An external id belongs to one opening only."""
        if self.external_id is not None and self.count > 1:
            yield FieldError("/external_id", "not_combinable", "An external id goes with one opening.")


class OpeningPatch(Request, frozen=True, kw_only=True):
    """A merge patch of an opening."""

    target_start_on: date | None | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET


class OpeningClosure(Request, frozen=True, kw_only=True):
    """Why an opening is closed."""

    reason_id: UUID
    """Why the opening is closed: an active reason of kind `opening_close`."""


class AddedOpenings(msgspec.Struct, frozen=True):
    """The openings that were added."""

    items: list[Opening]
    """The new openings, in the order of their ids."""


@operation(returns=page_of(Opening))
async def list_openings(request: Handler, query: OpeningsQuery) -> Reply:
    """List openings.

    Shows the openings of the jobs that the caller sees, in every status; none for a `job_id` of another job. The newest
    come first; with `updated_since`, they come in the order of their last change.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(returns=page_of(Opening))
async def list_job_openings(request: Handler, job_id: UUID, query: JobOpeningsQuery) -> Reply:
    """List a job's openings.

    Shows the openings of one job, in every status. A job that the caller does not see is not found (404). The newest
    come first; with `updated_since`, they come in the order of their last change.
    """
    return request.page(await queries.list_by_job(request.db, request.actor, query, job_id=job_id), query)


@operation(
    status=201, returns=AddedOpenings, refuses=(ExternalIdTaken, JobIsPool, StatusConflict),
    events={"opening.created": "for each opening"},
)  # fmt: skip
async def add_openings(request: Handler, job_id: UUID, body: NewOpenings) -> Reply:
    """Add openings.

    Adds openings, all of them `open`, to a job in any status except `archived`, but to no talent pool. The job
    stays as it is: a closed one is not reopened. All openings are added, or none; each has an event of its own.
    """
    added = await commands.add(
        request.db, request.actor, job_id=job_id, count=body.count, target_start_on=body.target_start_on,
        external_id=body.external_id,
    )  # fmt: skip
    return Reply(status=201, body=added.body, event_id=added.event_id)


@operation(returns=Opening, refuses=(ExternalIdTaken,), events=("opening.updated",))
async def change_opening(request: Handler, opening_id: UUID, body: OpeningPatch) -> Reply:
    """Change an opening.

    Changes the members that are sent, in every status of opening and job. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, opening_id=opening_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Opening, refuses=(StatusConflict,), events=("opening.closed",))
async def close_opening(request: Handler, opening_id: UUID, body: OpeningClosure) -> Reply:
    """Close an opening.

    Closes an opening that will not be filled. The job stays as it is, even without another open opening: only a hire
    that fills the last one closes it. Closing a closed one changes nothing, not even its reason. A filled one opens
    again only when its hire is taken back (`POST /applications/{application_id}/unhire`).
    """
    change = await commands.close(
        request.db, request.actor, opening_id=opening_id, reason_id=body.reason_id,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Opening, refuses=(StatusConflict,), events=("opening.reopened",))
async def reopen_opening(request: Handler, opening_id: UUID, body: Nothing) -> Reply:
    """Reopen an opening.

    Makes a closed opening open again and clears its reason, unless its job is archived; `opened_on` and the job stay as
    they are. Reopening an open one changes nothing. A filled one opens again only when its hire is taken back
    (`POST /applications/{application_id}/unhire`).
    """
    change = await commands.reopen(
        request.db, request.actor, opening_id=opening_id, expected_versions=request.expected_versions
    )
    return changed(change)
