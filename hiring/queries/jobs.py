"""Reads of jobs, their hiring teams and their pipelines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, TypedDict
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.custom_fields import CustomFilter
from hiring.domain.jobs import JobKind, JobStatus
from hiring.domain.permissions import CountedView, PayView, View, counted_view, pay_view, view
from hiring.domain.pipelines import StageKind
from hiring.queries import custom_fields
from hiring.queries.base import (
    EXPAND,
    Body,
    Expansion,
    ExternalQuery,
    Page,
    after,
    before,
    by_filter,
    check_combination,
    expansion,
    one,
    page_by_change,
    page_by_id,
    refuse,
)

Expand = Annotated[tuple[Literal["department", "offices"], ...], EXPAND]
PERMISSION = "jobs.read"


class JobQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one job is shown."""

    expand: Expand = ()
    """What to show within a job, comma-separated: `department`, `offices`. Both need `structure.read`."""


class JobsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of jobs."""

    kind: JobKind | None = None
    """Only jobs of this kind: `pool` finds the talent pools, `job` all others."""
    status: JobStatus | None = None
    """Only jobs with this status."""
    department_id: UUID | None = None
    """Only jobs of this department, without those of the departments below it."""
    custom: CustomFilter | None = None
    """Only jobs that have this value in a custom field, by its key, such as `custom.cost_center=4711`. The value of a
    select is the id of an option; fields of the types `long_text` and `url` are no filters. Of the other filters, it
    goes with `kind`, `status` and `department_id`."""
    expand: Expand = ()


class PipelineQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which pipeline: the current one, or that of a moment."""

    as_of: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """Shows the pipeline that the job had at this moment, with the applications that were active then. Without it, the
    current one."""


class CurrentStage(msgspec.Struct, frozen=True):
    """A stage that a pipeline has now."""

    id: UUID
    kind: StageKind


class _Pipeline(msgspec.Struct, frozen=True):
    version: int
    stages: list[CurrentStage]


class Seen(PayView, Expansion):
    """The parameters that lead the statements: whose jobs, and what is shown of and within them."""

    organization_id: UUID | None


class Filters(TypedDict):
    """The parameters of filters that go together; one that is None lets all jobs pass."""

    kind: JobKind | None
    department_id: UUID | None
    status: JobStatus | None


class PipelineSeen(View, CountedView):
    """The parameters that lead the statements about a pipeline: whose, and which applications are counted in it."""

    organization_id: UUID | None
    job_id: UUID


def seen_by(actor: Actor, permission: str, expand: Sequence[str] = ()) -> Seen:
    """What the actor reaches with a permission, and what of it is shown. Raises: Forbidden (not to be expanded)."""
    view = pay_view(actor, permission)
    return Seen(organization_id=actor.organization_id, **view, **expansion(actor, expand, permission))


async def find(db: Database, actor: Actor, *, job_id: UUID, expand: Expand = ()) -> Body:
    """One job. Raises: NotFound, Forbidden (not to be expanded)."""
    return one(await db.queries.jobs.find(**seen_by(actor, PERMISSION, expand), job_id=job_id))


async def with_job(db: Database, actor: Actor, page: Page, permission: str, *, job_id: UUID) -> Page:
    """A page of a job's own list, also an empty one. Raises: NotFound, where the actor sees no such job."""
    if not page.items:
        one(await db.queries.jobs.find(**seen_by(actor, permission), job_id=job_id))
    return page


async def list_all(db: Database, actor: Actor, query: JobsQuery) -> Page:
    """A page of the jobs that the actor sees. Raises: Invalid, for filters that do not go together."""
    seen = seen_by(actor, PERMISSION, query.expand)
    statements = db.queries.jobs
    check_combination(query)
    filters = Filters(kind=query.kind, department_id=query.department_id, status=query.status)
    if query.custom is not None:
        refuse(query, "external_id", "updated_since")
        wanted = await custom_fields.sought_by(db, actor, applies_to="job", custom=query.custom)
        by_value = statements.list_by_custom_value if seen["sees_all_jobs"] else statements.list_by_team_custom_value
        return page_by_id(query, await by_value(**seen, **before(query), **wanted, **filters))
    is_of_teams = not seen["sees_all_jobs"]
    if query.updated_since is not None:
        by_change = statements.list_by_team_updated_since if is_of_teams else statements.list_updated_since
        return page_by_change(query, await by_change(**seen, **after(query), **filters))
    is_by_key = query.ids is not None or query.external_id is not None
    if is_by_key or (not is_of_teams and (query.kind is not None or query.department_id is not None)):
        rows = await statements.list_filtered(
            **seen, **before(query), **filters, ids=query.ids, external_id=query.external_id
        )
    elif is_of_teams:
        rows = await statements.list_by_team(**seen, **before(query), **filters)
    elif query.status is not None:
        rows = await statements.list_by_status(**seen, **before(query), status=query.status)
    else:
        rows = await statements.list(**seen, **before(query))
    return page_by_id(query, rows)


async def find_team(db: Database, actor: Actor, *, job_id: UUID) -> Body:
    """Who works on a job. Raises: NotFound."""
    seen = view(actor, PERMISSION)
    return one(await db.queries.jobs.find_team(organization_id=actor.organization_id, **seen, job_id=job_id))


async def find_pipeline(
    db: Database, actor: Actor, *, job_id: UUID, as_of: datetime | None = None, permission: str = PERMISSION
) -> Body:
    """The stages of a job that the actor reaches with a permission, now or at a moment. Raises: NotFound.

    Each has how many applications the actor sees in it.
    """
    seen = PipelineSeen(
        organization_id=actor.organization_id, **view(actor, permission), **counted_view(actor), job_id=job_id
    )
    if as_of is None:
        return one(await db.queries.jobs.find_pipeline(**seen))
    return one(await db.queries.jobs.find_pipeline_as_of(**seen, as_of=as_of))


async def current_stages(
    db: Database, actor: Actor, *, job_id: UUID, permission: str = PERMISSION
) -> tuple[int, Sequence[CurrentStage]]:
    """The version and the stages of a pipeline that the actor reaches with a permission. Raises: NotFound."""
    found = await find_pipeline(db, actor, job_id=job_id, permission=permission)
    pipeline = msgspec.json.decode(found.text, type=_Pipeline)
    return pipeline.version, pipeline.stages


HOLDERS = {"jobs_external_id_taken": by_filter(PERMISSION, list_all, JobsQuery, "external_id")}
