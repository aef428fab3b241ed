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
from hiring.errors import FieldError, StatusConflict
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
    """A seat of a job."""

    external_id: str | None
    job_id: UUID
    status: OpeningStatus
    opened_on: date
    target_start_on: date | None
    close_reason_id: UUID | None
    application_id: UUID | None
    job: Job | UnsetType = UNSET


class NewOpenings(Request, frozen=True, kw_only=True):
    """How many openings; an id of another system goes with one only."""

    count: Annotated[int, Meta(ge=1, le=MAXIMUM_AT_ONCE)] = 1
    target_start_on: date | None = None
    external_id: ExternalId | None = None

    def problems(self) -> Iterator[FieldError]:
        """An external id is one opening's."""
        if self.external_id is not None and self.count > 1:
            yield FieldError("/external_id", "not_combinable", "An external id goes with one opening.")


class OpeningPatch(Request, frozen=True, kw_only=True):
    """A merge patch of an opening."""

    target_start_on: date | None | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET


class OpeningEnd(Request, frozen=True, kw_only=True):
    """Why an opening is closed."""

    reason_id: UUID


class AddedOpenings(msgspec.Struct, frozen=True):
    """New openings."""

    items: list[Opening]


@operation(returns=page_of(Opening))
async def list_openings(request: Handler, query: OpeningsQuery) -> Reply:
    """List openings."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(returns=page_of(Opening))
async def list_job_openings(request: Handler, job_id: UUID, query: JobOpeningsQuery) -> Reply:
    """List a job's openings."""
    return request.page(await queries.list_by_job(request.db, request.actor, query, job_id=job_id), query)


@operation(status=201, returns=AddedOpenings, refuses=(StatusConflict,), events=("opening.created",))
async def add_openings(request: Handler, job_id: UUID, body: NewOpenings) -> Reply:
    """Add openings."""
    added = await commands.add(
        request.db, request.actor, job_id=job_id, count=body.count, target_start_on=body.target_start_on,
        external_id=body.external_id,
    )  # fmt: skip
    return Reply(status=201, body=added.body, event_id=added.event_id)


@operation(returns=Opening, events=("opening.updated",))
async def change_opening(request: Handler, opening_id: UUID, body: OpeningPatch) -> Reply:
    """Change an opening."""
    change = await commands.update(
        request.db, request.actor, opening_id=opening_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Opening, refuses=(StatusConflict,), events=("opening.closed",))
async def close_opening(request: Handler, opening_id: UUID, body: OpeningEnd) -> Reply:
    """Close an opening."""
    change = await commands.close(
        request.db, request.actor, opening_id=opening_id, reason_id=body.reason_id,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Opening, refuses=(StatusConflict,), events=("opening.reopened",))
async def reopen_opening(request: Handler, opening_id: UUID, body: Nothing) -> Reply:
    """Reopen an opening."""
    change = await commands.reopen(
        request.db, request.actor, opening_id=opening_id, expected_versions=request.expected_versions
    )
    return changed(change)
