"""Reads of jobs, their hiring teams and their pipelines."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.jobs import JobStatus
from hiring.domain.permissions import PayView, View, candidate_view, may, pay_view, view
from hiring.domain.pipelines import StageKind
from hiring.queries.base import (
    EXPAND,
    Body,
    Expansion,
    ExternalQuery,
    Page,
    Way,
    changed,
    chosen,
    expansion,
    listed,
    newest,
    one,
    single,
)

Expand = Annotated[tuple[Literal["department", "offices"], ...], EXPAND]
PERMISSION = "jobs.read"


class JobQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one job is shown."""

    expand: Expand = ()


class JobsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of jobs."""

    status: JobStatus | None = None
    department_id: UUID | None = None
    expand: Expand = ()


class PipelineQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which pipeline: the current one, or that of a moment."""

    as_of: Annotated[datetime, msgspec.Meta(tz=True, description="The pipeline as it was then.")] | None = None


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


class PipelineSeen(View):
    """The parameters that lead the statements about a pipeline: whose, and which applications are counted in it."""

    organization_id: UUID | None
    job_id: UUID
    sees_all_applications: bool
    sees_team_applications: bool
    sees_internal: bool


def seen_by(actor: Actor, permission: str, expand: Expand = ()) -> Seen:
    """What the actor sees. Raises: Forbidden (not to be expanded)."""
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
    statements = db.queries.jobs
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(single, statements.find_by_external_id, by=("external_id",), besides=("status", "department_id")),
        Way(
            changed,
            statements.list_by_team_updated_since,
            by=("updated_since",),
            besides=("status", "department_id"),
            for_team=True,
        ),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("status", "department_id")),
        Way(newest, statements.list_by_team, besides=("status", "department_id"), for_team=True),
        Way(newest, statements.list_by_department, by=("department_id",), besides=("status",)),
        Way(newest, statements.list_by_status, by=("status",)),
        Way(newest, statements.list),
        seen=seen_by(actor, PERMISSION, query.expand),
    )


async def find_team(db: Database, actor: Actor, *, job_id: UUID) -> Body:
    """Who works on a job. Raises: NotFound."""
    seen = view(actor, PERMISSION)
    return one(await db.queries.jobs.find_team(organization_id=actor.organization_id, **seen, job_id=job_id))


async def find_pipeline(db: Database, actor: Actor, *, job_id: UUID, as_of: datetime | None = None) -> Body:
    """A job's stages with how many applications the actor sees in each, now or at a moment. Raises: NotFound."""
    applications = candidate_view(actor, "applications.read")
    seen = PipelineSeen(
        organization_id=actor.organization_id, **view(actor, PERMISSION), job_id=job_id,
        sees_all_applications=applications["sees_all_jobs"], sees_team_applications=may(actor, "applications.read"),
        sees_internal=applications["sees_internal"],
    )  # fmt: skip
    if as_of is None:
        return one(await db.queries.jobs.find_pipeline(**seen))
    return one(await db.queries.jobs.find_pipeline_as_of(**seen, as_of=as_of))


async def current_stages(db: Database, actor: Actor, *, job_id: UUID) -> tuple[int, Sequence[CurrentStage]]:
    """The pipeline's version and its stages, in order. Raises: NotFound."""
    pipeline = msgspec.json.decode((await find_pipeline(db, actor, job_id=job_id)).text, type=_Pipeline)
    return pipeline.version, pipeline.stages
