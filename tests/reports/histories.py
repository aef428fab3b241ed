"""Random histories of an organization, and random questions about them.

Moments lie near what may go wrong: clock changes, the ends of days, weeks and months in several zones, and each other.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st

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


offsets = st.one_of(
    st.sampled_from(
        [timedelta(), -MICROSECOND, MICROSECOND, timedelta(hours=1), timedelta(days=-7), timedelta(days=7)]
    ),
    st.integers(-40 * 86_400, 40 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    st.integers(-7_200_000_000, 7_200_000_000).map(lambda count: timedelta(microseconds=count)),
)
moments = st.builds(lambda turn, offset: turn + offset, st.sampled_from(TURNS), offsets)
moments_long_ago = st.builds(lambda turn, offset: turn + offset, st.sampled_from(LONG_AGO), offsets)
user_ids = st.none() | st.sampled_from(USER_IDS)
source_ids = st.none() | st.sampled_from(SOURCE_IDS)
kinds = st.sampled_from(STAGE_KINDS)
following = {
    "active": ("stage_changed", "stage_changed", "stage_changed", "rejected", "withdrawn", "hired", "transferred"),
    "ended": ("reopened",),
    "hired": ("unhired",),
    "gone": (),
}
"""What may happen next to an application."""
leads_to = {"rejected": "ended", "withdrawn": "ended", "hired": "hired", "transferred": "gone"}


class Writer:
    """Makes events with ids of their own, in the order in which they are written."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def write(self, **values: Any) -> Event:
        """Adds the next event."""
        event = Event(id=UUID(int=(4 << 100) | (len(self.events) + 1)), **values)
        self.events.append(event)
        return event


@st.composite
def histories(draw: st.DrawFn) -> History:
    """An organization with up to three jobs, whose moments are drawn from a few that many events share."""
    writer = Writer()
    pool = st.sampled_from(sorted(draw(st.lists(moments, min_size=1, max_size=12))))
    application_ids = ids(5, draw(st.integers(0, 9)))
    for application_id in application_ids:
        write_application(draw, writer, pool | moments, application_id)
    for opening_id in ids(6, draw(st.integers(0, 4))):
        write_opening(draw, writer, pool | moments, opening_id)
    for job_id in JOB_IDS:
        write_statuses(draw, writer, pool | moments, job_id)
    for moment in draw(st.lists(pool, max_size=2)):
        writer.write(
            type=draw(st.sampled_from(TYPES_OF_NO_REPORT)), version=99,
            aggregate_id=draw(st.sampled_from(application_ids or JOB_IDS)),
            occurred_at=moment, job_id=draw(st.sampled_from(JOB_IDS)), user_id=draw(user_ids),
        )  # fmt: skip
    return History(writer.events, application_ids)


def write_application(draw: st.DrawFn, writer: Writer, pool: st.SearchStrategy[datetime], application_id: UUID) -> None:
    """Writes an application from its submission through whatever happens to it."""
    times = sorted(draw(st.lists(pool, min_size=1, max_size=7)))
    about: dict[str, Any] = {"aggregate_id": application_id, "job_id": draw(st.sampled_from(JOB_IDS))}
    applied_at = min(times[0], draw(st.one_of(st.just(times[0]), pool, moments_long_ago)))
    writer.write(
        type="application.submitted", version=1, occurred_at=times[0], applied_at=applied_at, user_id=draw(user_ids),
        stage_kind=draw(kinds), source_id=draw(source_ids), **about,
    )  # fmt: skip
    status = "active"
    for version, moment in enumerate(times[1:], 2):
        if not following[status]:
            break
        change = draw(st.sampled_from(following[status]))
        kind = {"rejected": None, "withdrawn": None, "transferred": None, "hired": "hired"}.get(change, draw(kinds))
        writer.write(
            type=f"application.{change}", version=version, occurred_at=moment, user_id=draw(user_ids), stage_kind=kind,
            **about,
        )  # fmt: skip
        status = leads_to.get(change, "active")


