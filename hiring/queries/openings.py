"""Reads of openings."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.jobs import OpeningStatus
from hiring.domain.permissions import view
from hiring.queries.base import ExternalQuery, ListQuery, Page, listed, newest

PERMISSION = "jobs.read"


class OpeningsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of openings."""

    status: OpeningStatus | None = None
    job_id: UUID | None = None


async def list_all(db: Database, actor: Actor, query: OpeningsQuery) -> Page:
    """A page of the openings that the actor sees. Raises: Invalid, where ids come with a filter."""
    statements = db.queries.openings
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen={"organization_id": actor.organization_id, **view(actor, PERMISSION)},
        filters={"external_id": query.external_id, "status": query.status, "job_id": query.job_id},
    )  # fmt: skip


async def list_by_job(db: Database, actor: Actor, query: ListQuery, *, job_id: UUID) -> Page:
    """A page of a job's openings; a job that is not seen has none."""
    return await newest(
        query, db.queries.openings.list, organization_id=actor.organization_id, **view(actor, PERMISSION),
        external_id=None, status=None, job_id=job_id,
    )  # fmt: skip
