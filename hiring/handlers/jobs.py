"""Jobs: vacancies, from draft to closed, and who works on them."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import jobs as commands
from hiring.domain.checking import repeated
from hiring.domain.jobs import EmploymentType, JobCommand, JobStatus, TeamRole, Workplace
from hiring.domain.vocabulary import Amount, Currency, ExternalId, Instant, LongText, PayRange, Period, ShortText
from hiring.errors import FieldError, StatusConflict, TeamRequired
from hiring.handlers.departments import Department
from hiring.handlers.offices import Office
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Emptied, Nothing, Request, Resource, ShownPayRange, page_of
from hiring.queries import jobs as queries
from hiring.queries.jobs import JobQuery, JobsQuery

MAXIMUM_OFFICES = 50
MAXIMUM_OPENINGS = 500
MAXIMUM_TEAM = 200
TWICE = "This office is given twice."

OfficeIds = Annotated[list[UUID], Meta(max_length=MAXIMUM_OFFICES, description="The first is the primary one.")]


class OnFilled(Request, frozen=True, kw_only=True):
    """What becomes of active applications when the last opening is filled."""

    active_applications: Literal["keep"] = "keep"


class ShownOnFilled(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What becomes of active applications when the last opening is filled."""

    active_applications: Literal["keep"]


class Job(Resource, frozen=True, kw_only=True):
    """A vacancy. `pay_range` is null for callers who may not see pay."""

    external_id: str | None
    title: str
    description: str | None
    department_id: UUID | None
    office_ids: list[UUID]
    employment_type: EmploymentType
    workplace: Workplace
    pay_range: ShownPayRange | None
    requisition_code: str | None
    is_confidential: bool
    on_filled: ShownOnFilled
    status: JobStatus
    close_reason_id: UUID | None
    opened_at: Instant | None
    closed_at: Instant | None
    pipeline_version: int
    department: Department | None | UnsetType = UNSET
    offices: list[Office] | UnsetType = UNSET


class NewJob(Request, frozen=True, kw_only=True):
    """What a job is made from. Without a template its pipeline is the default one's."""

    title: ShortText
    employment_type: EmploymentType
    workplace: Workplace
    description: LongText | None = None
    department_id: UUID | None = None
    office_ids: OfficeIds = []
    pay_range: PayRange | None = None
    requisition_code: ShortText | None = None
    is_confidential: bool = False
    on_filled: OnFilled = OnFilled()
    external_id: ExternalId | None = None
    openings_count: Annotated[int, Meta(ge=0, le=MAXIMUM_OPENINGS)] = 1
    pipeline_template_id: UUID | None = None

    def problems(self) -> Iterator[FieldError]:
        """Offices are given once."""
        yield from repeated(self.office_ids, "/office_ids/{}", TWICE)


class PayRangePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a pay range. With what is there it makes a whole one; a caller who may not see pay gives all."""

    min_minor: Amount | UnsetType = UNSET
    max_minor: Amount | UnsetType = UNSET
    currency: Currency | UnsetType = UNSET
    period: Period | UnsetType = UNSET


class OnFilledPatch(Request, frozen=True, kw_only=True):
    """A merge patch of what becomes of active applications."""

    active_applications: Literal["keep"] | UnsetType = UNSET


class JobPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a job; lists replace, objects are merged."""

    title: ShortText | UnsetType = UNSET
    employment_type: EmploymentType | UnsetType = UNSET
    workplace: Workplace | UnsetType = UNSET
    description: LongText | None | UnsetType = UNSET
    department_id: UUID | None | UnsetType = UNSET
    office_ids: OfficeIds | Emptied | UnsetType = UNSET
    pay_range: PayRangePatch | None | UnsetType = UNSET
    requisition_code: ShortText | None | UnsetType = UNSET
    is_confidential: bool | UnsetType = UNSET
    on_filled: OnFilledPatch | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """Offices are given once."""
        yield from repeated(self.office_ids or [], "/office_ids/{}", TWICE)


