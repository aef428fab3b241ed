"""Plots over an axis: columns that lie in each other, and lines with markers."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import msgspec
from markupsafe import Markup

from hiring.pictures.drawing import WIDTH, Drawing, element, joined, marker, measured, text, width_of
from hiring.pictures.numbers import tick, ticks

HEIGHT = 260.0
TOP, BOTTOM = 18.0, 26.0
LEAST_LEFT = 44.0
"""Half of the first day's name has room."""
WIDEST_COLUMN = 64.0
LABELLED = 16
"""Up to so many columns have their number above them."""
DAYS_LABELLED = 6
MARKED = 60
"""Lines of up to so many points have markers."""
APART = 16.0
"""So far from each other stand the names of lines."""


class Column(msgspec.Struct, frozen=True):
    """A column at a place of the axis: how high each layer is, the highest first, and the number above it."""

    at: float
    label: str
    layers: Sequence[tuple[str, float]]
    told: str


class Line(msgspec.Struct, frozen=True):
    """A line: its class, its name, its points, and how the last value is written."""

    kind: str
    name: str
    points: Sequence[tuple[date, float | None]]
    told: str


class Plane(msgspec.Struct, frozen=True):
    """Where a plot has its numbers: from a place of the axis to another one, and from zero upwards."""

    left: float
    right: float
    first: float
    last: float
    steps: Sequence[float]

    def x(self, at: float) -> float:
        """Where a place of the axis is; the only one is in the middle."""
        if self.first == self.last:
            return (self.left + self.right) / 2
        return self.left + (at - self.first) / (self.last - self.first) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Where a value is."""
        return HEIGHT - BOTTOM - value / self.steps[-1] * (HEIGHT - BOTTOM - TOP)

    def grid(self) -> Sequence[Markup]:
        """The lines of round numbers."""
        parts = list[Markup]()
        for step in self.steps:
            y = self.y(step)
            kind = "grid" if step else "axis"
            parts.append(element("line", x1=self.left, x2=self.right, y1=y, y2=y, class_=kind))
            parts.append(text(self.left - 8, y + 4.5, tick(step), "tick", "end"))
        return parts


def plane(places: Sequence[float], most: float, *, margin: float, right: float, is_count: bool) -> Plane:
    """A plane for places of the axis, with a margin before the first and behind the last, in units of the axis."""
    steps = ticks(most, is_count=is_count)
    left = max(LEAST_LEFT, *(width_of(tick(step)) + 12 for step in steps))
    return Plane(left, max(WIDTH, left + right + 240) - right, min(places) - margin, max(places) + margin, steps)


def columns(found: Sequence[Column], axis: Sequence[tuple[float, str]] = ()) -> Drawing:
    """Columns side by side; `axis` has all places and their names, where there are more of them than columns."""
    places = sorted({each.at for each in found} | {at for at, _ in axis})
    gap = min((after - before for before, after in pairwise(places)), default=1.0)
    most = max(value for each in found for _, value in each.layers)
    on = plane(places, most, margin=gap / 2, right=0.0, is_count=True)
    width = min((on.right - on.left) / (on.last - on.first) * gap * 0.82, WIDEST_COLUMN)
    parts = [*on.grid(), *(column(each, on, width, is_labelled=len(found) <= LABELLED) for each in found)]
    parts += labels(on, axis or [(each.at, each.label) for each in found], fits=width / 0.82)
    return Drawing(joined(parts), HEIGHT, on.right)


def column(found: Column, on: Plane, width: float, *, is_labelled: bool) -> Markup:
    """One column."""
    middle, parts = on.x(found.at), [element("title", f"{found.label}: {found.told}")]
    for place, (kind, value) in enumerate(found.layers):
        inset = min(place * 0.06 * width, width / 2 - 0.5) if width > 20 else 0.0
        if value:
            parts.append(
                element(
                    "rect", x=middle - width / 2 + inset, y=on.y(value), width=max(width - 2 * inset, 0.5),
                    height=on.y(0) - on.y(value), class_=kind,
                )
            )  # fmt: skip
    if is_labelled and width_of(found.told) < width + 12:
        parts.append(text(middle, on.y(found.layers[0][1]) - 5, found.told, "value", "middle"))
    return element("g", joined(parts))


def labels(on: Plane, found: Sequence[tuple[float, str]], fits: float) -> Sequence[Markup]:
    """The names of places below the axis, as many as there is room for."""
    if not found:
        return []
    needed = max(width_of(label) for _, label in found) + 10
    every = max(1, -int(-needed // max(fits, 0.1)))
    return [text(on.x(at), HEIGHT - 6, label, "tick", "middle") for at, label in found[::every]]


def lines(found: Sequence[Line]) -> Drawing:
    """Lines over days; a line is broken where it has no value, and its last value stands beside it."""
    days = sorted({day for each in found for day, _ in each.points})
    values = [value for each in found for _, value in each.points if value is not None]
    is_count = all(isinstance(value, int) for value in values)
    right = max(width_of(f"{each.name} {each.told}") for each in found) + 18
    on = plane(
        [float(day.toordinal()) for day in days], max(values, default=0), margin=0.0, right=right, is_count=is_count
    )
    width = on.right + right
    parts = [*on.grid(), *(line(each, on, is_marked=len(days) <= MARKED) for each in found)]
    parts += names(found, on)
    shown = days[:: -(-len(days) // DAYS_LABELLED)]
    parts += [text(on.x(day.toordinal()), HEIGHT - 6, str(day), "tick", "middle") for day in shown]
    return Drawing(joined(parts), HEIGHT, width)


def line(found: Line, on: Plane, *, is_marked: bool) -> Markup:
    """One line with its markers."""
    path, is_begun, parts = list[str](), False, list[Markup]()
    for day, value in found.points:
        if value is None:
            is_begun = False
            continue
        x, y = on.x(day.toordinal()), on.y(value)
        path.append(f"{'L' if is_begun else 'M'}{measured(x)} {measured(y)}")
        is_begun = True
        if is_marked:
            parts.append(marker(found.kind, x, y))
    return element("g", joined([element("path", d=" ".join(path), class_=found.kind), *parts]))


def names(found: Sequence[Line], on: Plane) -> Sequence[Markup]:
    """The names of the lines with their last values, at their ends, moved apart."""
    ends = []
    for each in found:
        values = [value for _, value in each.points if value is not None]
        if values:
            ends.append((on.y(values[-1]), each))
    placed, before = list[Markup](), HEIGHT
    for y, each in sorted(ends, key=lambda end: -end[0]):
        before = min(y + 4.5, before - APART)
        words = Markup("{} {}").format(element("tspan", each.name, class_="minor"), each.told)
        placed.append(element("text", words, x=on.right + 12, y=before, class_="value"))
    return placed
