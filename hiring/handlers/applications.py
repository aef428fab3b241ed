"""Applications: candidates' pursuits of jobs, from submission to hire."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from hiring import errors
from hiring.commands import applications as commands
from hiring.domain.permissions import require
from hiring.domain.questions import AnswerValue, QuestionType
from hiring.domain.vocabulary import ExternalId, Instant, LongText, ShortText
from hiring.handlers.candidates import Candidate
from hiring.handlers.jobs import Job
from hiring.handlers.posts import Option
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.shapes import Request, Resource, ShownActor, page_of
from hiring.queries import applications as queries
from hiring.queries.applications import ApplicationQuery, ApplicationsQuery, JobApplicationsQuery, Status
from hiring.queries.base import ListQuery


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step of a job's pipeline."""

    id: UUID
    name: str
    kind: Literal["lead", "review", "screen", "assessment", "interview", "offer", "hired"]
    position: int


class ShownAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer with what was asked: of a select, the options that were chosen."""

    question_id: UUID
    label: str
    type: QuestionType
    value: AnswerValue
    options: list[Option]


class Application(Resource, frozen=True, kw_only=True):
    """A candidate's pursuit of one job."""

    external_id: str | None
    candidate_id: UUID
    job_id: UUID
    post_id: UUID | None
    stage: Stage
    status: Status
    source_id: UUID | None
    referrer: str | None
    answers: list[ShownAnswer]
    custom_fields: dict[str, Any]
    end_reason_id: UUID | None
    override_reason: str | None
    start_on: date | None
    applied_at: Instant
    ended_at: Instant | None
    candidate: Candidate | UnsetType = UNSET
    job: Job | UnsetType = UNSET


class StageChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that happened to an application."""

    id: UUID
    application_id: UUID
    change: Literal["submitted", "moved", "rejected", "withdrawn", "reopened", "hired", "unhired", "transferred"]
    from_stage_id: UUID | None
    to_stage_id: UUID
    reason_id: UUID | None
    note: str | None
    actor: ShownActor
    occurred_at: Instant


class NewApplication(Request, frozen=True, kw_only=True):
    """An application that a recruiter or an integration adds."""

    candidate_id: UUID
    job_id: UUID
    stage_id: UUID | None = None
    source_id: UUID | None = None
    post_id: UUID | None = None
    external_id: ExternalId | None = None
    referrer: ShortText | None = None
    applied_at: Instant | None = None


class Move(Request, frozen=True, kw_only=True):
    """Where to, and where the caller believes the application is."""

    to_stage_id: UUID
    from_stage_id: UUID | None = None
    note: LongText | None = None


class MailAt(Request, frozen=True, kw_only=True):
    """A mail to the candidate, at once or at an instant."""

    send_at: Instant | None = None


class Ending(Request, frozen=True, kw_only=True):
    """Why something ended."""

    reason_id: UUID
    note: LongText | None = None


class Rejection(Ending, frozen=True, kw_only=True):
    """Why, and whether the candidate is told by mail."""

    message: MailAt | None = None


class Reopening(Request, frozen=True, kw_only=True):
    """Into which stage; without one, the stage it left."""

    stage_id: UUID | None = None
    note: LongText | None = None


class Hire(Request, frozen=True, kw_only=True):
    """Into which opening, from when, and why without an offer: a reason needs `applications.hire_override`."""

    override_reason: ShortText | None = None
    opening_id: UUID | None = None
    start_on: date | None = None
    note: LongText | None = None


@operation(returns=page_of(Application))
async def list_applications(request: Handler, query: ApplicationsQuery) -> Reply:
    """List applications."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=201, returns=Application, refuses=(errors.ApplicationActive, errors.ApplicationHired, errors.JobNotOpen,
        errors.PostNotAccepting, errors.ReapplyTooSoon, errors.StageEnteredByCommand, errors.StageNotInPipeline),
    events=("application.submitted",),
)  # fmt: skip
async def add_application(request: Handler, body: NewApplication) -> Reply:
    """Add an application."""
    change = await commands.submit(
        request.db, request.actor, candidate_id=body.candidate_id, job_id=body.job_id, stage_id=body.stage_id,
        source_id=body.source_id, post_id=body.post_id, external_id=body.external_id, referrer=body.referrer,
        applied_at=body.applied_at,
    )  # fmt: skip
    return created(change, "applications")


