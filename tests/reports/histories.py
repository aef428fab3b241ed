"""Random histories of an organization, and random questions about them, each from one seed.

Moments lie near what may go wrong: clock changes, the ends of days, weeks and months in several zones, and each other.
Hypothesis draws the seed alone: it makes new examples by small changes of earlier ones, so that most histories that it
composes are nearly the same.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

from tests.reports.events import Event
from tests.reports.question import Question

MICROSECOND = timedelta(microseconds=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu")
TURNS = tuple(
    datetime.fromisoformat(f"{text}+00:00")
    for text in (
        "2026-03-08T07:00", "2026-03-29T01:00", "2026-10-25T01:00", "2026-11-01T06:00",  # clock changes
        "2026-03-07T05:00", "2026-03-28T23:00", "2026-10-24T22:00", "2026-11-01T04:00",  # the beginnings of their days
        "2026-10-31T23:00", "2026-12-31T23:00", "2026-06-30T18:15", "2026-06-28T11:00", "2026-03-01T00:00",
    )
)  # fmt: skip
"""Moments at which a day, week or month begins somewhere, or clocks change."""
LONG_AGO = tuple(
    datetime.fromisoformat(f"{text}+00:00")
    for text in (
        "1950-05-18T13:00", "1969-12-31T23:59:59.999999", "1970-01-01T00:00", "1986-01-01T00:00", "2011-12-30T10:00",
        "2024-02-29T12:00", "2025-12-31T23:30",
    )
)  # fmt: skip
"""Moments at which people applied whose applications were added later; Apia had no 30 December 2011."""


def ids(kind: int, count: int) -> tuple[UUID, ...]:
    """Ids whose order as text is another than the one by their second half."""
    return tuple(UUID(int=(n << 120) | (kind << 64) | (1 << 63) | (count - n)) for n in range(1, count + 1))


JOB_IDS = ids(1, 3)
USER_IDS = ids(2, 3)
SOURCE_IDS = ids(3, 3)
STAGE_KINDS = ("lead", "review", "screen", "assessment", "interview", "offer")
TYPES_OF_NO_REPORT = (
    "application.noted", "candidate.created", "job.created", "job.pipeline_changed", "opening.updated", "job.updated",
)  # fmt: skip


class History(NamedTuple):
    """The events of an organization, and the ids that a question may name."""

    events: Sequence[Event]
    application_ids: Sequence[UUID]


FOLLOWING: dict[str, tuple[str, ...]] = {
    "active": (
        "stage_changed",
        "stage_changed",
        "stage_changed",
        "rejected",
        "withdrawn",
        "hired",
        "hired",
        "transferred",
    ),
    "ended": ("reopened",),
    "hired": ("unhired",),
    "gone": (),
}
"""What may happen next to an application."""
LEADS_TO = {"rejected": "ended", "withdrawn": "ended", "hired": "hired", "transferred": "gone"}
KIND_AFTER = {"rejected": None, "withdrawn": None, "transferred": None, "hired": "hired"}
NOW = datetime(2027, 6, 1, tzinfo=UTC)
"""A moment after all that happens."""
WIDEST = date(1940, 1, 1), date(2027, 1, 1)
YEAR = date(2026, 1, 20), date(2027, 1, 20)
"""The first and last day of the widest period, and of one that begins when much has happened."""


class Chance(Random):
    """Chance that knows moments: near a turn, near the first of a few that a history shares, or long ago."""

    pool: Sequence[datetime] = ()

    def moment(self, turns: Sequence[datetime] = TURNS) -> datetime:
        """A moment at, beside or up to weeks away from a turn, or one that is shared."""
        if self.pool and turns is TURNS and self.random() < 0.5:
            return self.choice(self.pool)
        few = self.choice([timedelta(), -MICROSECOND, MICROSECOND, timedelta(hours=1), timedelta(days=-7)])
        seconds = timedelta(seconds=self.randint(-40 * 86_400, 40 * 86_400))
        microseconds = timedelta(microseconds=self.randint(-7_200_000_000, 7_200_000_000))
        return self.choice(turns) + self.choice([few, seconds, seconds + microseconds, microseconds])

    def timeline(self) -> list[datetime]:
        """The moments of the events of a resource in their order."""
        return sorted(self.moment() for _ in range(self.randint(1, 7)))

    def one_or_none(self, values: Sequence[UUID], chance: float) -> UUID | None:
        """One of some ids, or none."""
        return self.choice(values) if self.random() < chance else None


class Writer:
    """Makes events with ids of their own, in the order in which they are written."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.events: list[Event] = []

    def write(self, **values: Any) -> Event:
        """Adds the next event, by a user or by nobody."""
        number, user_id = len(self.events) + 1, self.chance.one_or_none(USER_IDS, 0.7)
        event = Event(id=UUID(int=(4 << 100) | number), user_id=user_id, **values)
        self.events.append(event)
        return event


