"""Reads of applications."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal, TypedDict
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.custom_fields import CustomFilter
from hiring.domain.permissions import CandidateView, PayView, candidate_view, covers
from hiring.queries import custom_fields
from hiring.queries.base import (
    EXPAND,
    LOWEST_ID,
    Body,
    Expansion,
    ExternalQuery,
    Moment,
    Page,
    Shown,
    after,
    before,
    by_filter,
    check_combination,
    expansion,
    one,
    page,
    page_by_change,
    page_by_id,
    refuse,
)
from hiring.queries.jobs import with_job

Status = Literal["active", "rejected", "withdrawn", "hired", "transferred"]
Outcome = Literal["open", "hired", "declined"]
Expand = Annotated[tuple[Literal["candidate", "job"], ...], EXPAND]
PERMISSION = "applications.read"
LAST_MOMENT = datetime.max.replace(tzinfo=UTC)
BY_APPLIED_AT = ("post_id", "source_id", "applied_since", "applied_before")
"""Filters of lists in the order of `applied_at`."""
BESIDE_CUSTOM = ("external_id", "updated_since", "candidate_id", "stage_id", "status", "assignee_id", *BY_APPLIED_AT)
"""Filters that do not go with a custom field."""


class ApplicationQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one application is shown."""

    expand: Expand = ()
    """What to show within each application, comma-separated: `candidate` needs `candidates.read`, `job` needs
    `jobs.read`. A caller who holds `applications.read` with scope `all` needs these with scope `all`, too."""


class JobApplicationsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the applications of one job."""

    status: Status | None = None
    """Only applications in this status."""
    stage_id: UUID | None = None
    """Only applications in this stage; a rejected or withdrawn one counts for the stage that it left. Not with
    `updated_since`."""
    post_id: UUID | None = None
    """Only applications through this post, in the order of `applied_at`, latest first. Of the other filters, it goes
    with `job_id`, `source_id`, `applied_since` and `applied_before`."""
    source_id: UUID | None = None
    """Only applications that came from this source, in the order of `applied_at`, latest first. It goes with the same
    filters as `post_id`."""
    applied_since: Moment | None = None
    """Only applications whose `applied_at` is this moment or later, in the order of `applied_at`, latest first. It
    goes with the same filters as `post_id`."""
    applied_before: Moment | None = None
    """Only applications whose `applied_at` is before this moment, in the order of `applied_at`, latest first. It goes
    with the same filters as `post_id`."""
    assignee_id: UUID | None = None
    """Only applications that are assigned to this user. Of the other filters, it goes with `job_id` and `status`."""
    custom: CustomFilter | None = None
    """Only applications that have this value in a custom field, by its key, such as `custom.notice_weeks=4`. The value
    of a select is the id of an option; fields of the types `long_text` and `url` are no filters. Of the other filters,
    it goes with `job_id`."""
    expand: Expand = ()


class ApplicationsQuery(JobApplicationsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of applications."""

    candidate_id: UUID | None = None
    """Only applications of this candidate. Not with `updated_since`."""
    job_id: UUID | None = None
    """Only applications to this job. A job that the caller does not see gives an empty page."""


class Applied(msgspec.Struct, frozen=True):
    """What a page by the moment of applying reads of its last resource."""

    applied_at: datetime
    id: UUID


class Earlier(TypedDict):
    """The parameters of a page by the moment of applying."""

    before_at: datetime
    before_id: UUID
    row_limit: int


class Assigned(TypedDict):
    """The parameters of a list of what is assigned to a user."""

    assignee_id: UUID
    status: Status | None


class Seen(CandidateView, PayView, Expansion):
    """The parameters that lead every statement: whose applications, and what is shown of and within them."""

    organization_id: UUID | None


def seen_by(actor: Actor, expand: Expand) -> Seen:
    """What the actor sees. Raises: Forbidden (not to be expanded)."""
    return Seen(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION),
        sees_pay=covers(actor, "pay.read", PERMISSION), **expansion(actor, expand, PERMISSION),
    )  # fmt: skip


async def find(db: Database, actor: Actor, *, application_id: UUID, expand: Expand = ()) -> Body:
    """One application. Raises: NotFound, Forbidden (not to be expanded)."""
    return one(await db.queries.applications.find(**seen_by(actor, expand), application_id=application_id))


