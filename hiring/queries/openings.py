"""Reads of openings."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.jobs import OpeningStatus
from hiring.domain.permissions import pay_view
from hiring.queries.base import (
    EXPAND,
    ExternalQuery,
    Page,
    Way,
    changed,
    chosen,
    expansion,
    listed,
    newest,
    single,
)
from hiring.queries.jobs import with_job

PERMISSION = "jobs.read"


class JobOpeningsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the openings of one job."""

    status: OpeningStatus | None = None
    expand: Annotated[tuple[Literal["job"], ...], EXPAND] = ()


class OpeningsQuery(JobOpeningsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of openings."""

    job_id: UUID | None = None


async def list_all(db: Database, actor: Actor, query: OpeningsQuery) -> Page:
    """A page of the openings that the actor sees. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.openings
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",), besides=("job_id",)),
        Way(single, statements.find_by_external_id, by=("external_id",), besides=("status", "job_id")),
        Way(changed, statements.list_by_job_updated_since, by=("job_id", "updated_since"), besides=("status",)),
        Way(newest, statements.list_by_job, by=("job_id",), besides=("status",)),
        Way(changed, statements.list_by_team_updated_since, by=("updated_since",), besides=("status",), for_team=True),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("status",)),
        Way(newest, statements.list_by_team, besides=("status",), for_team=True),
        Way(newest, statements.list_by_status, by=("status",)),
        Way(newest, statements.list),
        seen={
            "organization_id": actor.organization_id,
            **pay_view(actor, PERMISSION),
            **expansion(actor, query.expand, PERMISSION),
        },
    )


async def list_by_job(db: Database, actor: Actor, query: JobOpeningsQuery, *, job_id: UUID) -> Page:
    """A page of a job's openings. Raises: NotFound, Invalid, for filters that do not go together."""
    page = await list_all(db, actor, OpeningsQuery(**msgspec.structs.asdict(query), job_id=job_id))
    return await with_job(db, actor, page, PERMISSION, job_id=job_id)
