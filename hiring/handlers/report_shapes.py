"""Reports: the shapes of their answers. What the numbers mean: `docs/reports.md`."""

from datetime import date
from typing import Literal
from uuid import UUID

import msgspec

from hiring.domain.vocabulary import Instant

Kind = Literal["review", "screen", "assessment", "interview", "offer", "hired"]


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """How far ClickHouse is, from which reports are made."""

    feed_position: int
    """The position in the feed of events up to which every event is counted."""
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
    """How often the user moved one to another stage."""
    rejected: int
    withdrawn: int
    reopened: int
    hired: int
    unhired: int
    """How often the user took a hire back."""
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
    """One row for each kind of stage, in their order; none where nobody entered."""


class TimeToHireReport(OfAPeriod, frozen=True, kw_only=True):
    """How long hires took."""

    items: list[HireTimes]
    """One row, or one for each part of the period with a hire."""


class TimeToHireDistributionReport(OfAPeriod, frozen=True, kw_only=True):
    """How many hires took how long."""

    items: list[HireWeeks]
    """One row for each number of weeks in which somebody was hired."""


class TimeToFillReport(OfAPeriod, frozen=True, kw_only=True):
    """How long openings took to be filled."""

    items: list[FillTimes]
    """One row, or one for each part of the period in which an opening was filled."""


class TimeInStageReport(OfAPeriod, frozen=True, kw_only=True):
    """How long applications stay in stages."""

    items: list[StageTimes]
    """One row for each kind of stage in which applications were."""


class SourcesReport(OfAPeriod, frozen=True, kw_only=True):
    """What came of applications by source."""

    items: list[SourceRow]
    """One row for each source, the largest first."""


class OpeningsReport(OfAPeriod, frozen=True, kw_only=True):
    """What became of openings."""

    items: list[OpeningsRow]
    """One row, or one for each part of the period in which something happened."""


class ForecastReport(OfAPeriod, frozen=True, kw_only=True):
    """What active applications let expect."""

    items: list[ForecastRow]
    """One row for each kind of stage but `hired`."""


class RecruitersReport(OfAPeriod, frozen=True, kw_only=True):
    """What users did."""

    items: list[RecruiterRow]
    """One row for each user, the busiest first."""


class JobsReport(OfMoment, frozen=True, kw_only=True):
    """How jobs stand."""

    items: list[JobRow]
    """One row for each job, those with most stale applications first."""


class ReportStatement(msgspec.Struct, frozen=True, kw_only=True):
    """The statement by which a report is made."""

    name: str
    """The name of the report."""
    sql: str
    """The statement, in the SQL of ClickHouse; `{name:Type}` stands for a parameter."""
    views: str
    """The views that the statement reads."""