class JobEnd(Request, frozen=True, kw_only=True):
    """Why a job is closed, and what becomes of its active applications."""

    reason_id: UUID
    active_applications: Literal["keep"] = "keep"


class NewTeamMember(Request, frozen=True, kw_only=True):
    """Who works on a job, as what."""

    user_id: UUID
    role: TeamRole


class NewTeam(Request, frozen=True, kw_only=True):
    """The whole hiring team."""

    members: Annotated[list[NewTeamMember], Meta(max_length=MAXIMUM_TEAM)]

    def problems(self) -> Iterator[FieldError]:
        """Somebody may have several roles, each once."""
        yield from repeated(self.members, "/members/{}", "This member is given twice in one role.")


class ShownTeamMember(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who works on a job, by name."""

    user_id: UUID
    name: str
    role: TeamRole


class ShownTeam(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The hiring team of a job."""

    job_id: UUID
    members: list[ShownTeamMember]


@operation(returns=page_of(Job))
async def list_jobs(request: Handler, query: JobsQuery) -> Reply:
    """List jobs."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Job, events=("job.created", "opening.created"))
async def add_job(request: Handler, body: NewJob) -> Reply:
    """Add a job."""
    change = await commands.add(
        request.db, request.actor, title=body.title, description=body.description, department_id=body.department_id,
        office_ids=body.office_ids, employment_type=body.employment_type, workplace=body.workplace,
        pay_range=body.pay_range, requisition_code=body.requisition_code, is_confidential=body.is_confidential,
        on_filled=body.on_filled, external_id=body.external_id, openings_count=body.openings_count,
        pipeline_template_id=body.pipeline_template_id,
    )  # fmt: skip
    return created(change, "jobs")


@operation(returns=Job)
async def read_job(request: Handler, job_id: UUID, query: JobQuery) -> Reply:
    """Read a job."""
    return resource(await queries.find(request.db, request.actor, job_id=job_id, expand=query.expand))


@operation(returns=Job, refuses=(TeamRequired,), events=("job.updated",))
async def change_job(request: Handler, job_id: UUID, body: JobPatch) -> Reply:
    """Change a job."""
    change = await commands.update(
        request.db, request.actor, job_id=job_id, changes=changes(body),
        office_ids=None if body.office_ids is UNSET else body.office_ids or [],
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def open_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Open, resume or reopen a job.

    A draft is opened, a job on hold resumed, a closed job reopened.
    """
    return await change_status(request, "open", job_id=job_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def hold_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Put a job on hold."""
    return await change_status(request, "hold", job_id=job_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def close_job(request: Handler, job_id: UUID, body: JobEnd) -> Reply:
    """Close a job."""
    return await change_status(request, "close", job_id=job_id, reason_id=body.reason_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def archive_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Archive a job."""
    return await change_status(request, "archive", job_id=job_id)


@operation(returns=Job, refuses=(StatusConflict,), events=("job.status_changed",))
async def unarchive_job(request: Handler, job_id: UUID, body: Nothing) -> Reply:
    """Unarchive a job.

    The job becomes a draft.
    """
    return await change_status(request, "unarchive", job_id=job_id)


@operation(returns=ShownTeam, is_tagged=True)
async def read_hiring_team(request: Handler, job_id: UUID) -> Reply:
    """Read a hiring team."""
    return resource(await queries.find_team(request.db, request.actor, job_id=job_id))


@operation(returns=ShownTeam, is_tagged=True, refuses=(TeamRequired,), events=("job.hiring_team_changed",))
async def replace_hiring_team(request: Handler, job_id: UUID, body: NewTeam) -> Reply:
    """Replace a hiring team."""
    members = [commands.TeamMember(each.user_id, each.role) for each in body.members]
    change = await commands.replace_team(
        request.db, request.actor, job_id=job_id, members=members, expected_versions=request.expected_versions
    )
    return changed(change)


async def change_status(request: Handler, command: JobCommand, *, job_id: UUID, reason_id: UUID | None = None) -> Reply:
    """Gives a command to a job and answers the job."""
    change = await commands.change_status(
        request.db, request.actor, job_id=job_id, command=command, reason_id=reason_id,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
