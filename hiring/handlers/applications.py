"""Applications: candidates' pursuits of jobs, from submission to hire."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring import errors
from hiring.commands import applications as commands
from hiring.domain.board import LinkParameter
from hiring.domain.bulk_operations import ApplicationFields, RejectionMail
from hiring.domain.custom_fields import CustomFields, CustomFieldsPatch, CustomFieldValue
from hiring.domain.questions import Answers, AnswerValue, QuestionType
from hiring.domain.vocabulary import ExternalId, Instant, LongText, ShortText
from hiring.handlers.candidates import Candidate
from hiring.handlers.jobs import Job
from hiring.handlers.pipelines import Stage
from hiring.handlers.posts import Option
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Request, Resource, page_of
from hiring.queries import applications as queries
from hiring.queries.applications import ApplicationQuery, ApplicationsQuery, JobApplicationsQuery, Outcome, Status


class ApplicationAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer to a question of a post, with what was asked at that time."""

    question_id: UUID
    """The question of the post. It may be gone from the post, or have become another question."""
    label: str
    """What the applicant was asked, in the words of that time."""
    type: QuestionType
    """The type of the question, which decides the form of `value`."""
    value: AnswerValue
    """The answer: the id of an option for `single_select`, a list of such ids for `multi_select`, the id of the
    candidate's attachment for `file`, a date such as `2026-01-31` for `date`."""
    options: list[Option]
    """The options that were chosen, with their labels of that time; empty for a question that is no select."""


class Application(Resource, frozen=True, kw_only=True):
    """A candidate's pursuit of one job."""

    external_id: str | None
    """The application's id in another system, such as the one that it was imported from. No two applications have the
    same one; null where there is none."""
    candidate_id: UUID
    """The candidate who pursues the job."""
    job_id: UUID
    """The job that the candidate pursues. It never changes."""
    post_id: UUID | None
    """The post that the candidate applied through; null where none was named."""
    stage: Stage
    """The stage that the application is in. A rejected or withdrawn one keeps the stage that it left, also where that
    is removed from the pipeline later."""
    status: Status
    """`active` until it ends: `rejected` by the organization, `withdrawn` by the candidate, `hired`, or `transferred`
    to another job."""
    outcome: Outcome | None
    """What became of it, by its status: `open` while it is active, `hired`, or `declined` by either side, rejected or
    withdrawn. Null for a transferred one: the outcome is that of `transferred_to`, so that nobody counts twice."""
    transferred_to: UUID | None
    """The application to another job that took the place of this one; null unless it is transferred. It may be one
    that the caller does not see."""
    transferred_from: UUID | None
    """The application to another job whose place this one took; null where it is not the outcome of a transfer. It may
    be one that the caller does not see."""
    source_id: UUID | None
    """The source that this application came from, which may be another than the candidate's; null where nobody knows.
    It must be active when the application is added. Through a board it is the built-in source with the `key`
    `board`."""
    source_application_id: str | None
    """The id that the source gave the application, such as its number on a job site; null where it gave none. Two
    applications may have the same one, because sources do not know of each other."""
    referrer: str | None
    """Who or what sent the candidate, as free text; null where nobody said. An application through a board has its
    `source` here."""
    referrer_id: UUID | None
    """The user who referred the candidate; null where it was none. It must be active when it is named."""
    assignee_id: UUID | None
    """The user who looks after the application; null where it is nobody, as at first. It must be active when it is
    named, and it gives that user no permission. A transfer does not copy it."""
    source_details: Annotated[dict[LinkParameter, str], Meta(examples=[{"utm_source": "newsletter"}])]
    """What the link that led the candidate to the board said, by its parameters; empty where nothing was told, and for
    an application that did not come through a board. Anybody can write such a link: trust no text in it."""
    answers: list[ApplicationAnswer]
    """What the candidate answered to the questions of the post, in the order of the questions. Empty for an application
    that names no post. A transfer copies them, so that the questions may be those of another job."""
    custom_fields: dict[str, CustomFieldValue]
    """Values of the organization's own by the keys of its custom fields (`GET /custom-fields`). They are kept and
    shown, and mean nothing to the service. A transfer copies them."""
    end_reason_id: UUID | None
    """The reason for which it was rejected or withdrawn; null while it is active or hired."""
    override_reason: str | None
    """Why the candidate was hired without an accepted offer; null unless the application is hired."""
    start_on: date | None
    """The first day of work that the hire named; null where it named none, and unless the application is hired."""
    applied_at: Instant
    """When the candidate applied: when the application was added, unless the request named an earlier moment. The
    organization's re-apply window begins here."""
    ended_at: Instant | None
    """When it was rejected, withdrawn, hired or transferred; null while it is active."""
    candidate: Candidate | UnsetType = UNSET
    """The candidate, as `GET /candidates/{candidate_id}` shows them; only with `expand`."""
    job: Job | UnsetType = UNSET
    """The job, as `GET /jobs/{job_id}` shows it; only with `expand`. Its `pay_range` is null unless the caller holds
    `pay.read` for all the applications that they see."""


