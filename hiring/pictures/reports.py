"""The picture of each report: which of its numbers are drawn, and how. What they mean: `docs/reports.md`."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

import msgspec

from hiring.pictures.bars import Bar, bars
from hiring.pictures.drawing import Drawing, Legend, legend, text, under
from hiring.pictures.numbers import Row, period, short, told
from hiring.pictures.plots import Column, Line, columns, lines

MOST_BARS = 30
"""A picture with more would fit on no page."""
LAST_WEEK_DAYS = 84
KINDS = ("review", "screen", "assessment", "interview", "offer", "hired")
PERCENTILES = {"median_days": "median", "p75_days": "75 %", "p90_days": "90 %"}
PERCENTILE_STEPS = {"p90_days": "step2", "p75_days": "step3", "median_days": "step5"}
NESTED = (
    Legend("step5", "median"), Legend("step3", "75 % took this long or less"), Legend("step2", "90 %"),
)  # fmt: skip


class Picture(msgspec.Struct, frozen=True):
    """How a report is drawn: its title, what the picture shows, and the drawing of rows, at least one."""

    title: str
    sentence: str
    draw: Callable[[Sequence[Row]], Drawing]

    def drawing(self, rows: Sequence[Row]) -> Drawing:
        """The drawing, also of no rows."""
        if not rows:
            return Drawing(text(12, 34, "There is nothing to count in this report.", "label"), 56.0)
        return self.draw(rows)


def is_cut(rows: Sequence[Row]) -> bool:
    """Whether the report is cut into periods."""
    return rows[0].get("period") is not None


def label(row: Row, key: str) -> str:
    """What a row's bar is called, with its period where there are several."""
    name = short(row[key]) if key.endswith("_id") else str(row[key])
    return f"{row['period']} {name}" if row.get("period") is not None else name


def keyed(entries: Sequence[Legend], drawing: Drawing) -> Drawing:
    """A drawing under what its colors mean."""
    return under(legend(entries, drawing.width), drawing)


def nested(rows: Sequence[Row], key: str, layers: Mapping[str, str], shown: Callable[[Row], str]) -> Drawing:
    """A bar for each row; `layers` are members of it with their classes, the widest first."""
    found = [
        Bar(label(row, key), [(kind, row[name]) for name, kind in layers.items()], shown(row))
        for row in rows[:MOST_BARS]
    ]
    return msgspec.structs.replace(bars(found), left_out=max(0, len(rows) - MOST_BARS))


def over_time(rows: Sequence[Row], members: Mapping[str, str]) -> Drawing:
    """A line for each member of rows that are cut into periods."""
    found = []
    for place, (name, words) in enumerate(members.items()):
        values = [row[name] for row in rows if row[name] is not None]
        points = [(period(row), row[name]) for row in rows]
        found.append(Line(f"line{place + 1}", words, points, told(name, values[-1] if values else None)))
    return keyed([Legend(each.kind, each.name) for each in found], lines(found))


def funnel(rows: Sequence[Row]) -> Drawing:
    """A bar for each kind, or a column for each period, in which each kind lies in the one before."""
    if not is_cut(rows):
        return nested(
            rows, "kind", {"reached": "step4"},
            lambda row: f"{told('reached', row['reached'])} · {told('conversion', row['conversion'])}",
        )  # fmt: skip
    found = []
    for day, of_period in groupby(rows, period):
        reached = {row["kind"]: row["reached"] for row in of_period}
        layers = [(f"step{place + 1}", float(reached.get(kind, 0))) for place, kind in enumerate(KINDS)]
        found.append(Column(float(day.toordinal()), str(day), layers, told("reached", reached.get("review", 0))))
    return keyed([Legend(f"step{place + 1}", kind) for place, kind in enumerate(KINDS)], columns(found))


def durations(rows: Sequence[Row]) -> Drawing:
    """A bar for each percentile, or a line over the periods."""
    if is_cut(rows):
        return over_time(rows, PERCENTILES)
    [row] = rows
    return bars(
        [Bar(words, [(PERCENTILE_STEPS[name], row[name])], days(name, row)) for name, words in PERCENTILES.items()]
    )


def days(name: str, row: Row) -> str:
    """A duration with its unit."""
    return told(name, row[name]) if row[name] is None else f"{told(name, row[name])} days"


def distribution(rows: Sequence[Row]) -> Drawing:
    """A column for each week; weeks without hires leave their room empty."""
    found = [
        Column(
            row["from_days"] / 7, f"{row['from_days']}+" if row["to_days"] is None else str(row["from_days"]),
            [("step4", float(row["hires"]))], told("hires", row["hires"]),
        )
        for row in rows
    ]  # fmt: skip
    last = LAST_WEEK_DAYS // 7
    return columns(found, [(float(week), f"{week * 7}{'+' if week == last else ''}") for week in range(last + 1)])


