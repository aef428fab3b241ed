"""What a reader asks of a report: the period, the filters and the rights, in terms of docs/reports.md."""

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct


class Question(Struct, frozen=True, kw_only=True, dict=True):
    """A request for a report; `job_ids` are the jobs that count, or with `excludes_jobs` those that do not."""

    as_of: datetime
    first: date
    last: date
    granularity: str = ""
    time_zone: str = "UTC"
    job_ids: frozenset[UUID] = frozenset()
    excludes_jobs: bool = True
    hidden_application_ids: frozenset[UUID] = frozenset()
    source_id: UUID | None = None
    stale_days: int = 14
    row_limit: int = 10_000

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of the organization."""
        return ZoneInfo(self.time_zone)

    def day(self, moment: datetime) -> date:
        """The day of a moment."""
        return moment.astimezone(self.zone).date()

    def is_in_period(self, moment: datetime) -> bool:
        """Whether the day of a moment belongs to the period."""
        return self.first <= self.day(moment) <= self.last

    def period(self, moment: datetime) -> date | None:
        """The name of the row in which a moment counts: the first day of its day, week or month."""
        return period_of(self.day(moment), self.granularity)

    def parts(self) -> list[date]:
        """The names of all rows that the period can have: not of days that a time zone has left out."""
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        names = {period_of(day, self.granularity) for day in days if self.day(first_moment(day, self.zone)) == day}
        return sorted(name for name in names if name is not None)

    def is_job_seen(self, job_id: UUID) -> bool:
        """Whether a job counts for the reader."""
        return (job_id in self.job_ids) != self.excludes_jobs

    def values(self, organization_id: UUID) -> Mapping[str, Any]:
        """Every value that a statement may take."""
        return {
            "organization_id": organization_id,
            "job_ids": sorted(self.job_ids),
            "excludes_jobs": self.excludes_jobs,
            "hidden_application_ids": sorted(self.hidden_application_ids),
            "source_id": self.source_id,
            "as_of": self.as_of,
            "from_at": first_moment(self.first, self.zone),
            "before_at": first_moment(self.last + timedelta(days=1), self.zone),
            "known_at": datetime(2200, 1, 1, tzinfo=UTC),
            "period_starts": [microseconds(first_moment(day, self.zone)) for day in self.parts()],
            "period_days": self.parts(),
            "stale_days": self.stale_days,
            "row_limit": self.row_limit,
        }


def period_of(day: date, granularity: str) -> date | None:
    """The first day of the period in which a day lies; None where nothing cuts the time."""
    match granularity:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
    return None


def last_day(period: date | None, question: Question) -> date:
    """The last day of the row that a period names, within the period of the question."""
    if period is None:
        return question.last
    lengths = {"day": 1, "week": 7, "month": calendar.monthrange(period.year, period.month)[1]}
    return min(period + timedelta(days=lengths[question.granularity] - 1), question.last)


def microseconds(moment: datetime) -> int:
    """How many have gone by since 1970."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day begins, or the next one where a time zone left the day out."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
