"""Reports: what hiring is steered by, counted of what the caller sees, as of any moment, as JSON, CSV or a page."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import AnalyticsDisabled, AnalyticsUnavailable, NotFound
from hiring.handlers.facts import wait_for_token
from hiring.handlers.report_forms import FORMS, VARIES, as_csv, as_page, form_of
from hiring.handlers.report_shapes import (
    FillTimes,
    ForecastReport,
    ForecastRow,
    Freshness,
    FunnelReport,
    FunnelRow,
    HireTimes,
    HireWeeks,
    JobRow,
    JobsReport,
    OpeningsReport,
    OpeningsRow,
    RecruiterRow,
    RecruitersReport,
    ReportStatement,
    SourceRow,
    SourcesReport,
    StageTimes,
    TimeInStageReport,
    TimeToFillReport,
    TimeToHireDistributionReport,
    TimeToHireReport,
)
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import reports as queries
from hiring.queries.facts import LOOK_S, WAIT_S
from hiring.queries.reports import ByPeriod, JobsQuery, OfApplications, OpeningsByPeriod, Report, ReportQuery

Q = TypeVar("Q", bound=ReportQuery)
Make = Callable[[Database, Actor, Q], Awaitable[Report]]
REPORTS = (
    "funnel", "time-to-hire", "time-to-hire-distribution", "time-to-fill", "time-in-stage", "sources", "openings",
    "forecast", "recruiters", "jobs",
)  # fmt: skip


async def answered(request: Handler, query: Q, make: "Make[Q]", shape: type[Any], row: type[Any]) -> Reply:
    """200 with a report in the form that the request prefers."""
    written_at = await wait_for_token(request)
    found = await make(request.db, request.actor, query)
    ends_at = time.monotonic() + WAIT_S
    while written_at is not None and found.known_at <= written_at and time.monotonic() < ends_at:
        await asyncio.sleep(LOOK_S)  # it was read from a replica that is behind the one before
        found = await make(request.db, request.actor, query)
    rows = msgspec.convert([dict(each) for each in found.rows], list[row])  # type: ignore[valid-type]
    form = form_of(request.request.headers.get("Accept", ""))
    if form == "csv":
        return as_csv(row, rows)
    fresh_to = Freshness(feed_position=found.position, at=found.fresh_at)
    facts: dict[str, Any] = {"as_of": found.as_of, "time_zone": found.time_zone, "fresh_to": fresh_to, "items": rows}
    if found.from_on is not None:
        facts |= {"from_on": found.from_on, "to_on": found.to_on}
    if form == "page":
        name = request.route.rpartition("/")[2]
        return as_page(name, row, facts, request.dependencies.settings.api.public_url)
    return Reply(body=msgspec.json.encode(shape(**facts)).decode(), headers=VARIES)


@operation(returns=FunnelReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_funnel(request: Handler, query: ByPeriod) -> Reply:
    """Read the funnel.

    Tells how far the applications came that entered in the period: first were in a stage that is not for leads. One row
    for each kind of stage.
    """
    return await answered(request, query, queries.funnel, FunnelReport, FunnelRow)


@operation(returns=TimeToHireReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_time_to_hire(request: Handler, query: ByPeriod) -> Reply:
    """Read the time to hire.

    Tells how long the hires of the period took, from entering to the hire. One row, or one for each part of the period.
    """
    return await answered(request, query, queries.time_to_hire, TimeToHireReport, HireTimes)


@operation(returns=TimeToHireDistributionReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_time_to_hire_distribution(request: Handler, query: OfApplications) -> Reply:
    """Read the distribution of the time to hire.

    Counts the hires of the period by the whole weeks that they took. Weeks without a hire have no row.
    """
    make = queries.time_to_hire_distribution
    return await answered(request, query, make, TimeToHireDistributionReport, HireWeeks)


@operation(returns=TimeToFillReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_time_to_fill(request: Handler, query: OpeningsByPeriod) -> Reply:
    """Read the time to fill.

    Tells how long the openings took that were filled in the period. One row, or one for each part of the period.
    """
    return await answered(request, query, queries.time_to_fill, TimeToFillReport, FillTimes)


@operation(returns=TimeInStageReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_time_in_stage(request: Handler, query: ByPeriod) -> Reply:
    """Read the time in stages.

    Tells how long applications stayed in stages that they left in the period, and how long those have been in theirs
    that are active. One row for each kind of stage.
    """
    return await answered(request, query, queries.time_in_stage, TimeInStageReport, StageTimes)


@operation(returns=SourcesReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_sources_report(request: Handler, query: ByPeriod) -> Reply:
    """Read the report on sources.

    Tells what came of the applications that entered in the period, by where they come from. One row for each source.
    """
    return await answered(request, query, queries.sources, SourcesReport, SourceRow)


@operation(returns=OpeningsReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_openings_report(request: Handler, query: OpeningsByPeriod) -> Reply:
    """Read the report on openings.

    Counts what became of openings in the period, and how many were open at its end. One row, or one for each part of
    the period.
    """
    return await answered(request, query, queries.openings, OpeningsReport, OpeningsRow)


@operation(returns=ForecastReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_forecast(request: Handler, query: OfApplications) -> Reply:
    """Read the forecast of hires.

    Tells how many of the active applications are likely to be hired, from what came of those of the period that are
    not active any more. One row for each kind of stage but `hired`.
    """
    return await answered(request, query, queries.forecast, ForecastReport, ForecastRow)


@operation(returns=RecruitersReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_recruiters_report(request: Handler, query: ByPeriod) -> Reply:
    """Read the report on recruiters.

    Counts what users did to applications in the period, also through API keys. One row for each user.
    """
    return await answered(request, query, queries.recruiters, RecruitersReport, RecruiterRow)


@operation(returns=JobsReport, media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def read_jobs_report(request: Handler, query: JobsQuery) -> Reply:
    """Read the report on jobs.

    Tells how the jobs stand that have active applications or open openings: what waits, and for how long. One row for
    each job, those first in which most is stale.
    """
    return await answered(request, query, queries.jobs, JobsReport, JobRow)


@operation(returns=ReportStatement)
async def read_report_sql(request: Handler, name: str) -> Reply:
    """Read the statement of a report.

    Shows the SQL by which a report is made, and the views that it reads.
    """
    if name not in REPORTS:
        raise NotFound
    statement = ReportStatement(name=name, sql=queries.text_of(name.replace("-", "_")), views=queries.texts_of_views())
    return Reply(body=msgspec.json.encode(statement).decode())
