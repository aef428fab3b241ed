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
from hiring.errors import FieldError
from hiring.handlers.jobs import Job
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed
from hiring.http.requests import changes
from hiring.http.shapes import Nothing, PageOf, Request, Resource
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


class Openings(Handler):
    """All openings."""

    @operation("List openings", permission="jobs.read", returns=PageOf[Opening])
    async def get(self, query: OpeningsQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)


class JobOpenings(Handler):
    """The openings of one job."""

    @operation("List a job's openings", permission="jobs.read", returns=PageOf[Opening])
    async def get(self, job_id: UUID, query: JobOpeningsQuery) -> Reply:
        return self.page(await queries.list_by_job(self.db, self.actor, query, job_id=job_id), query)

    @operation("Add openings", permission="jobs.write", status=201, returns=AddedOpenings)
    async def post(self, job_id: UUID, body: NewOpenings) -> Reply:
        added = await commands.add(
            self.db, self.actor, job_id=job_id, count=body.count, target_start_on=body.target_start_on,
            external_id=body.external_id,
        )  # fmt: skip
        return Reply(status=201, body=added.body, event_id=added.event_id)


class OneOpening(Handler):
    """One opening."""

    @operation("Change an opening", permission="jobs.write", returns=Opening)
    async def patch(self, opening_id: UUID, body: OpeningPatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, opening_id=opening_id, changes=changes(body),
            expected_versions=self.expected_versions,
        )  # fmt: skip
        return changed(change)


class OpeningClosing(Handler):
    """Giving a seat up."""

    @operation("Close an opening", permission="jobs.write", returns=Opening)
    async def post(self, opening_id: UUID, body: OpeningEnd) -> Reply:
        change = await commands.close(
            self.db, self.actor, opening_id=opening_id, reason_id=body.reason_id,
            expected_versions=self.expected_versions,
        )  # fmt: skip
        return changed(change)


class OpeningReopening(Handler):
    """Taking a seat back."""

    @operation("Reopen an opening", permission="jobs.write", returns=Opening)
    async def post(self, opening_id: UUID, body: Nothing) -> Reply:
        change = await commands.reopen(
            self.db, self.actor, opening_id=opening_id, expected_versions=self.expected_versions
        )
        return changed(change)