class NewApplication(Request, frozen=True, kw_only=True):
    """An application that a recruiter or an integration adds."""

    candidate_id: UUID
    """The candidate who applies: an active one whom the caller sees, or who has no application yet."""
    job_id: UUID
    """The job to apply to: an open one whose applications the caller sees."""
    stage_id: UUID | None = None
    """The stage of the job to enter, except the hired one. Null means the first that is not of kind `lead`; name one of
    kind `lead` for a person who has not applied themselves."""
    source_id: UUID | None = None
    post_id: UUID | None = None
    """The post that the candidate applied through: one of the same job that is published and not past `closes_at`. Null
    where there was none."""
    external_id: ExternalId | None = None
    source_application_id: ExternalId | None = None
    referrer: ShortText | None = None
    referrer_id: UUID | None = None
    answers: Answers = []
    """What the candidate answered to the questions of the post that `post_id` names: all required ones, and none
    without a post."""
    custom_fields: CustomFields = {}
    applied_at: Instant | None = None
    """When the candidate applied, for an application from another system. It cannot be in the future; null means
    now."""


class ApplicationPatch(ApplicationFields, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A merge patch of an application."""

    external_id: ExternalId | None | UnsetType = UNSET
    source_application_id: ExternalId | None | UnsetType = UNSET
    referrer: ShortText | None | UnsetType = UNSET
    custom_fields: CustomFieldsPatch | None | UnsetType = UNSET


class Move(Request, frozen=True, kw_only=True):
    """The stage to move to, and the one that the caller believes the application is in."""

    to_stage_id: UUID
    """The stage to move to: a current one of the same job, except the hired one."""
    from_stage_id: UUID | None = None
    """The stage that the caller believes the application is in. If it is in another one, nothing is moved, and the 409
    names that one. Null checks nothing."""
    note: LongText | None = None
    """Why, in the caller's own words; null where they wrote nothing. It is kept in the history of the application, and
    the candidate never sees it."""


class Ending(Request, frozen=True, kw_only=True):
    """Why an application is withdrawn, or why a hire is taken back."""

    reason_id: UUID
    """An active reason of the kind `withdrawal`, or `unhire` where a hire is taken back."""
    note: LongText | None = None


class Rejection(Request, frozen=True, kw_only=True):
    """Why an application is rejected, and whether the candidate is told by mail."""

    reason_id: UUID
    """An active reason of the kind `rejection`."""
    note: LongText | None = None
    message: RejectionMail | None = None
    """Whether the candidate is told by mail, at the first of their `emails`: `{}` means at once, null means no mail.
    The text is that of an e-mail template, or else the service's own; neither the reason nor the `note` is in it. The
    organization's `mail_allow_list`, and a bound of mails a day to an address, may withhold it."""


class Reopening(Request, frozen=True, kw_only=True):
    """The stage to reopen an application in."""

    stage_id: UUID | None = None
    """A current stage of the job, except the hired one. Null means the stage that the application left or, where that
    was removed, the one that replaced it."""
    note: LongText | None = None


@operation(returns=page_of(Application))
async def list_applications(request: Handler, query: ApplicationsQuery) -> Reply:
    """List applications.

    Lists the applications to the jobs that the caller sees: with scope `team`, those of their hiring teams. Being only
    an interviewer on the team is not enough. Applications of candidates who are users of the organization need
    `candidates.read_internal`, and no user sees their own. The latest added comes first, whatever its `applied_at`,
    unless a filter says that the list is in the order of `applied_at`.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=201, returns=Application, refuses=(errors.ApplicationActive, errors.ApplicationHired,
        errors.BeingChanged, errors.CandidateMerged, errors.ExternalIdTaken, errors.JobNotOpen, errors.PostNotAccepting,
        errors.ReapplyTooSoon, errors.StageEnteredByCommand, errors.StageNotInPipeline),
    events=("application.submitted",),
)  # fmt: skip
async def add_application(request: Handler, body: NewApplication) -> Reply:
    """Add an application.

    Adds a candidate to an open job. It is refused where the candidate has an active application to the job, was hired
    on it, or applied to it within the organization's re-apply window. A candidate without any application can be added
    by every caller, also with scope `team`, unless they are hidden as a user of the organization. Nothing is mailed to
    the candidate.
    """
    change = await commands.submit(
        request.db, request.actor, candidate_id=body.candidate_id, job_id=body.job_id, stage_id=body.stage_id,
        source_id=body.source_id, source_application_id=body.source_application_id, post_id=body.post_id,
        external_id=body.external_id, referrer=body.referrer, referrer_id=body.referrer_id,
        answers=body.answers, custom_fields=body.custom_fields, applied_at=body.applied_at,
    )  # fmt: skip
    return created(change, "applications")


@operation(returns=page_of(Application))
async def list_job_applications(request: Handler, job_id: UUID, query: JobApplicationsQuery) -> Reply:
    """List a job's applications.

    Lists what `GET /applications` shows with this `job_id`, the latest added first. A job that the caller does not see
    is not found; a caller who sees it only as an interviewer gets an empty page.
    """
    return request.page(await queries.list_by_job(request.db, request.actor, query, job_id=job_id), query)


@operation(returns=Application)
async def read_application(request: Handler, application_id: UUID, query: ApplicationQuery) -> Reply:
    """Read an application.

    Shows one application with the stage that it is in. `GET /applications` says which ones are visible to the caller;
    every other one is not found.
    """
    return resource(await queries.find(request.db, request.actor, application_id=application_id, expand=query.expand))


@operation(returns=Application, refuses=(errors.ExternalIdTaken,), events=("application.updated",))
async def change_application(request: Handler, application_id: UUID, body: ApplicationPatch) -> Reply:
    """Change an application.

    Changes the members that are sent, in every status of the application and of its job. What is the same already
    changes nothing. Candidate, job, post, source and answers never change: reports count them as they were submitted.
    """
    change = await commands.update(
        request.db, request.actor, application_id=application_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(
    returns=Application, refuses=(errors.ApplicationNotActive, errors.StageEnteredByCommand, errors.StageIsAnother,
        errors.StageNotInPipeline),
    events=("application.stage_changed",),
)  # fmt: skip
async def move_application(request: Handler, application_id: UUID, body: Move) -> Reply:
    """Move an application.

    Moves an active application to another stage, in every status of its job. A move to the stage that it is in already
    changes nothing, and its `note` is not kept. Nothing is mailed to the candidate.
    """
    change = await commands.move(
        request.db, request.actor, application_id=application_id, to_stage_id=body.to_stage_id,
        from_stage_id=body.from_stage_id, note=body.note, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(
    returns=Application,
    refuses=(errors.ApplicationNotActive, errors.BeingChanged, errors.NoEmail),
    events={"application.rejected": "", "message.due": "with `message`"},
)
async def reject_application(request: Handler, application_id: UUID, body: Rejection) -> Reply:
    """Reject an application.

    Ends an active application, in every status of its job, and leaves it in its stage. The candidate is told by mail
    only where `message` asks for it. `POST /applications/{application_id}/reopen` takes the rejection back, and the
    mail with it, as long as that has not been sent.
    """
    change = await commands.reject(
        request.db, request.actor, application_id=application_id, reason_id=body.reason_id, note=body.note,
        mail=body.message, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Application, refuses=(errors.ApplicationNotActive,), events=("application.withdrawn",))
async def withdraw_application(request: Handler, application_id: UUID, body: Ending) -> Reply:
    """Withdraw an application.

    Ends an active application because the candidate does not want the job any more, in every status of the job. It
    stays in its stage and can be reopened. Nothing is mailed to the candidate.
    """
    change = await commands.withdraw(
        request.db, request.actor, application_id=application_id, reason_id=body.reason_id, note=body.note,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(
    returns=Application, refuses=(errors.ApplicationActive, errors.ApplicationHired, errors.JobNotOpen,
        errors.StageEnteredByCommand, errors.StageNotInPipeline, errors.StatusConflict),
    events={"application.reopened": "", "message.cancelled": "where a rejection mail has not been sent"},
)  # fmt: skip
async def reopen_application(request: Handler, application_id: UUID, body: Reopening) -> Reply:
    """Reopen an application.

    Makes a rejected or withdrawn application active again, unless its job is closed or archived, or the candidate has
    another active or hired application to the job. The re-apply window does not count. A rejection mail that has not
    been sent is cancelled. `end_reason_id` becomes null; the history keeps the reason.
    """
    change = await commands.reopen(
        request.db, request.actor, application_id=application_id, stage_id=body.stage_id, note=body.note,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
