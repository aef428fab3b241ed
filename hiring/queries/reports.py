"""Reports: what ClickHouse counts of what a reader sees. What the numbers mean: `docs/reports.md`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Annotated, Any, Literal, NamedTuple, TypedDict
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.vocabulary import Instant
from hiring.errors import FieldError, Invalid
from hiring.queries.facts import JobFilters, JobScope, Scope, scope_of
from hiring.statement_files import SQL_FOLDER, load_analytics

DEFAULT_DAYS = 365
EARLIEST = date(1900, 1, 1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAXIMUM_PARTS = 5_000
"""Of a period that is cut: more would be no parameter of a statement, for ClickHouse takes 128 KiB."""

Granularity = Literal["day", "week", "month"]
Row = Mapping[str, Any]

LONGEST: Mapping[Granularity, int] = {"day": 1, "week": 7, "month": 31}
"""Days of the longest part."""


class ReportQuery(JobFilters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every report takes."""

    as_of: Instant | None = None
    """The report as it was at this moment; without it, and for one that has not come yet, as it is now."""


class OfPeriod(ReportQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report of a period."""

    from_on: date | None = None
    """The first day of the period, in the time zone of the organization. Without it, the period has 365 days."""
    to_on: date | None = None
    """The last day of the period, which belongs to it; without it, the day of `as_of`."""


class OfApplications(OfPeriod, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report about the applications of a period."""

    source_id: UUID | None = None
    """Only applications from this source."""


class ByPeriod(OfApplications, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report about applications that may be cut into periods."""

    granularity: Granularity | None = None
    """Cuts the period into days, weeks (from Monday) or months; without it, it is one."""


class OpeningsByPeriod(OfPeriod, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report about openings that may be cut into periods."""

    granularity: Granularity | None = None
    """Cuts the period into days, weeks (from Monday) or months; without it, it is one."""


class JobsQuery(ReportQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A report about jobs."""

    source_id: UUID | None = None
    """Only applications from this source."""
    stale_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 14
    """An application is stale when nothing happened to it for so many days."""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 100
    """How many jobs the report has at most."""


class Jobs(JobScope):
    """The jobs that are counted, those of `job_ids` and known before `known_at`, and up to when."""

    known_at: datetime
    as_of: datetime


class Applications(Jobs):
    """The applications that are counted, and up to when."""

    hidden_application_ids: list[UUID]
    source_id: UUID | None


class Bounds(TypedDict):
    """The period: from this moment on, before that one."""

    from_at: datetime
    before_at: datetime


class Cut(TypedDict):
    """What the period is cut into: the first microsecond (since 1970) and the first day of each part; or nothing."""

    period_starts: list[int]
    period_days: list[date]


class Report(NamedTuple):
    """Rows of a report, and what they are about; `from_on` and `to_on` are None where it is of no period."""

    rows: Sequence[Row]
    as_of: datetime
    time_zone: str
    from_on: date | None
    to_on: date | None
    position: int
    fresh_at: datetime
    known_at: datetime


class Asked:
    """What a query asks for, as parameters of statements."""

    def __init__(self, query: ReportQuery, scope: Scope) -> None:
        self._scope, self._time_zone = scope, scope.time_zone
        now = datetime.now(UTC)
        self._as_of = min(query.as_of or now, now).astimezone(UTC)
        self.jobs = Jobs(**scope.jobs, known_at=scope.known_at, as_of=self._as_of)
        self.applications = Applications(
            **self.jobs, hidden_application_ids=scope.hidden_application_ids,
            source_id=getattr(query, "source_id", None),
        )  # fmt: skip
        self._from_on: date | None = None
        self._to_on: date | None = None
        if isinstance(query, OfPeriod):
            self._from_on, self._to_on = self._period(query)
        self._granularity: Granularity | None = getattr(query, "granularity", None)

    @property
    def bounds(self) -> Bounds:
        """The moments at which the period begins and ends."""
        assert self._from_on is not None and self._to_on is not None
        return Bounds(from_at=self._start_of(self._from_on), before_at=self._start_of(self._to_on + timedelta(days=1)))

    @property
    def cut(self) -> Cut:
        """The parts of the period. Raises: Invalid."""
        assert self._from_on is not None and self._to_on is not None
        parts = {  # a day that a time zone has left out begins with the next one, which takes its place
            (self._start_of(day) - EPOCH) // timedelta(microseconds=1): day
            for day in parts_of(self._from_on, self._to_on, self._granularity)
        }
        return Cut(period_starts=list(parts), period_days=list(parts.values()))

    def report(self, rows: Sequence[Row]) -> Report:
        """The report with these rows."""
        return Report(
            rows, self._as_of, self._time_zone, self._from_on, self._to_on, self._scope.position,
            self._scope.fresh_at, self._scope.known_at,
        )  # fmt: skip

    def _period(self, query: OfPeriod) -> tuple[date, date]:
        """The first and the last day. Raises: Invalid."""
        today = self._as_of.astimezone(ZoneInfo(self._time_zone)).date()
        to_on = query.to_on or max(today, query.from_on or today)
        from_on = query.from_on or max(EARLIEST, to_on - timedelta(days=DEFAULT_DAYS - 1))
        if from_on > to_on:
            raise Invalid(errors=[FieldError("?from_on", "contradiction", "The period ends before it begins.")])
        return from_on, to_on

    def _start_of(self, day: date) -> datetime:
        at = datetime.combine(day, time_of_day.min, ZoneInfo(self._time_zone)).astimezone(UTC)
        return max(at, datetime.combine(EARLIEST, time_of_day.min, UTC))  # ClickHouse knows no earlier moment


def parts_of(from_on: date, to_on: date, granularity: Granularity | None) -> Iterator[date]:
    """The first day of each part of a period, which may lie before it; none where nothing cuts it. Raises: Invalid."""
    if granularity is None:
        return
    if (to_on - from_on).days // LONGEST[granularity] >= MAXIMUM_PARTS:
        detail = f"A period has at most {MAXIMUM_PARTS:,} parts: take longer ones, or a shorter period."
        raise Invalid(errors=[FieldError("?granularity", "too_long", detail)])
    day = first_day(from_on, granularity)
    while day <= to_on:
        yield day
        day = first_day(day + timedelta(days=LONGEST[granularity]), granularity)


def first_day(day: date, granularity: Granularity) -> date:
    """The first day of the day, week (from Monday) or month in which a day lies."""
    if granularity == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if granularity == "week" else day


async def asked(db: Database, actor: Actor, query: ReportQuery) -> Asked:
    """What a reader may count of what they ask for. Raises: Invalid."""
    return Asked(query, await scope_of(db, actor, query))


async def funnel(db: Database, actor: Actor, query: ByPeriod) -> Report:
    """How far applications came that entered in the period. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.funnel(**at.applications, **at.bounds, **at.cut))


async def time_to_hire(db: Database, actor: Actor, query: ByPeriod) -> Report:
    """How long hires of the period took. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.time_to_hire(**at.applications, **at.bounds, **at.cut))


async def time_to_hire_distribution(db: Database, actor: Actor, query: OfApplications) -> Report:
    """How many hires of the period took how many weeks. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.time_to_hire_distribution(**at.applications, **at.bounds))


async def time_to_fill(db: Database, actor: Actor, query: OpeningsByPeriod) -> Report:
    """How long openings took that were filled in the period. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.time_to_fill(**at.jobs, **at.bounds, **at.cut))


async def time_in_stage(db: Database, actor: Actor, query: ByPeriod) -> Report:
    """How long applications stay in stages. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.time_in_stage(**at.applications, **at.bounds, **at.cut))