def random_history(seed: int | str) -> History:
    """An organization with up to three jobs."""
    chance = Chance(seed)
    chance.pool = [chance.moment() for _ in range(chance.randint(1, 12))]
    writer, application_ids = Writer(chance), ids(5, chance.choice((0, 3, 8, 12, 20)))
    for application_id in application_ids:
        write_application(writer, application_id)
    for opening_id in ids(6, chance.choice((0, 2, 4, 8))):
        write_opening(writer, opening_id)
    for job_id in JOB_IDS:
        write_statuses(writer, job_id)
    for _ in range(chance.randint(0, 4)):
        writer.write(
            type=chance.choice(TYPES_OF_NO_REPORT), aggregate_id=chance.choice(application_ids or JOB_IDS), version=99,
            occurred_at=chance.moment(), job_id=chance.choice(JOB_IDS),
        )  # fmt: skip
    return History(writer.events, application_ids)


def write_application(writer: Writer, application_id: UUID) -> None:
    """Writes an application from its submission through whatever happens to it."""
    chance = writer.chance
    times = chance.timeline()
    about: dict[str, Any] = {"aggregate_id": application_id, "job_id": chance.choice(JOB_IDS)}
    applied_at = chance.choice([times[0], times[0], chance.moment(), chance.moment(LONG_AGO)])
    writer.write(
        type="application.submitted", version=1, occurred_at=times[0], applied_at=min(times[0], applied_at),
        stage_kind=chance.choice(STAGE_KINDS[:3]), source_id=chance.one_or_none(SOURCE_IDS, 0.8), **about,
    )  # fmt: skip
    status = "active"
    for version, moment in enumerate(times[1:], 2):
        if not FOLLOWING[status] or (status == "hired" and chance.random() < 0.7):
            break
        change = chance.choice(FOLLOWING[status])
        kind = KIND_AFTER.get(change, chance.choice(STAGE_KINDS))
        is_of_merge = change == "withdrawn" and chance.random() < 0.5
        writer.write(
            type=f"application.{change}", version=version, occurred_at=moment, stage_kind=kind,
            status="merged" if is_of_merge else None, **about,
        )  # fmt: skip
        status = LEADS_TO.get(change, "active")


def write_opening(writer: Writer, opening_id: UUID) -> None:
    """Writes an opening that is filled, closed and opened again."""
    job_id, change = writer.chance.choice(JOB_IDS), "created"
    for version, moment in enumerate(writer.chance.timeline(), 1):
        writer.write(
            type=f"opening.{change}", aggregate_id=opening_id, version=version, occurred_at=moment, job_id=job_id
        )
        change = (
            writer.chance.choice(["filled", "filled", "closed"]) if change in ("created", "reopened") else "reopened"
        )


def write_statuses(writer: Writer, job_id: UUID) -> None:
    """Writes what becomes of a job; the versions between are those of other changes."""
    times = writer.chance.timeline()[: writer.chance.randint(0, 3)]
    for n, moment in enumerate(times, 1):
        writer.write(
            type="job.status_changed", aggregate_id=job_id, version=3 * n, occurred_at=moment, job_id=job_id,
            status=writer.chance.choice(["open", "open", "on_hold", "closed", "archived", "draft"]),
        )  # fmt: skip


def random_question(seed: int | str, history: History) -> Question:
    """A question whose borders lie at, beside or far from what happened."""
    chance = Chance(f"question {seed}")
    near = chance.choice([event.occurred_at for event in history.events] or TURNS)
    as_of = chance.choice([*[NOW] * 8, near, near - MICROSECOND, chance.moment()])
    zone = chance.choice(ZONES)
    zoned = Question(as_of=as_of, first=date.min, last=date.max, time_zone=zone)
    counted = [event.counts_at for event in history.events] or TURNS
    first, last = sorted(
        zoned.day(chance.choice([chance.choice(counted), chance.choice(TURNS)])) + timedelta(days=chance.randint(-1, 1))
        for _ in range(2)
    )
    first, last = chance.choice([WIDEST, YEAR, YEAR, (first, YEAR[1]), (first, last), (first, first)])
    return Question(
        as_of=as_of, first=first, last=last, time_zone=zone,
        granularity=chance.choice(["", "", "day", "week", "month"]),
        job_ids=frozenset(some_of(JOB_IDS, chance)), excludes_jobs=chance.random() < 0.95,
        hidden_application_ids=frozenset(some_of(history.application_ids, chance)),
        source_id=chance.one_or_none(SOURCE_IDS, 0.15), stale_days=chance.choice([1, 7, 14, 365]),
        row_limit=chance.choice([10_000, 10_000, 10_000, 1]),
    )  # fmt: skip


def some_of(values: Sequence[UUID], chance: Chance) -> list[UUID]:
    """None of them, mostly, or up to two."""
    return chance.sample(values, min(len(values), chance.choice([0, 0, 0, 0, 1, 2])))


def deliveries(seed: int, lines: list[bytes]) -> list[bytes]:
    """Facts in a random order, cut into batches, some of which come twice."""
    chance = Chance(f"deliveries {seed}")
    shuffled = chance.sample(lines, len(lines))
    cuts = sorted(chance.randint(0, len(lines)) for _ in range(chance.randint(0, 3)))
    borders = zip([0, *cuts], [*cuts, len(lines)], strict=True)
    batches = [b"\n".join(shuffled[begin:end]) + b"\n" for begin, end in borders if begin < end]
    batches += [chance.choice(batches) for _ in range(chance.randint(0, 2)) if batches]
    return chance.sample(batches, len(batches))