async def list_all(db: Database, actor: Actor, query: ApplicationsQuery) -> Page:
    """A page of the applications that the actor sees. Raises: Invalid, for filters that do not go together."""
    check_combination(query)
    seen = seen_by(actor, query.expand)
    if query.custom is not None:
        return page_by_id(query, await with_value(db, actor, seen, query, query.custom))
    if any(getattr(query, name) is not None for name in BY_APPLIED_AT):
        return await list_by_applied_at(db, seen, query)
    statements = db.queries.applications
    is_of_teams = not seen["sees_all_jobs"] and query.job_id is None
    if query.assignee_id is not None:
        return page_by_id(query, await assigned_to(db, seen, query, query.assignee_id))
    if query.stage_id is not None or query.candidate_id is not None:
        refuse(query, "updated_since")
    if query.updated_since is not None:
        return page_by_change(query, await by_change(db, seen, query))
    names_few = query.ids is not None or query.external_id is not None or query.candidate_id is not None
    is_filtered = names_few or query.stage_id is not None or query.status is not None
    if query.job_id is not None and not is_filtered and not query.expand:
        view = candidate_view(actor, PERMISSION)
        bare = await statements.list_by_job(
            organization_id=actor.organization_id, **view, **before(query), job_id=query.job_id
        )
        return page_by_id(query, bare)
    if query.stage_id is not None and not names_few:
        rows = await statements.list_by_stage(
            **seen, **before(query), stage_id=query.stage_id, job_id=query.job_id, status=query.status
        )
    elif is_of_teams and not names_few:
        rows = await statements.list_by_team(**seen, **before(query), status=query.status)
    elif is_filtered or query.job_id is not None:
        rows = await statements.list_filtered(
            **seen, **before(query), ids=query.ids, external_id=query.external_id, candidate_id=query.candidate_id,
            job_id=query.job_id, stage_id=query.stage_id, status=query.status,
        )  # fmt: skip
    else:
        rows = await statements.list(**seen, **before(query))
    return page_by_id(query, rows)


async def assigned_to(db: Database, seen: Seen, query: ApplicationsQuery, assignee_id: UUID) -> Sequence[Shown]:
    """The rows of a page of those that are assigned to a user. Raises: Invalid."""
    refuse(query, "external_id", "updated_since", "candidate_id", "stage_id")
    statements = db.queries.applications
    wanted = Assigned(assignee_id=assignee_id, status=query.status)
    if query.job_id is not None:
        return await statements.list_by_job_assignee(**seen, **before(query), **wanted, job_id=query.job_id)
    if seen["sees_all_jobs"]:
        return await statements.list_by_assignee(**seen, **before(query), **wanted)
    return await statements.list_by_team_assignee(**seen, **before(query), **wanted)


async def by_change(db: Database, seen: Seen, query: ApplicationsQuery) -> Sequence[Shown]:
    """The rows of a page in the order of change."""
    statements = db.queries.applications
    if not seen["sees_all_jobs"] and query.job_id is None:
        return await statements.list_by_team_updated_since(**seen, **after(query), status=query.status)
    return await statements.list_updated_since(**seen, **after(query), job_id=query.job_id, status=query.status)


def earlier(query: ApplicationsQuery) -> Earlier:
    """Where a page by the moment of applying begins, and how many rows are read for it."""
    before_at, before_id = query.applied_before or LAST_MOMENT, LOWEST_ID
    if query.cursor:
        before_at, before_id = msgspec.json.decode(query.cursor, type=tuple[datetime, UUID])
    return Earlier(before_at=before_at, before_id=before_id, row_limit=query.limit + 1)


async def list_by_applied_at(db: Database, seen: Seen, query: ApplicationsQuery) -> Page:
    """A page of what applied at some time, through a post or from a source, latest first. Raises: Invalid."""
    refuse(query, "external_id", "updated_since", "candidate_id", "stage_id", "status", "assignee_id")
    statements = db.queries.applications
    if seen["sees_all_jobs"] or query.job_id is not None or query.post_id is not None:
        rows: Sequence[Shown] = await statements.list_by_applied_at(
            **seen, **earlier(query), job_id=query.job_id, post_id=query.post_id, source_id=query.source_id,
            from_at=query.applied_since,
        )  # fmt: skip
    else:
        rows = await statements.list_by_team_applied_at(
            **seen, **earlier(query), source_id=query.source_id, from_at=query.applied_since
        )
    return page(rows, query.limit, applied_at)


async def with_value(
    db: Database, actor: Actor, seen: Seen, query: ApplicationsQuery, custom: CustomFilter
) -> Sequence[Shown]:
    """The rows of a page of those that have a value in a custom field. Raises: Invalid."""
    refuse(query, *BESIDE_CUSTOM)
    wanted = await custom_fields.sought_by(db, actor, applies_to="application", custom=custom)
    statements = db.queries.applications
    if query.job_id is not None:
        return await statements.list_by_job_custom_value(**seen, **before(query), **wanted, job_id=query.job_id)
    if seen["sees_all_jobs"]:
        return await statements.list_by_custom_value(**seen, **before(query), **wanted)
    return await statements.list_by_team_custom_value(**seen, **before(query), **wanted)


def applied_at(row: Shown) -> str:
    """Where the page by the moment of applying behind a row begins."""
    applied = msgspec.json.decode(row["body"], type=Applied)
    return msgspec.json.encode((applied.applied_at, applied.id)).decode()


async def list_by_job(db: Database, actor: Actor, query: JobApplicationsQuery, *, job_id: UUID) -> Page:
    """A page of a job's applications. Raises: NotFound."""
    page = await list_all(db, actor, ApplicationsQuery(**msgspec.structs.asdict(query), job_id=job_id))
    return await with_job(db, actor, page, PERMISSION, job_id=job_id)


HOLDERS = {"applications_external_id_taken": by_filter(PERMISSION, list_all, ApplicationsQuery, "external_id")}
