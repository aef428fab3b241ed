"""Jobs: vacancies, from draft to closed, and who works on them."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import jobs as commands
from hiring.domain.bulk_operations import BulkArguments, RejectionMail
from hiring.domain.checking import repeated
from hiring.domain.custom_fields import CustomFields, CustomFieldsPatch, CustomFieldValue
from hiring.domain.jobs import EmploymentType, JobKind, JobStatus, StatusCommand, TeamRole, Workplace
from hiring.domain.permissions import require
from hiring.domain.vocabulary import Amount, Currency, ExternalId, Instant, LongText, PayRangeInput, Period, ShortText
from hiring.errors import ExternalIdTaken, FieldError, StatusConflict, TeamRequired, TooManyBulkOperations
from hiring.handlers.departments import Department
from hiring.handlers.offices import Office
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import UNIQUE, Emptied, Nothing, PayRange, Request, Resource, page_of
from hiring.queries import jobs as queries
from hiring.queries.jobs import JobQuery, JobsQuery

MAXIMUM_OFFICES = 50
MAXIMUM_OPENINGS = 500
MAXIMUM_TEAM = 200
TWICE = "This office is given twice."

OfficeIds = Annotated[list[UUID], Meta(max_length=MAXIMUM_OFFICES), UNIQUE]


class RejectionReason(Request, frozen=True, kw_only=True):
    """The reason for which the last hire rejects the other applicants of a job."""

    reason_id: UUID
    """A reason of the kind `rejection`. It must be active when it is set; if it is archived later, the items of the
    bulk operation are refused."""


class RejectionOnFilled(Request, frozen=True, kw_only=True):
    """That the active applications of a job are rejected when its last opening is filled."""

    reject: RejectionReason
    """Why they are rejected. Nobody is mailed."""


class OnFilledInput(Request, frozen=True, kw_only=True):
    """What becomes of the active applications of a job when its last opening is filled."""

    active_applications: Literal["keep"] | RejectionOnFilled = "keep"
    """`keep` leaves the active applications of the job active. With `reject`, the last hire requests a bulk operation
    that rejects them; setting it needs the permission `applications.reject`."""


class OnFilled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of the active applications of a job when its last opening is filled."""

    active_applications: Literal["keep"] | RejectionOnFilled


class Job(Resource, frozen=True, kw_only=True):
    """A vacancy with openings to fill, or a talent pool, and a pipeline of stages."""

    external_id: str | None
    """The id of the job in another system, unique among the jobs of the organization. Null where there is none."""
    kind: JobKind
    """A `job`, or a talent `pool`: people apply to it as to any job and are transferred to jobs that suit them; it has
    no openings, and nobody is hired on it. The kind never changes."""
    title: str
    """What the job is called inside the organization. Applicants read the titles of posts; who was added without a post
    reads this one in a rejection mail."""
    description: str | None
    """What the job is about, for readers inside the organization; the public reads the body of a post. Null where there
    is none."""
    department_id: UUID | None
    """The department that the job belongs to, null for none. Posts show its name to the public. It must be active when
    it is set; one that is archived later stays."""
    office_ids: list[UUID]
    """The offices of the job, the primary one first. Each must be active when it is added; one that is archived later
    stays. Posts have locations of their own."""
    employment_type: EmploymentType
    """How the person is employed; `per_diem` is by the day, as needed. Posts show it to the public."""
    workplace: Workplace
    """Where the work is done: in an office (`onsite`), partly there (`hybrid`), or elsewhere (`remote`). Posts show it
    to the public, and tell search engines of remote work."""
    pay_range: PayRange | None
    """What the job pays; posts have pay ranges of their own. Null where there is none, and in answers to callers whose
    `pay.read` does not cover all the jobs that they see."""
    requisition_code: str | None
    """The number under which the organization keeps the request for the job; several jobs may share one, and the public
    does not see it. Null where there is none."""
    is_confidential: bool
    """Whether the job is hidden from everyone except its hiring team and callers with scope `all` who also hold
    `jobs.read_confidential` with scope `all`. Its published posts are public all the same; no feed has them."""
    on_filled: OnFilled
    """What becomes of active applications when the last opening is filled and the job closes."""
    custom_fields: dict[str, CustomFieldValue]
    """Values of the organization's own by the keys of its custom fields (`GET /custom-fields`). They are kept and
    shown, and mean nothing to the service."""
    status: JobStatus
    """Only an `open` job takes applications and shows its published posts to the public. An `archived` job also takes
    no new openings or posts. `pending_approval` and `approved` are not in use yet."""
    close_reason_id: UUID | None
    """Why the job was closed: a reason of kind `job_close`. Archiving keeps it. Null for a job that was not closed, or
    was opened or unarchived since."""
    opened_at: Instant | None
    """When the job was first opened; reopening leaves it. Null before that."""
    closed_at: Instant | None
    """When the job was last closed; null where `close_reason_id` is null."""
    pipeline_version: int
    """Which version of its pipeline is in force: 1 for a new job, one more with each change of its stages."""
    department: Department | None | UnsetType = UNSET
    """The department itself; null for a job without one. Present only with `expand=department`."""
    offices: list[Office] | UnsetType = UNSET
    """The offices themselves, in the order of `office_ids`. Present only with `expand=offices`."""


