"""The figures of pairs of a write and a read, as tables and as a picture, and what must not be among them."""

from collections.abc import Callable, Sequence

import msgspec
from rich.table import Table

from benchmarks.pictures import Bar, Panel

HEADINGS = (
    "replicas", "lagging", "lag", "pairs", "stale", "on replicas", "p50 ms", "p99 ms", "without: pairs", "stale",
    "p50 ms", "p99 ms",
)  # fmt: skip


class Reads(msgspec.Struct, frozen=True):
    """What the reads of some pairs were; a few more queries than these may have been answered by replicas."""

    pairs: int
    stale: int
    on_replicas: int
    p50_ms: float
    p99_ms: float


class Case(msgspec.Struct, frozen=True):
    """What was found with so many replicas at one lag; `lag_ms` is None where replay was paused."""

    replicas: int
    lagging: int
    lag_ms: int | None
    with_token: Reads
    without_token: Reads


def wrong(cases: Sequence[Case]) -> list[str]:
    """What a run must not show: a stale read with a token, or a control that proves nothing."""
    stale = [
        f"{each.with_token.stale} stale reads with a token: {label(each)}" for each in cases if each.with_token.stale
    ]
    blind = [
        f"the control missed nothing: {label(each)}"
        for each in cases
        if each.lag_ms != 0 and not each.without_token.stale
    ]
    return stale + blind


def label(case: Case) -> str:
    """A case as pictures and messages name it."""
    return f"{case.lagging} of {case.replicas} lagging, {lag_of(case)}"


def lag_of(case: Case) -> str:
    """The lag with its unit."""
    return "paused" if case.lag_ms is None else f"{case.lag_ms:,} ms"


def share(reads: Reads) -> float:
    """The share of the reads that replicas answered, in percent."""
    return 100 * reads.on_replicas / reads.pairs


def rows(cases: Sequence[Case]) -> list[tuple[str, ...]]:
    """A row for each case, and one of all."""
    found = [
        (
            str(case.replicas), str(case.lagging), lag_of(case), f"{case.with_token.pairs:,}",
            f"{case.with_token.stale:,}", f"{share(case.with_token):.1f} %", f"{case.with_token.p50_ms:.1f}",
            f"{case.with_token.p99_ms:.1f}", f"{case.without_token.pairs:,}", f"{case.without_token.stale:,}",
            f"{case.without_token.p50_ms:.1f}", f"{case.without_token.p99_ms:.1f}",
        )
        for case in cases
    ]  # fmt: skip
    totals = [
        f"{sum(getattr(reads, figure) for reads in each):,}"
        for each in ([case.with_token for case in cases], [case.without_token for case in cases])
        for figure in ("pairs", "stale")
    ]
    return [*found, ("all", "", "", *totals[:2], "", "", "", *totals[2:], "", "")]


def table(cases: Sequence[Case]) -> Table:
    """The rows for a terminal."""
    result = Table(*HEADINGS)
    for column in result.columns:
        column.justify = "right"
    for row in rows(cases):
        result.add_row(*row)
    return result


def report(cases: Sequence[Case]) -> str:
    """The rows in Markdown."""
    lines = ["|".join(("", *each, "")) for each in (HEADINGS, ["---:"] * len(HEADINGS), *rows(cases))]
    return "\n".join([*lines, ""])


def panels(cases: Sequence[Case]) -> list[Panel]:
    """The share of reads on replicas, and how long reads took, with a token."""
    titles: Sequence[tuple[str, Callable[[Reads], float]]] = (
        ("reads with a token that replicas answered, in percent", share),
        ("reads with a token: p50, in ms", lambda reads: reads.p50_ms),
        ("reads with a token: p99, in ms", lambda reads: reads.p99_ms),
    )
    return [
        Panel(title, [Bar.of(label(each), [figure(each.with_token)], is_marked=each.lag_ms != 0) for each in cases])
        for title, figure in titles
    ]