async def sources(db: Database, actor: Actor, query: ByPeriod) -> Report:
    """What came of applications by their source. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.sources(**at.applications, **at.bounds, **at.cut))


async def openings(db: Database, actor: Actor, query: OpeningsByPeriod) -> Report:
    """What became of openings. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.openings(**at.jobs, **at.bounds, **at.cut))


async def forecast(db: Database, actor: Actor, query: OfApplications) -> Report:
    """What active applications let expect. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.forecast(**at.applications, **at.bounds))


async def recruiters(db: Database, actor: Actor, query: ByPeriod) -> Report:
    """What users did in the period. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(await db.analytics.reports.recruiters(**at.applications, **at.bounds, **at.cut))


async def jobs(db: Database, actor: Actor, query: JobsQuery) -> Report:
    """How jobs stand. Raises: Invalid, AnalyticsUnavailable."""
    at = await asked(db, actor, query)
    return at.report(
        await db.analytics.reports.jobs(
            **at.applications, from_at=at.jobs["as_of"], stale_days=query.stale_days, row_limit=query.limit
        )
    )


def text_of(name: str) -> str:
    """The statement of a report, such as `time_to_hire`. Raises: KeyError."""
    return load_analytics(SQL_FOLDER / "analytics")["reports"][name].sql


def texts_of_views() -> str:
    """The views that the statements read."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((SQL_FOLDER / "views").glob("*.sql")))