def time_in_stage(rows: Sequence[Row]) -> Drawing:
    """Percentiles in each other for each kind, and what is still running below; or the medians over the periods."""
    if is_cut(rows):
        return medians_by_kind(rows)
    found = []
    for row in rows[:MOST_BARS]:
        ended = " · ".join(told(name, row[name]) for name in PERCENTILES)
        found.append(Bar(label(row, "kind"), [(kind, row[name]) for name, kind in PERCENTILE_STEPS.items()], ended))
        running = f"{told('running', row['running'])} · {told('running_median_days', row['running_median_days'])}"
        found.append(Bar("running", [("other", row["running_median_days"])], running, is_minor=True))
    return keyed([*NESTED, Legend("other", "running: how many, median")], bars(found))


def medians_by_kind(rows: Sequence[Row]) -> Drawing:
    """A line for each kind that has rows."""
    found = []
    for place, kind in enumerate(KINDS):
        points = [(period(row), row["median_days"]) for row in rows if row["kind"] == kind]
        values = [value for _, value in points if value is not None]
        if points:
            found.append(Line(f"line{place + 1}", kind, points, told("median_days", values[-1] if values else None)))
    return keyed([Legend(each.kind, each.name) for each in found], lines(found))


def sources(rows: Sequence[Row]) -> Drawing:
    """How many came, how many of them came to an interview, and how many were hired."""
    drawn = nested(
        rows, "source_id", {"applications": "step2", "reached_interview": "step3", "hired": "step5"},
        lambda row: f"{told('applications', row['applications'])} · {told('hire_rate', row['hire_rate'])} hired",
    )  # fmt: skip
    return keyed(
        [Legend("step2", "applications"), Legend("step3", "reached interview"), Legend("step5", "hired")], drawn
    )


def openings(rows: Sequence[Row]) -> Drawing:
    """A bar for each count, or lines over the periods."""
    names = ("open", "created", "filled", "closed", "reopened")
    if is_cut(rows):
        return over_time(rows, {name: name for name in names[:4]})
    [row] = rows
    return bars(
        [Bar(name, [("step5" if name == "open" else "step3", row[name])], told(name, row[name])) for name in names]
    )


def forecast(rows: Sequence[Row]) -> Drawing:
    """Active applications, and the hires that they let expect."""
    drawn = nested(
        rows, "kind", {"active": "step2", "expected_hires": "step5"},
        lambda row: f"{told('active', row['active'])} · {told('expected_hires', row['expected_hires'])} expected",
    )  # fmt: skip
    return keyed([Legend("step2", "active applications"), Legend("step5", "expected hires")], drawn)


def recruiters(rows: Sequence[Row]) -> Drawing:
    """How many applications each user touched, and how many hires they made."""
    drawn = nested(
        rows, "user_id", {"applications": "step2", "hired": "step5"},
        lambda row: f"{told('applications', row['applications'])} · {told('hired', row['hired'])} hired",
    )  # fmt: skip
    return keyed([Legend("step2", "applications"), Legend("step5", "hired")], drawn)


def jobs(rows: Sequence[Row]) -> Drawing:
    """Active applications, and the stale ones among them."""
    drawn = nested(
        rows, "job_id", {"active": "step2", "stale": "other"},
        lambda row: f"{told('stale', row['stale'])} stale of {told('active', row['active'])}",
    )  # fmt: skip
    return keyed([Legend("step2", "active applications"), Legend("other", "stale ones among them")], drawn)


PICTURES = {
    "funnel": Picture(
        "Funnel", "How many applications reached each kind of stage, and what part of the kind before that is.", funnel
    ),
    "time-to-hire": Picture("Time to hire", "Days from entering to the hire: the median, 75 % and 90 %.", durations),
    "time-to-hire-distribution": Picture(
        "Distribution of the time to hire",
        "Hires by the whole weeks that they took; a column is named by its first day.",
        distribution,
    ),
    "time-to-fill": Picture("Time to fill", "Days until an opening was filled: the median, 75 % and 90 %.", durations),
    "time-in-stage": Picture("Time in stages", "Days that applications stayed in stages of each kind.", time_in_stage),
    "sources": Picture("Sources", "Applications by source, how far they came, and which part was hired.", sources),
    "openings": Picture("Openings", "What became of openings, and how many were open at the end.", openings),
    "forecast": Picture(
        "Forecast", "Active applications by the kind that they reached, and the hires to expect.", forecast
    ),
    "recruiters": Picture("Recruiters", "Applications that each user did something to, and hires.", recruiters),
    "jobs": Picture("Jobs", "Active applications of each job, and those to which nothing happened for long.", jobs),
}
"""Name of a report → its picture."""
