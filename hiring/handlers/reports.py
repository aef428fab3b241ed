"""Reports: what hiring is steered by, counted of what the caller sees, as of any moment, as JSON, CSV or a page."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Literal, TypeVar
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.vocabulary import Instant
from hiring.errors import AnalyticsDisabled, AnalyticsUnavailable, NotFound
from hiring.handlers.report_forms import FORMS, VARIES, as_csv, as_page, form_of
from hiring.http import cursors
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import reports as queries
from hiring.queries.reports import ByPeriod, JobsQuery, OfApplications, OpeningsByPeriod, Report, ReportQuery

Kind = Literal["review", "screen", "assessment", "interview", "offer", "hired"]
Q = TypeVar("Q", bound=ReportQuery)
Make = Callable[[Database, Actor, Q], Awaitable[Report]]
REPORTS = (
    "funnel", "time-to-hire", "time-to-hire-distribution", "time-to-fill", "time-in-stage", "sources", "openings",
    "forecast", "recruiters", "jobs",
)  # fmt: skip


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How far ClickHouse is, from which reports are made."""

    position: int
    """The position of the event log up to which every event is counted."""
    at: Instant
    """Everything that happened before this moment is counted, and perhaps more."""


class OfMoment(msgspec.Struct, frozen=True, kw_only=True):
    """What every report tells of itself."""

    as_of: Instant
    """The report shows what was recorded by this moment."""
    time_zone: str
    """The time zone whose days are meant, that of the organization."""
    fresh_to: Freshness
    """How far the events are counted."""


class OfAPeriod(OfMoment, frozen=True, kw_only=True):
    """What every report of a period tells of itself."""

    from_on: date
    """The first day of the period."""
    to_on: date
    """The last day of the period, which belongs to it."""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a report that may be cut into periods."""

    period: date | None
    """The first day of the row's day, week or month; null without `granularity`."""


class Durations(Cut, frozen=True, kw_only=True):
    """How long something took, in days with their fractions; percentiles lie between the nearest two values."""

    median_days: float | None
    """Half of them took this long or less; null of nothing."""
    p75_days: float | None
    """Three quarters of them took this long or less."""
    p90_days: float | None
    """Nine tenths of them took this long or less."""


class FunnelRow(Cut, frozen=True, kw_only=True):
    """How many applications reached a kind of stage."""

    kind: Kind
    """The kind of stage."""
    reached: int
    """Applications that were in a stage of this or a later kind. `hired` is reached while the hire stands."""
    conversion: float | None
    """`reached` as a part of that of the kind before, from 0 to 1; 1 for `review`."""
    share: float | None
    """`reached` as a part of that of `review`."""
    active: int
    """Those that came no further and are active."""
    rejected: int
    """Those that came no further and are rejected."""
    withdrawn: int
    """Those that came no further and are withdrawn."""
    transferred: int
    """Those that came no further and were transferred to another job."""


class HireTimes(Durations, frozen=True, kw_only=True):
    """How long hires took from the first stage that is not for leads."""

    hires: int
    """Applications that are hired, and were so in the period."""


class HireWeeks(msgspec.Struct, frozen=True, kw_only=True):
    """How many hires took how long."""

    from_days: int
    """They took at least so many days."""
    to_days: int | None
    """They took less than so many days; null for 84 and more."""
    hires: int
    """Applications that are hired, and were so in the period."""


class FillTimes(Durations, frozen=True, kw_only=True):
    """How long openings took to be filled."""

    filled: int
    """Openings that are filled, and were so in the period."""


class StageTimes(Durations, frozen=True, kw_only=True):
    """How long applications stay in stages of a kind."""

    kind: Kind
    """The kind of stage."""
    ended: int
    """Stays that ended in the period; the durations are theirs."""
    running: int
    """Stays that have not ended by `as_of`; 0 with `granularity`."""
    running_median_days: float | None
    """Half of these have lasted this long or less."""


class SourceRow(Cut, frozen=True, kw_only=True):
    """What came of the applications from a source."""

    source_id: UUID | None
    """The source; null where nobody said so."""
    applications: int
    """Applications that entered in the period."""
    active: int
    rejected: int
    withdrawn: int
    transferred: int
    hired: int
    reached_interview: int
    """Those that were in a stage of kind `interview` or a later one."""
    reached_offer: int
    """Those that were in a stage of kind `offer` or a later one."""
    interview_rate: float | None
    """`reached_interview` as a part of `applications`."""
    hire_rate: float | None
    """`hired` as a part of `applications`."""
    median_days_to_hire: float | None
    """Half of the hired ones took this long or less."""


