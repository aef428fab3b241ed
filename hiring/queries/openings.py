"""Reads of openings."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.jobs import OpeningStatus
from hiring.domain.permissions import CountedView, counted_view
from hiring.queries.base import (
    EXPAND,
    ExternalQuery,
    Page,
    after,
    before,
    by_filter,
    check_combination,
    page_by_change,
    page_by_id,
)
from hiring.queries.jobs import Seen as JobSeen
from hiring.queries.jobs import seen_by, with_job

PERMISSION = "jobs.read"


class JobOpeningsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the openings of one job."""

    status: OpeningStatus | None = None
    """Only openings with this status."""
    expand: Annotated[tuple[Literal["job"], ...], EXPAND] = ()
    """What to show within each opening: `job`. It needs no permission besides that of the list."""


class OpeningsQuery(JobOpeningsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of openings."""

    job_id: UUID | None = None
    """Only openings of this job."""


class Seen(JobSeen, CountedView):
    """The parameters that lead every statement: whose openings, what is shown within them, and which hires."""


async def list_all(db: Database, actor: Actor, query: OpeningsQuery) -> Page:
    """A page of the openings that the actor sees. Raises: Invalid, for filters that do not go together."""
    seen = Seen(**seen_by(actor, PERMISSION, query.expand), **counted_view(actor))
    statements = db.queries.openings
    check_combination(query)
    is_of_teams = not seen["sees_all_jobs"] and query.job_id is None
    if query.updated_since is not None and is_of_teams:
        rows_by_change = await statements.list_by_team_updated_since(**seen, **after(query), status=query.status)
        return page_by_change(query, rows_by_change)
    if query.updated_since is not None:
        rows_by_change = await statements.list_updated_since(
            **seen, **after(query), job_id=query.job_id, status=query.status
        )
        return page_by_change(query, rows_by_change)
    if is_of_teams and query.ids is None and query.external_id is None:
        rows = await statements.list_by_team(**seen, **before(query), status=query.status)
    else:
        rows = await statements.list(
            **seen, **before(query), ids=query.ids, external_id=query.external_id, job_id=query.job_id,
            status=query.status,
        )  # fmt: skip
    return page_by_id(query, rows)


async def list_by_job(db: Database, actor: Actor, query: JobOpeningsQuery, *, job_id: UUID) -> Page:
    """A page of a job's openings. Raises: NotFound, Invalid, for filters that do not go together."""
    page = await list_all(db, actor, OpeningsQuery(**msgspec.structs.asdict(query), job_id=job_id))
    return await with_job(db, actor, page, PERMISSION, job_id=job_id)


HOLDERS = {"openings_external_id_taken": by_filter(PERMISSION, list_all, OpeningsQuery, "external_id")}