@operation(returns=page_of(Application))
async def list_job_applications(request: Handler, job_id: UUID, query: JobApplicationsQuery) -> Reply:
    """List a job's applications."""
    return request.page(await queries.list_by_job(request.db, request.actor, query, job_id=job_id), query)


@operation(returns=Application)
async def read_application(request: Handler, application_id: UUID, query: ApplicationQuery) -> Reply:
    """Read an application."""
    return resource(await queries.find(request.db, request.actor, application_id=application_id, expand=query.expand))


@operation(returns=page_of(StageChange))
async def list_application_history(request: Handler, application_id: UUID, query: ListQuery) -> Reply:
    """List an application's history."""
    page = await queries.list_history(request.db, request.actor, query, application_id=application_id)
    return request.page(page, query)


@operation(
    returns=Application, refuses=(errors.ApplicationNotActive, errors.StageEnteredByCommand, errors.StageIsAnother,
        errors.StageNotInPipeline),
    events=("application.stage_changed",),
)  # fmt: skip
async def move_application(request: Handler, application_id: UUID, body: Move) -> Reply:
    """Move an application."""
    change = await commands.move(
        request.db, request.actor, application_id=application_id, to_stage_id=body.to_stage_id,
        from_stage_id=body.from_stage_id, note=body.note, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(
    returns=Application,
    refuses=(errors.ApplicationNotActive, errors.NoEmail),
    events=("application.rejected", "message.due"),
)
async def reject_application(request: Handler, application_id: UUID, body: Rejection) -> Reply:
    """Reject an application."""
    change = await commands.reject(
        request.db, request.actor, application_id=application_id, reason_id=body.reason_id, note=body.note,
        is_mailed=body.message is not None, send_at=body.message.send_at if body.message else None,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Application, refuses=(errors.ApplicationNotActive,), events=("application.withdrawn",))
async def withdraw_application(request: Handler, application_id: UUID, body: Ending) -> Reply:
    """Withdraw an application."""
    change = await commands.withdraw(
        request.db, request.actor, application_id=application_id, reason_id=body.reason_id, note=body.note,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(
    returns=Application, refuses=(errors.ApplicationActive, errors.ApplicationHired, errors.JobNotOpen,
        errors.StageEnteredByCommand, errors.StageNotInPipeline, errors.StatusConflict),
    events=("application.reopened",),
)  # fmt: skip
async def reopen_application(request: Handler, application_id: UUID, body: Reopening) -> Reply:
    """Reopen an application."""
    change = await commands.reopen(
        request.db, request.actor, application_id=application_id, stage_id=body.stage_id, note=body.note,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(
    returns=Application,
    refuses=(errors.ApplicationNotActive, errors.JobNotOpen, errors.NoOpening, errors.OfferRequired),
    events=("application.hired", "job.status_changed", "opening.filled"),
)
async def hire_candidate(request: Handler, application_id: UUID, body: Hire) -> Reply:
    """Hire an applicant.

    Until there are offers, give an `override_reason`; it needs `applications.hire_override`.
    """
    if body.override_reason is not None:
        require(request.actor, "applications.hire_override")
    change = await commands.hire(
        request.db, request.actor, application_id=application_id, opening_id=body.opening_id, start_on=body.start_on,
        override_reason=body.override_reason, note=body.note, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Application, refuses=(errors.StatusConflict,), events=("application.unhired", "opening.reopened"))
async def unhire_candidate(request: Handler, application_id: UUID, body: Ending) -> Reply:
    """Take a hire back."""
    change = await commands.unhire(
        request.db, request.actor, application_id=application_id, reason_id=body.reason_id, note=body.note,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
