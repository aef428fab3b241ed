"""Reads of applications."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import CandidateView, PayView, candidate_view, covers
from hiring.queries.base import (
    EXPAND,
    Body,
    Expansion,
    ExternalQuery,
    ListQuery,
    Page,
    Way,
    before,
    changed,
    chosen,
    expansion,
    listed,
    newest,
    one,
    page_by_id,
    single,
)
from hiring.queries.jobs import with_job

Status = Literal["active", "rejected", "withdrawn", "hired", "transferred"]
Expand = Annotated[tuple[Literal["candidate", "job"], ...], EXPAND]
PERMISSION = "applications.read"


class ApplicationQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one application is shown."""

    expand: Expand = ()


class JobApplicationsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the applications of one job."""

    status: Status | None = None
    stage_id: UUID | None = None
    expand: Expand = ()


class ApplicationsQuery(JobApplicationsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of applications."""

    candidate_id: UUID | None = None
    job_id: UUID | None = None


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
    statements = db.queries.applications
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",), besides=("job_id",)),
        Way(single, statements.find_by_external_id, by=("external_id",), besides=("job_id", "status", "stage_id")),
        Way(newest, statements.list_by_candidate, by=("candidate_id",), besides=("job_id", "stage_id", "status")),
        Way(newest, statements.list_by_stage, by=("stage_id",), besides=("job_id", "status")),
        Way(changed, statements.list_by_job_updated_since, by=("job_id", "updated_since")),
        Way(newest, statements.list_by_job_and_status, by=("job_id", "status")),
        Way(newest, statements.list_by_job, by=("job_id",)),
        Way(changed, statements.list_by_team_updated_since, by=("updated_since",), besides=("status",), for_team=True),
        Way(changed, statements.list_by_status_updated_since, by=("status", "updated_since")),
        Way(changed, statements.list_updated_since, by=("updated_since",)),
        Way(newest, statements.list_by_team, besides=("status",), for_team=True),
        Way(newest, statements.list_by_status, by=("status",)),
        Way(newest, statements.list),
        seen=seen_by(actor, query.expand),
    )


async def list_by_job(db: Database, actor: Actor, query: JobApplicationsQuery, *, job_id: UUID) -> Page:
    """A page of a job's applications. Raises: NotFound."""
    given = msgspec.structs.asdict(query)
    page = await list_all(db, actor, ApplicationsQuery(**given, job_id=job_id))
    return await with_job(db, actor, page, PERMISSION, job_id=job_id)


async def list_history(db: Database, actor: Actor, query: ListQuery, *, application_id: UUID) -> Page:
    """A page of what happened to an application, newest first. Raises: NotFound."""
    await find(db, actor, application_id=application_id)
    rows = await db.queries.applications.list_history(
        organization_id=actor.organization_id, application_id=application_id, **before(query)
    )
    return page_by_id(query, rows)
