"""Each report by the words of docs/reports.md, computed from nothing but a list of events."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from tests.reports.events import Event
from tests.reports.oracle import (
    KINDS,
    Application,
    Opening,
    Row,
    applications,
    by_period,
    days,
    histories,
    is_counted,
    openings,
    percentile,
    percentiles,
    rate,
)
from tests.reports.question import Question, last_day

STATES = ("active", "rejected", "withdrawn", "transferred")


def funnel(events: Sequence[Event], question: Question) -> list[Row]:
    """How far the applications came that entered in the period."""
    rows = []
    for period, entered in by_period(applications(events, question), question, lambda a: a.entered_at):
        reached = [sum(a.reaches(kind) for a in entered) for kind in KINDS]
        for n, kind in enumerate(KINDS):
            stayed = [a.state for a in entered if a.furthest == kind]
            rows.append({
                "period": period, "kind": kind, "reached": reached[n],
                "conversion": rate(reached[n], reached[n - 1]) if n else 1.0, "share": rate(reached[n], reached[0]),
                **{state: stayed.count(state) for state in STATES},
            })  # fmt: skip
    return rows


def hires(events: Sequence[Event], question: Question) -> list[Application]:
    """The applications that are hired."""
    return [a for a in applications(events, question) if a.state == "hired"]


def time_to_hire(events: Sequence[Event], question: Question) -> list[Row]:
    """Days from entering to the hire."""
    return [
        {"period": period, "hires": len(hired), **percentiles([days(a.entered_at, a.last_at) for a in hired])}
        for period, hired in by_period(hires(events, question), question, lambda a: a.last_at)
    ]


def time_to_hire_distribution(events: Sequence[Event], question: Question) -> list[Row]:
    """The same hires by whole weeks."""
    durations = [days(a.entered_at, a.last_at) for a in hires(events, question) if question.is_in_period(a.last_at)]
    rows: list[Row] = []
    for from_days in range(0, 85, 7):
        to_days = from_days + 7 if from_days < 84 else None
        counted = [each for each in durations if from_days <= each and (to_days is None or each < to_days)]
        if counted:
            rows.append({"from_days": from_days, "to_days": to_days, "hires": len(counted)})
    return rows


def time_to_fill(events: Sequence[Event], question: Question) -> list[Row]:
    """Days from the creation of an opening to its filling."""
    filled = [o for o in openings(events, question) if o.state() == "filled"]
    return [
        {
            "period": period,
            "filled": len(found),
            **percentiles([days(o.history[0].occurred_at, o.history[-1].occurred_at) for o in found]),
        }
        for period, found in by_period(filled, question, lambda o: o.history[-1].occurred_at)
    ]


class Stay(NamedTuple):
    """The time that an application was in a stage; `ended_at` is None while it is there."""

    kind: str
    began_at: datetime
    ended_at: datetime | None


def stays(application: Application) -> list[Stay]:
    """The stays of an application in stages that count."""
    found = []
    for event, after in zip(application.history, [*application.history[1:], None], strict=True):
        if is_counted(event) and event.type != "application.hired" and event.stage_kind:
            found.append(Stay(event.stage_kind, event.counts_at, after.counts_at if after else None))
    return found


def time_in_stage(events: Sequence[Event], question: Question) -> list[Row]:
    """How long applications stay in stages."""
    every = [stay for application in applications(events, question) for stay in stays(application)]
    ended = [(stay, stay.ended_at) for stay in every if stay.ended_at is not None]
    running = [stay for stay in every if stay.ended_at is None] if not question.granularity else []
    periods = dict(by_period(ended, question, lambda each: each[1]))
    if running:
        periods.setdefault(None, [])
    rows = []
    for period, found in sorted(periods.items(), key=lambda row: row[0] or date.min):
        for kind in KINDS:
            lengths = [days(stay.began_at, ended_at) for stay, ended_at in found if stay.kind == kind]
            ages = [days(stay.began_at, question.as_of) for stay in running if stay.kind == kind]
            if lengths or ages:
                rows.append({
                    "period": period, "kind": kind, "ended": len(lengths), **percentiles(lengths),
                    "running": len(ages), "running_median_days": percentile(ages, 0.5),
                })  # fmt: skip
    return rows


def sources(events: Sequence[Event], question: Question) -> list[Row]:
    """What came of the applications that entered in the period, by source."""
    rows = []
    for period, entered in by_period(applications(events, question), question, lambda a: a.entered_at):
        for source_id in {a.source_id for a in entered}:
            found = [a for a in entered if a.source_id == source_id]
            states = [a.state for a in found]
            reached = {kind: sum(a.reaches(kind) for a in found) for kind in ("interview", "offer")}
            rows.append({
                "period": period, "source_id": source_id, "applications": len(found),
                **{state: states.count(state) for state in (*STATES, "hired")},
                "reached_interview": reached["interview"], "reached_offer": reached["offer"],
                "interview_rate": rate(reached["interview"], len(found)),
                "hire_rate": rate(states.count("hired"), len(found)),
                "median_days_to_hire": percentile(
                    [days(a.entered_at, a.last_at) for a in found if a.state == "hired"], 0.5
                ),
            })  # fmt: skip
    return sorted(rows, key=lambda row: (row["period"] or date.min, -row["applications"], id_order(row["source_id"])))


def id_order(value: UUID | None) -> tuple[bool, str]:
    """Ids in the order of their text, nothing last."""
    return value is None, str(value)


def openings_by_period(events: Sequence[Event], question: Question) -> list[Row]:
    """What became of openings in each period, and how many were open at its end."""
    every = openings(events, question)
    rows = []
    for period, found in by_period([e for o in every for e in o.history], question, lambda event: event.occurred_at):
        last = last_day(period, question)
        rows.append({
            "period": period,
            **{change: sum(event.type == f"opening.{change}" for event in found)
               for change in ("created", "filled", "closed", "reopened")},
            "open": sum(o.state(last, question) == "open" for o in every),
        })  # fmt: skip
    return rows


def forecast(events: Sequence[Event], question: Question) -> list[Row]:
    """What the applications that are active let expect."""
    every = applications(events, question)
    of_period = [a for a in every if question.is_in_period(a.entered_at)]
    rows = []
    for kind in KINDS[:-1]:
        active = sum(a.state == "active" and a.furthest == kind for a in every)
        ended = [a for a in of_period if a.reaches(kind) and a.state != "active"]
        hired = sum(a.state == "hired" for a in ended)
        hire_rate = rate(hired, len(ended))
        rows.append({
            "kind": kind, "active": active, "ended": len(ended), "hired": hired, "hire_rate": hire_rate,
            "expected_hires": active * (hire_rate or 0.0), "open_openings": count_open(openings(events, question)),
        })  # fmt: skip
    return rows


def count_open(found: Sequence[Opening]) -> int:
    """How many openings are open."""
    return sum(o.state() == "open" for o in found)


def recruiters(events: Sequence[Event], question: Question) -> list[Row]:
    """What users did in the period."""
    names = {
        "added": "submitted", "moved": "stage_changed", "rejected": "rejected", "withdrawn": "withdrawn",
        "reopened": "reopened", "hired": "hired", "unhired": "unhired",
    }  # fmt: skip
    done: dict[tuple[date | None, UUID], list[Event]] = defaultdict(list)
    for event in [event for a in applications(events, question) for event in a.history]:
        if event.user_id and question.is_in_period(event.occurred_at) and event.type != "application.transferred":
            done[question.period(event.occurred_at), event.user_id].append(event)
    rows: list[Row] = [
        {
            "period": period,
            "user_id": user_id,
            **{name: sum(e.type == f"application.{change}" for e in found) for name, change in names.items()},
            "applications": len({e.aggregate_id for e in found}),
        }
        for (period, user_id), found in done.items()
    ]
    return sorted(rows, key=lambda row: (row["period"] or date.min, -row["applications"], id_order(row["user_id"])))


def jobs(events: Sequence[Event], question: Question) -> list[Row]:
    """How jobs stand."""
    active = [a for a in applications(events, question) if a.state == "active"]
    open_openings = [o for o in openings(events, question) if o.state() == "open"]
    opened = {
        history[-1].job_id: history[-1].occurred_at
        for history in histories(events, question, "job.status_changed".__eq__)
        if history[-1].status == "open"
    }
    rows: list[Row] = []
    for job_id in {a.job_id for a in active} | {o.job_id for o in open_openings}:
        ages = [days(a.last_at, question.as_of) for a in active if a.job_id == job_id]
        rows.append({
            "job_id": job_id, "active": len(ages), "stale": sum(age >= question.stale_days for age in ages),
            "median_age_days": percentile(ages, 0.5), "oldest_age_days": max(ages, default=None),
            "open_openings": sum(o.job_id == job_id for o in open_openings),
            "open_days": days(opened[job_id], question.as_of) if job_id in opened else None,
        })  # fmt: skip
    rows.sort(key=lambda row: (-row["stale"], -row["active"], id_order(row["job_id"])))
    return rows[: question.row_limit]


REPORTS: dict[str, Callable[[Sequence[Event], Question], list[Row]]] = {
    "funnel": funnel, "time_to_hire": time_to_hire, "time_to_hire_distribution": time_to_hire_distribution,
    "time_to_fill": time_to_fill, "time_in_stage": time_in_stage, "sources": sources, "openings": openings_by_period,
    "forecast": forecast, "recruiters": recruiters, "jobs": jobs,
}  # fmt: skip
"""Every report by the name of its statement."""