class OpeningsRow(Cut, frozen=True, kw_only=True):
    """What became of openings."""

    created: int
    """Openings that were added."""
    filled: int
    """How often one was filled by a hire."""
    closed: int
    """How often one was closed unfilled."""
    reopened: int
    """How often one was opened again."""
    open: int
    """How many were open at the end of the row's period."""


class ForecastRow(msgspec.Struct, frozen=True, kw_only=True):
    """What active applications let expect."""

    kind: Kind
    """The kind of stage."""
    active: int
    """Active applications that came this far."""
    ended: int
    """Applications that entered in the period, came this far or further, and are not active any more."""
    hired: int
    """Those of them that are hired."""
    hire_rate: float | None
    """`hired` as a part of `ended`; null without any."""
    expected_hires: float
    """`active` times `hire_rate`; 0 without a rate."""
    open_openings: int
    """How many openings are open, the same in each row."""


class RecruiterRow(Cut, frozen=True, kw_only=True):
    """What a user did, also through an API key."""

    user_id: UUID
    """The user."""
    added: int
    """Applications that the user added."""
    moved: int
    rejected: int
    withdrawn: int
    reopened: int
    hired: int
    unhired: int
    applications: int
    """How many different applications these touched."""


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a job stands."""

    job_id: UUID
    """The job."""
    active: int
    """Its active applications."""
    stale: int
    """Those of them to which nothing happened for `stale_days`."""
    median_age_days: float | None
    """Half of the active ones have waited this long or less since anything happened to them."""
    oldest_age_days: float | None
    """How long the one waits that has waited the longest."""
    open_openings: int
    """Its open openings."""
    open_days: float | None
    """How long the job has been open; null while it is not."""


class FunnelReport(OfAPeriod, frozen=True, kw_only=True):
    """How far applications came."""

    items: list[FunnelRow]


class TimeToHireReport(OfAPeriod, frozen=True, kw_only=True):
    """How long hires took."""

    items: list[HireTimes]


class TimeToHireDistributionReport(OfAPeriod, frozen=True, kw_only=True):
    """How many hires took how long."""

    items: list[HireWeeks]


class TimeToFillReport(OfAPeriod, frozen=True, kw_only=True):
    """How long openings took to be filled."""

    items: list[FillTimes]


class TimeInStageReport(OfAPeriod, frozen=True, kw_only=True):
    """How long applications stay in stages."""

    items: list[StageTimes]


class SourcesReport(OfAPeriod, frozen=True, kw_only=True):
    """What came of applications by source."""

    items: list[SourceRow]


class OpeningsReport(OfAPeriod, frozen=True, kw_only=True):
    """What became of openings."""

    items: list[OpeningsRow]


class ForecastReport(OfAPeriod, frozen=True, kw_only=True):
    """What active applications let expect."""

    items: list[ForecastRow]


class RecruitersReport(OfAPeriod, frozen=True, kw_only=True):
    """What users did."""

    items: list[RecruiterRow]


class JobsReport(OfMoment, frozen=True, kw_only=True):
    """How jobs stand."""

    items: list[JobRow]


class ReportStatement(msgspec.Struct, frozen=True, kw_only=True):
    """The statement by which a report is made."""

    name: str
    """The name of the report."""
    sql: str
    """The statement, in the SQL of ClickHouse; `{name:Type}` stands for a parameter."""
    views: str
    """The views that the statement reads."""


async def answered(request: Handler, query: Q, make: "Make[Q]", shape: type[Any], row: type[Any]) -> Reply:
    """200 with a report in the form that the request prefers."""
    header = request.request.headers.get("Consistency-Token")
    if header:
        await queries.wait_for(request.db, request.actor, cursors.events_of(header, request.secret))
    found = await make(request.db, request.actor, query)
    rows = msgspec.convert([dict(each) for each in found.rows], list[row])  # type: ignore[valid-type]
    form = form_of(request.request.headers.get("Accept", ""))
    if form == "csv":
        return as_csv(row, rows)
    fresh_to = Freshness(position=found.position, at=found.fresh_at)
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