class NewJob(Request, frozen=True, kw_only=True):
    """What a job is made from."""

    kind: JobKind = "job"
    """Whether it is a job, or a talent pool, which is never filled."""
    title: ShortText
    employment_type: EmploymentType
    workplace: Workplace
    description: LongText | None = None
    department_id: UUID | None = None
    office_ids: OfficeIds = []
    pay_range: PayRangeInput | None = None
    requisition_code: ShortText | None = None
    is_confidential: bool = False
    on_filled: OnFilledInput = OnFilledInput()
    external_id: ExternalId | None = None
    custom_fields: CustomFields = {}
    openings_count: Annotated[int, Meta(ge=0, le=MAXIMUM_OPENINGS)] | UnsetType = UNSET
    """How many openings the job begins with, one for each person to hire: 1 unless you say otherwise. More can be added
    later. A talent pool has none."""
    pipeline_template_id: UUID | None = None
    """The active template whose stages the job copies; null takes the default template."""

    def problems(self) -> Iterator[FieldError]:
        """Offices are given once, and a pool has no openings. Rules: J15."""
        yield from repeated(self.office_ids, "/office_ids/{}", TWICE)
        if self.kind == "pool" and self.openings_count:
            yield FieldError("/openings_count", "unexpected", "A talent pool has no openings.")

    def first_openings_count(self) -> int:
        """How many openings the job begins with."""
        usual_count = 1 if self.kind == "job" else 0
        return usual_count if self.openings_count is UNSET else self.openings_count


class PayRangePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a pay range."""

    min_minor: Amount | UnsetType = UNSET
    """The lowest pay for one `period`, in minor units of `currency`."""
    max_minor: Amount | UnsetType = UNSET
    """The highest pay for one `period`, in minor units of `currency`; at least the minimum, sent or kept."""
    currency: Currency | UnsetType = UNSET
    """The currency of both amounts."""
    period: Period | UnsetType = UNSET
    """The stretch of work that both amounts pay for."""


class OnFilledPatch(Request, frozen=True, kw_only=True):
    """A merge patch of what becomes of active applications."""

    active_applications: Literal["keep"] | RejectionOnFilled | UnsetType = UNSET
    """`keep` or `reject`, as for a new job."""


class JobPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a job; lists replace, objects are merged."""

    title: ShortText | UnsetType = UNSET
    employment_type: EmploymentType | UnsetType = UNSET
    workplace: Workplace | UnsetType = UNSET
    description: LongText | None | UnsetType = UNSET
    department_id: UUID | None | UnsetType = UNSET
    office_ids: OfficeIds | Emptied | UnsetType = UNSET
    pay_range: PayRangePatch | None | UnsetType = UNSET
    """Changes the members that it names and keeps the others; null removes the range. Where the job has none yet, or
    the caller may not see it, all four members are required."""
    requisition_code: ShortText | None | UnsetType = UNSET
    is_confidential: bool | UnsetType = UNSET
    on_filled: OnFilledPatch | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET
    custom_fields: CustomFieldsPatch | None | UnsetType = UNSET
    """Merged into the values that are there: null removes a key, and what is not named stays. Null instead of an object
    removes them all."""

    def problems(self) -> Iterator[FieldError]:
        """Offices are given once."""
        yield from repeated(self.office_ids or [], "/office_ids/{}", TWICE)


class RejectionOfApplicants(Request, frozen=True, kw_only=True):
    """Why all active applications of a job are rejected, and whether the candidates are told."""

    reason_id: UUID
    """An active reason of the kind `rejection`."""
    message: RejectionMail | None = None
    """Whether each candidate is told by mail: `{}` means at once, null means no mail. A candidate without an e-mail
    address then stays active: the item of the bulk operation tells it."""


