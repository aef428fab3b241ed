"""Applications: candidates' pursuits of jobs, from submission to hire."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from msgspec.structs import asdict

from hiring.commands import applications as commands
from hiring.domain.permissions import require
from hiring.domain.questions import AnswerValue, QuestionType
from hiring.domain.vocabulary import ExternalId, Instant, LongText, ShortText
from hiring.handlers.candidates import Candidate
from hiring.handlers.jobs import Job
from hiring.handlers.posts import Option
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, resource
from hiring.http.shapes import PageOf, Request, Resource, ShownActor
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


class Rejection(Request, frozen=True, kw_only=True):
    """Why, and whether the candidate is told by mail."""

    reason_id: UUID
    note: LongText | None = None
    message: MailAt | None = None


class Ending(Request, frozen=True, kw_only=True):
    """Why something ended."""

    reason_id: UUID
    note: LongText | None = None


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


class Applications(Handler):
    """All applications."""

    @operation("List applications", permission="applications.read", returns=PageOf[Application])
    async def get(self, query: ApplicationsQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Add an application", permission="applications.write", status=201, returns=Application)
    async def post(self, body: NewApplication) -> Reply:
        return await self.created(commands.submit, "applications", **asdict(body))


class JobApplications(Handler):
    """The applications of one job."""

    @operation("List a job's applications", permission="applications.read", returns=PageOf[Application])
    async def get(self, job_id: UUID, query: JobApplicationsQuery) -> Reply:
        return self.page(await queries.list_by_job(self.db, self.actor, query, job_id=job_id), query)


class OneApplication(Handler):
    """One application."""

    @operation("Read an application", permission="applications.read", returns=Application)
    async def get(self, application_id: UUID, query: ApplicationQuery) -> Reply:
        return resource(await queries.find(self.db, self.actor, application_id=application_id, expand=query.expand))


class ApplicationHistory(Handler):
    """What happened to an application."""

    @operation("List an application's history", permission="applications.read", returns=PageOf[StageChange])
    async def get(self, application_id: UUID, query: ListQuery) -> Reply:
        page = await queries.list_history(self.db, self.actor, query, application_id=application_id)
        return self.page(page, query)


class ApplicationMove(Handler):
    """Moving on, or back."""

    @operation("Move an application", permission="applications.move", returns=Application)
    async def post(self, application_id: UUID, body: Move) -> Reply:
        return await self.changed(commands.move, application_id=application_id, **asdict(body))


class ApplicationRejection(Handler):
    """Saying no."""

    @operation("Reject an application", permission="applications.reject", returns=Application)
    async def post(self, application_id: UUID, body: Rejection) -> Reply:
        return await self.changed(
            commands.reject, application_id=application_id, reason_id=body.reason_id, note=body.note,
            is_mailed=body.message is not None, send_at=body.message.send_at if body.message else None,
        )  # fmt: skip


class ApplicationWithdrawal(Handler):
    """The candidate says no."""

    @operation("Withdraw an application", permission="applications.reject", returns=Application)
    async def post(self, application_id: UUID, body: Ending) -> Reply:
        return await self.changed(commands.withdraw, application_id=application_id, **asdict(body))


class ApplicationReopening(Handler):
    """Trying again."""

    @operation("Reopen an application", permission="applications.reopen", returns=Application)
    async def post(self, application_id: UUID, body: Reopening) -> Reply:
        return await self.changed(commands.reopen, application_id=application_id, **asdict(body))


class ApplicationHire(Handler):
    """Hiring. Until there are offers, give an `override_reason`; that needs `applications.hire_override`, too."""

    @operation("Hire an applicant", permission="applications.hire", returns=Application)
    async def post(self, application_id: UUID, body: Hire) -> Reply:
        if body.override_reason is not None:
            require(self.actor, "applications.hire_override")
        return await self.changed(commands.hire, application_id=application_id, **asdict(body))


class ApplicationUnhire(Handler):
    """Taking a hire back."""

    @operation("Take a hire back", permission="applications.unhire", returns=Application)
    async def post(self, application_id: UUID, body: Ending) -> Reply:
        return await self.changed(commands.unhire, application_id=application_id, **asdict(body))
