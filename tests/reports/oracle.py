"""The histories of applications, openings and jobs as docs/reports.md defines them, from a list of events alone."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from tests.reports.events import Event
from tests.reports.question import Question

Row = dict[str, Any]
CountedT = TypeVar("CountedT")

KINDS = ("review", "screen", "assessment", "interview", "offer", "hired")
"""The kinds of stages in their order, without the one that does not count."""
CHANGES = frozenset(
    f"application.{change}"
    for change in ("submitted", "stage_changed", "rejected", "withdrawn", "reopened", "hired", "unhired", "transferred")
)
ENDINGS = {f"application.{state}": state for state in ("rejected", "withdrawn", "hired", "transferred")}
MERGED = "merged"
"""What the last event of an application says that a merge of candidates ended."""


class Application(NamedTuple):
    """An application that has entered, as it stands at `as_of`."""

    id: UUID
    job_id: UUID
    source_id: UUID | None
    history: Sequence[Event]
    entered_at: datetime

    @property
    def state(self) -> str:
        """What its last event says."""
        return ENDINGS.get(self.history[-1].type, "active")

    @property
    def last_at(self) -> datetime:
        """When its last event counts."""
        return self.history[-1].counts_at

    def reaches(self, kind: str) -> bool:
        """Whether it came to a kind of stages, or passed it on the way to a later one."""
        if kind == "hired" or self.state == "hired":
            return self.state == "hired"
        entered = [
            event.stage_kind for event in self.history if is_counted(event) and event.type != "application.hired"
        ]
        return kind == "review" or any(KINDS.index(each) >= KINDS.index(kind) for each in entered if each)

    @property
    def furthest(self) -> str:
        """The last kind that it reaches."""
        return [kind for kind in KINDS if self.reaches(kind)][-1]


class Opening(NamedTuple):
    """An opening as it stands at `as_of`."""

    id: UUID
    job_id: UUID
    history: Sequence[Event]

    def state(self, by: date | None = None, question: Question | None = None) -> str | None:
        """What its last event says, or the last one by the end of a day; None before the first."""
        known = [event for event in self.history if by is None or not question or question.day(event.occurred_at) <= by]
        if not known:
            return None
        return {"opening.filled": "filled", "opening.closed": "closed"}.get(known[-1].type, "open")


def is_counted(event: Event) -> bool:
    """Whether an application is in a stage that counts after an event."""
    return event.stage_kind in KINDS


def histories(events: Iterable[Event], question: Question, types: Callable[[str], bool]) -> Iterator[list[Event]]:
    """What was recorded by `as_of` of each resource whose job the reader sees, in the order of versions."""
    found: dict[UUID, dict[int, Event]] = defaultdict(dict)
    for event in events:
        if types(event.type) and event.occurred_at <= question.as_of and question.is_job_seen(event.job_id):
            found[event.aggregate_id][event.version] = event
    for history in found.values():
        yield [history[version] for version in sorted(history)]


def applications(events: Iterable[Event], question: Question) -> list[Application]:
    """The applications that count: they have entered, no merge has ended them, and the reader may see them."""
    found = []
    for history in histories(events, question, CHANGES.__contains__):
        entries = [event.counts_at for event in history if is_counted(event)]
        source_id, application_id = history[0].source_id, history[0].aggregate_id
        is_wanted = question.source_id is None or question.source_id == source_id
        is_hidden = application_id in question.hidden_application_ids
        if entries and is_wanted and not is_hidden and history[-1].status != MERGED:
            found.append(Application(application_id, history[0].job_id, source_id, history, entries[0]))
    return found


def openings(events: Iterable[Event], question: Question) -> list[Opening]:
    """The openings of the jobs that count."""
    types = {f"opening.{change}" for change in ("created", "filled", "closed", "reopened")}
    return [
        Opening(history[0].aggregate_id, history[0].job_id, history)
        for history in histories(events, question, types.__contains__)
    ]


def days(begun_at: datetime, ended_at: datetime) -> float:
    """The time between two moments in days of 86,400 seconds."""
    return (ended_at - begun_at) / timedelta(days=1)


def percentile(values: Sequence[float], fraction: float) -> float | None:
    """The value below which a fraction of the others lie, interpolated between the two nearest (R's type 7)."""
    if not values:
        return None
    ordered, place = sorted(values), fraction * (len(values) - 1)
    below, above = ordered[math.floor(place)], ordered[math.ceil(place)]
    return below + (above - below) * (place - math.floor(place))


def percentiles(values: Sequence[float]) -> Row:
    """The median and the percentiles of a report's row."""
    return {f"{name}_days": percentile(values, at) for name, at in (("median", 0.5), ("p75", 0.75), ("p90", 0.9))}


def rate(part: int, whole: int) -> float | None:
    """A fraction of the whole; None of nothing."""
    return part / whole if whole else None


def by_period(
    counted: Iterable[CountedT], question: Question, moment: Callable[[CountedT], datetime]
) -> list[tuple[date | None, list[CountedT]]]:
    """What happened in the period, by the rows that the granularity makes, in the order of time."""
    rows: dict[date | None, list[CountedT]] = defaultdict(list)
    for each in counted:
        if question.is_in_period(moment(each)):
            rows[question.period(moment(each))].append(each)
    return sorted(rows.items(), key=lambda row: row[0] or date.min)
