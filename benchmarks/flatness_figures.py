"""The figures of pages in small and in large databases: ratios, as tables and as a picture, and what is not flat."""

from collections.abc import Callable, Sequence
from statistics import median

import msgspec
from rich.table import Table

from benchmarks.figures import spread
from benchmarks.pictures import Bar, Panel

CONTROL = "by OFFSET (control)"
FLAT = 3.0
"""A flat page looks at no more than so many times the buffers of another: in a large table, 25 rows and what is joined
to them lie farther apart, below indexes that are a level higher."""
GROWING = {
    "a board": "far pages read posts that stayed published when their job had closed, and do not show them",
}
"""Endpoint → why it is measured, and not judged."""
HEADINGS = (
    "endpoint", "page", "applications", "buffers", "PostgreSQL ms", "p50 ms", "p95 ms", "buffers ×", "PostgreSQL ×",
    "p50 ×",
)  # fmt: skip


class Point(msgspec.Struct, frozen=True):
    """What a page costs in one size of the database; `postgres_ms` and `p50_ms` have a value for each round.

    `number` is the page that was read, where the list has fewer than `page`. The control is not asked over HTTP.
    """

    size: int
    endpoint: str
    page: int
    number: int
    buffers: int
    postgres_ms: list[float]
    p50_ms: list[float]
    p95_ms: float | None


def wrong(points: Sequence[Point]) -> list[str]:
    """Which pages are not flat, by size or by place, and whether the control is."""
    largest = max(each.size for each in points)
    judged = [each for each in points if each.endpoint != CONTROL and each.endpoint not in GROWING]
    found = [
        f"{each.endpoint}, page {each.number:,}: {growth:.1f} times the buffers of {what}"
        for what, base in (("the smallest database", smallest), ("its first page", first))
        for each in judged
        if (growth := each.buffers / base(points, each).buffers) > FLAT
    ]
    control = [each for each in points if each.endpoint == CONTROL and each.size == largest]
    if all(each.buffers <= FLAT * first(points, each).buffers for each in control):
        found.append("the control is flat, so nothing is proven: take a larger database")
    return found


def smallest(points: Sequence[Point], point: Point) -> Point:
    """The same page in the smallest database."""
    same = [each for each in points if (each.endpoint, each.page) == (point.endpoint, point.page)]
    return min(same, key=lambda each: each.size)


def first(points: Sequence[Point], point: Point) -> Point:
    """The first page of the same list in the same database."""
    same = [each for each in points if (each.endpoint, each.size) == (point.endpoint, point.size)]
    return min(same, key=lambda each: each.page)


def told(points: Sequence[Point]) -> list[Point]:
    """The pages without those that are the first one again, of a list that has no other."""
    return [each for each in points if each.page == first(points, each).page or each.number > 1]


def rows(points: Sequence[Point]) -> list[tuple[str, ...]]:
    """A row for each page in each size; ratios to the smallest, round by round: median, least, most."""
    return [
        (
            point.endpoint,
            f"{point.number:,}",
            f"{point.size:,}",
            f"{point.buffers:,}",
            spread(point.postgres_ms, "{:.2f}"),
            f"{median(point.p50_ms):.1f}" if point.p50_ms else "",
            "" if point.p95_ms is None else f"{point.p95_ms:.1f}",
            *ratios(point, smallest(points, point)),
        )
        for point in told(points)
    ]


def ratios(point: Point, base: Point) -> tuple[str, str, str]:
    """Of buffers, PostgreSQL's time and latency to those of another size, empty for itself."""
    if point is base:
        return "", "", ""
    times = [one / other for one, other in zip(point.postgres_ms, base.postgres_ms, strict=True)]
    waits = [one / other for one, other in zip(point.p50_ms, base.p50_ms, strict=True)]
    return f"{point.buffers / base.buffers:.2f}", spread(times, "{:.2f}"), spread(waits, "{:.2f}")


def table(points: Sequence[Point]) -> Table:
    """The rows for a terminal."""
    result = Table(*HEADINGS)
    for column in result.columns[1:]:
        column.justify = "right"
    for row in rows(points):
        result.add_row(*row)
    return result


def report(points: Sequence[Point]) -> str:
    """The rows in Markdown."""
    lines = ["|".join(("", *HEADINGS, "")), "|".join(("", "---", *["---:"] * (len(HEADINGS) - 1), ""))]
    lines += ["|".join(("", *row, "")) for row in rows(points)]
    return "\n".join(
        [*lines, "", *(f"- `{name}` is measured, and not judged: {why}" for name, why in GROWING.items()), ""]
    )


def panels(points: Sequence[Point]) -> list[Panel]:
    """Latency and buffers of each page in each size; the largest database is marked."""
    largest, asked = max(each.size for each in points), [each for each in told(points) if each.endpoint != CONTROL]
    titles: Sequence[tuple[str, Callable[[Point], Sequence[float]]]] = (
        ("answer of the API: p50, in ms", lambda point: point.p50_ms),
        ("buffers that PostgreSQL looks at", lambda point: [point.buffers]),
    )
    return [
        Panel(title, [Bar.of(label(each), figure(each), is_marked=each.size == largest) for each in asked])
        for title, figure in titles
    ]


def label(point: Point) -> str:
    """A page in one size, as the picture names it."""
    return f"{point.endpoint}, page {point.number:,} at {point.size:,}"