class RejectionOnClosing(Request, frozen=True, kw_only=True):
    """That the active applications of a job are rejected when it is closed."""

    reject: RejectionOfApplicants
    """Why, and whether the candidates are told."""


class JobClosure(Request, frozen=True, kw_only=True):
    """Why a job is closed, and what becomes of its active applications."""

    reason_id: UUID
    """Why the job is closed: an active reason of kind `job_close`."""
    active_applications: Literal["keep"] | RejectionOnClosing = "keep"
    """`keep` leaves the active applications of the job active. With `reject`, a bulk operation rejects them; that needs
    the permission `applications.reject`."""

    @property
    def rejection(self) -> BulkArguments | None:
        """What the bulk operation is requested with; None where there is none."""
        if self.active_applications == "keep":
            return None
        given = self.active_applications.reject
        return BulkArguments(reason_id=given.reason_id, message=given.message)


class HiringTeamMemberInput(Request, frozen=True, kw_only=True):
    """Who works on a job, in which role."""

    user_id: UUID
    """A user of the organization. One user may have several roles, each as an item of its own."""
    role: TeamRole
    """What the user does for the job. A user who is only `interviewer` on the team sees the job but not its
    applications; any other role shows both, as far as the permissions of the user go."""


class HiringTeamInput(Request, frozen=True, kw_only=True):
    """The whole hiring team."""

    members: Annotated[list[HiringTeamMemberInput], Meta(max_length=MAXIMUM_TEAM), UNIQUE]
    """Everybody who is to be on the team: those who are left out leave it, and an empty list leaves nobody."""

    def problems(self) -> Iterator[FieldError]:
        """Somebody may have several roles, each once."""
        yield from repeated(self.members, "/members/{}", "This member is given twice in one role.")


class HiringTeamMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who works on a job, by name and in which role."""

    user_id: UUID
    name: str
    """The display name of the user."""
    role: TeamRole


class HiringTeam(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The hiring team of a job."""

    job_id: UUID
    """The job that the team works on."""
    members: list[HiringTeamMember]
    """Everybody on the team, sorted by name; a user with several roles is there once for each."""


