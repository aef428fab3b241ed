"""Reads of applications."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import view
from hiring.queries.base import Body, ExternalQuery, ListQuery, Page, listed, newest, one, refuse

Status = Literal["active", "rejected", "withdrawn", "hired", "transferred"]
PERMISSION = "applications.read"


class JobApplicationsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the applications of one job."""

    status: Status | None = None
    stage_id: UUID | None = None


class ApplicationsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of applications."""

    candidate_id: UUID | None = None
    job_id: UUID | None = None
    status: Status | None = None
    stage_id: UUID | None = None


async def find(db: Database, actor: Actor, *, application_id: UUID) -> Body:
    """One application. Raises: NotFound."""
    return one(
        await db.queries.applications.find(
            organization_id=actor.organization_id, **view(actor, PERMISSION), application_id=application_id
        )
    )


async def list_all(db: Database, actor: Actor, query: ApplicationsQuery) -> Page:
    """A page of the applications that the actor sees. Raises: Invalid, for filters that do not go together."""
    seen = {"organization_id": actor.organization_id, **view(actor, PERMISSION)}
    statements = db.queries.applications
    if query.candidate_id is not None:
        refuse(query, "ids", "stage_id", "external_id", "updated_since")
        return await newest(
            query, statements.list_by_candidate, **seen, candidate_id=query.candidate_id, job_id=query.job_id,
            status=query.status,
        )  # fmt: skip
    if query.job_id is not None:
        refuse(query, "ids", "external_id", "updated_since")
        return await newest(
            query, statements.list_by_job, **seen, job_id=query.job_id, status=query.status, stage_id=query.stage_id
        )
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen=seen,
        filters={"external_id": query.external_id, "status": query.status, "stage_id": query.stage_id},
    )  # fmt: skip


async def list_by_job(db: Database, actor: Actor, query: JobApplicationsQuery, *, job_id: UUID) -> Page:
    """A page of a job's applications; a job that is not seen has none."""
    return await newest(
        query, db.queries.applications.list_by_job, organization_id=actor.organization_id, **view(actor, PERMISSION),
        job_id=job_id, status=query.status, stage_id=query.stage_id,
    )  # fmt: skip


async def list_history(db: Database, actor: Actor, query: ListQuery, *, application_id: UUID) -> Page:
    """A page of what happened to an application, newest first. Raises: NotFound."""
    await find(db, actor, application_id=application_id)
    return await newest(
        query, db.queries.applications.list_history, organization_id=actor.organization_id,
        application_id=application_id,
    )  # fmt: skip