def write_opening(draw: st.DrawFn, writer: Writer, pool: st.SearchStrategy[datetime], opening_id: UUID) -> None:
    """Writes an opening that is filled, closed and opened again."""
    job_id, change = draw(st.sampled_from(JOB_IDS)), "created"
    for version, moment in enumerate(sorted(draw(st.lists(pool, min_size=1, max_size=6))), 1):
        writer.write(
            type=f"opening.{change}", aggregate_id=opening_id, version=version, occurred_at=moment, job_id=job_id
        )
        change = draw(st.sampled_from(["filled", "closed"])) if change in ("created", "reopened") else "reopened"


def write_statuses(draw: st.DrawFn, writer: Writer, pool: st.SearchStrategy[datetime], job_id: UUID) -> None:
    """Writes what becomes of a job; versions between are those of other changes."""
    statuses = draw(st.lists(st.sampled_from(["open", "on_hold", "closed", "archived", "draft"]), max_size=3))
    times = sorted(draw(st.lists(pool, min_size=len(statuses), max_size=len(statuses))))
    for n, (status, moment) in enumerate(zip(statuses, times, strict=True), 1):
        writer.write(
            type="job.status_changed",
            aggregate_id=job_id,
            version=3 * n,
            occurred_at=moment,
            job_id=job_id,
            status=status,
        )


@st.composite
def questions(draw: st.DrawFn, history: History) -> Question:
    """A question whose borders lie at, beside or far from what happened."""
    occurred = [event.occurred_at for event in history.events]
    counted = [event.counts_at for event in history.events]
    zone = draw(st.sampled_from(ZONES))
    near = st.sampled_from(occurred) if occurred else moments
    as_of = draw(st.one_of(st.just(datetime(2027, 6, 1, tzinfo=UTC)), near, near.map(just_before), moments))
    question = Question(as_of=as_of, first=date.min, last=date.max, time_zone=zone)
    days = st.sampled_from([*counted, *TURNS]).map(question.day)
    beside = st.builds(lambda day, offset: day + timedelta(days=offset), days, st.integers(-2, 2))
    first, last = sorted([draw(beside), draw(beside)])
    long = st.just((date(1940, 1, 1), date(2027, 1, 1)))
    first, last = draw(st.one_of(long, st.just((first, last)), st.just((first, first))))
    return Question(
        as_of=as_of, first=first, last=last, time_zone=zone,
        granularity=draw(st.sampled_from(["", "day", "week", "month"])),
        job_ids=frozenset(draw(st.lists(st.sampled_from(JOB_IDS), max_size=2))),
        excludes_jobs=draw(mostly(when=True)),
        hidden_application_ids=frozenset(draw(some_of(history.application_ids))),
        source_id=draw(st.one_of(st.none(), st.none(), st.sampled_from(SOURCE_IDS))),
        stale_days=draw(st.sampled_from([1, 7, 14, 365])), row_limit=draw(st.sampled_from([10_000, 10_000, 1])),
    )  # fmt: skip


def just_before(moment: datetime) -> datetime:
    """The microsecond before a moment."""
    return moment - MICROSECOND


def mostly(*, when: bool) -> st.SearchStrategy[bool]:
    """One answer three times as often as the other."""
    return st.sampled_from([when, when, when, not when])


def some_of(values: Sequence[UUID]) -> st.SearchStrategy[list[UUID]]:
    """None of them, mostly, or up to two."""
    few: Callable[[], st.SearchStrategy[list[UUID]]] = lambda: st.lists(st.sampled_from(values), max_size=2)  # noqa: E731
    return st.one_of(st.just([]), st.just([]), few()) if values else st.just([])


@st.composite
def deliveries(draw: st.DrawFn, lines: list[bytes]) -> list[bytes]:
    """Facts in a random order, cut into batches, some of which come twice."""
    shuffled = draw(st.permutations(lines))
    cuts = sorted(draw(st.lists(st.integers(0, len(lines)), max_size=3)))
    borders = zip([0, *cuts], [*cuts, len(lines)], strict=True)
    batches = [b"\n".join(shuffled[begin:end]) + b"\n" for begin, end in borders if begin < end]
    again = draw(st.lists(st.sampled_from(batches), max_size=2)) if batches else []
    return draw(st.permutations([*batches, *again]))