@operation(returns=page_of(Job))
async def list_jobs(request: Handler, query: JobsQuery) -> Reply:
    """List jobs.

    Shows the jobs that the caller sees, in every status: all jobs with scope `all`, those on whose hiring team the
    caller is with scope `team`. A confidential job is shown to its team, and to callers with scope `all` who also hold
    `jobs.read_confidential` with scope `all`. The newest come first; with `updated_since`, they come in the order of
    their last change.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=201,
    returns=Job,
    refuses=(ExternalIdTaken,),
    events={"job.created": "", "opening.created": "for each opening"},
)
async def add_job(request: Handler, body: NewJob) -> Reply:
    """Add a job.

    Adds a draft, which takes no applications until it is opened, with its openings and a copy of the template's stages;
    later changes of the template do not reach it. The caller joins the hiring team as `recruiter`; for an API key, its
    service user does, or the user on whose behalf it acts. An `on_filled` that rejects needs the permission
    `applications.reject`.

    A talent pool (`kind`) is a job without openings, which stays open: people who suit no job yet apply to it, or are
    added, and `POST /applications/{application_id}/transfer` takes them into a job later.
    """
    if body.on_filled.active_applications != "keep":
        require(request.actor, commands.REJECTING)
    change = await commands.add(
        request.db, request.actor, kind=body.kind, title=body.title, description=body.description,
        department_id=body.department_id, office_ids=body.office_ids, employment_type=body.employment_type,
        workplace=body.workplace, pay_range=body.pay_range, requisition_code=body.requisition_code,
        is_confidential=body.is_confidential, on_filled=body.on_filled, external_id=body.external_id,
        custom_fields=body.custom_fields, openings_count=body.first_openings_count(),
        pipeline_template_id=body.pipeline_template_id,
    )  # fmt: skip
    return created(change, "jobs")


@operation(returns=Job)
async def read_job(request: Handler, job_id: UUID, query: JobQuery) -> Reply:
    """Read a job.

    Shows a job in any status. To callers who do not see the job it does not exist (404). Its openings, hiring team,
    pipeline, posts and applications have paths of their own.
    """
    return resource(await queries.find(request.db, request.actor, job_id=job_id, expand=query.expand))


@operation(returns=Job, refuses=(ExternalIdTaken, TeamRequired), events=("job.updated",))
async def change_job(request: Handler, job_id: UUID, body: JobPatch) -> Reply:
    """Change a job.

    Changes the members that are sent, in every status of the job; what is the same already changes nothing. Posts on a
    board show the new employment type, workplace or department.

    A job gets no office at a place whose laws on pay a published post of the job would break (`pay_range_required`,
    `salary_history_refused`).

    Only an administrator or a member of the hiring team who is more than an interviewer can set `is_confidential` of a
    confidential job to `false`. A pay range from a caller who may not see pay always counts as a change, even an equal
    one. To set an `on_filled` that rejects, the caller needs `applications.reject` for this job.
    """
    is_rejecting = body.on_filled is not UNSET and isinstance(body.on_filled.active_applications, RejectionOnFilled)
    if is_rejecting:
        require(request.actor, commands.REJECTING)
    change = await commands.update(
        request.db, request.actor, job_id=job_id, changes=changes(body),
        office_ids=None if body.office_ids is UNSET else body.office_ids or [], is_rejecting=is_rejecting,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def open_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Open, resume or reopen a job.

    Opens a draft, resumes a job on hold or reopens a closed one. From then on the job takes applications, and its
    published posts are on their boards. Reopening clears the reason and the time of closing, and leaves the openings as
    they are; a job can be open without an open opening. Opening an open job changes nothing; unarchive an
    archived one before.
    """
    return await change_status(request, "open", job_id=job_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def hold_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Put a job on hold.

    Keeps new applications out and takes the posts of an open job off their boards; they stay `published` and return
    when the job is resumed. Applications that are there go on: they can be moved, rejected, withdrawn and hired.
    Holding a job that is on hold changes nothing.
    """
    return await change_status(request, "hold", job_id=job_id)


@operation(
    returns=Job,
    refuses=(StatusConflict, TooManyBulkOperations),
    events={"job.status_changed": "", "bulk_operation.due": "where active applications are rejected"},
    location="The bulk operation that rejects the active applications. Absent where there is none.",
)
async def close_job(request: Handler, job_id: UUID, body: JobClosure) -> Reply:
    """Close a job.

    Ends an open job or one on hold: its posts leave their boards. Its openings stay as they are, and its active
    applications stay active and can still be hired, or a bulk operation rejects those that the caller sees and may
    reject; `Location` names it. Closing a closed job changes nothing, not even its reason, and rejects nobody. The hire
    that fills the last open opening closes the job by itself, for the built-in reason `filled`.
    """
    if body.rejection is not None:
        require(request.actor, commands.REJECTING)
    change, operation_id = await commands.close(
        request.db, request.actor, job_id=job_id, reason_id=body.reason_id, rejection=body.rejection,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change, bulk_operation_id=operation_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def archive_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Archive a job.

    Puts a draft or a closed job away; close an open job, or one on hold, before. The job stays readable and can be
    changed, but takes no new openings, posts or applications, and nobody can be hired on it. The reason and the time of
    closing stay. Archiving an archived job again changes nothing.
    """
    return await change_status(request, "archive", job_id=job_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def unarchive_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Unarchive a job.

    Makes an archived job a draft, whatever it was before, and clears the reason and the time of closing. A draft stays
    as it is.
    """
    return await change_status(request, "unarchive", job_id=job_id)


@operation(returns=HiringTeam, is_tagged=True)
async def read_hiring_team(request: Handler, job_id: UUID) -> Reply:
    """Read a hiring team.

    Shows who works on a job, in which role, to every caller who sees the job. The version of the team is that of the
    job.
    """
    return resource(await queries.find_team(request.db, request.actor, job_id=job_id))


@operation(returns=HiringTeam, is_tagged=True, refuses=(TeamRequired,), events=("job.hiring_team_changed",))
async def replace_hiring_team(request: Handler, job_id: UUID, body: HiringTeamInput) -> Reply:
    """Replace a hiring team.

    Makes the team exactly what is sent. Users whose permissions have scope `team` see the job while they are on its
    team. Somebody who sees the job only as an interviewer on its team cannot change the team; that of a confidential
    job, only an administrator or a member of it who is more than an interviewer can. The same team in any order changes
    nothing; a change makes a new version of the job, whose version `If-Match` compares.
    """
    members = [commands.TeamMember(each.user_id, each.role) for each in body.members]
    change = await commands.replace_team(
        request.db, request.actor, job_id=job_id, members=members, expected_versions=request.expected_versions
    )
    return changed(change)


async def change_status(request: Handler, command: StatusCommand, *, job_id: UUID) -> Reply:
    """Gives a command to a job and answers the job."""
    change = await commands.change_status(
        request.db, request.actor, job_id=job_id, command=command, expected_versions=request.expected_versions
    )
    return changed(change)
