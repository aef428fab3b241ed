"""The figures of a bench: medians and ratios, as tables and as a picture."""

from collections.abc import Callable, Sequence
from statistics import median

from rich.table import Table

from benchmarks.load import Run
from benchmarks.pictures import Bar, Panel
from benchmarks.processes import OURS
from benchmarks.works import Work

HEADINGS = (
    "work", "server", "requests/s", "p50 ms", "p99 ms", "CPU µs", "PostgreSQL µs", "Redis µs", "our rate ×",
    "our CPU ×",
)  # fmt: skip


def rows(works: Sequence[Work], runs: Sequence[Run]) -> list[tuple[str, ...]]:
    """A row for each server of each work; ratios are of ours to the server's, round by round: median, least, most."""
    found: list[tuple[str, ...]] = []
    for work in works:
        of_work = [run for run in runs if run.work == work.name]
        ours = [run for run in of_work if run.server == OURS]
        for name in dict.fromkeys(run.server for run in of_work):
            theirs = [run for run in of_work if run.server == name]
            found.append(
                (
                    work.name,
                    name,
                    spread([run.rate for run in theirs], "{:,.0f}"),
                    latency([run.p50_ms for run in theirs]),
                    latency([run.p99_ms for run in theirs]),
                    spread([run.server_us for run in theirs], "{:,.0f}"),
                    f"{median(run.postgres_us for run in theirs):,.0f}",
                    f"{median(run.redis_us for run in theirs):,.0f}",
                    "" if name == OURS else spread(ratios(ours, theirs, lambda run: run.rate), "{:.2f}"),
                    "" if name == OURS else spread(ratios(ours, theirs, lambda run: run.server_us), "{:.2f}"),
                )
            )
    return found


def ratios(ours: Sequence[Run], theirs: Sequence[Run], figure: Callable[[Run], float]) -> list[float]:
    """Of a figure of ours to the server's in the same round; a round without it is left out."""
    return [figure(one) / figure(other) for one, other in zip(ours, theirs, strict=True) if figure(other)]


def latency(values: Sequence[float | None]) -> str:
    """The median of milliseconds, empty where none were told."""
    told = [each for each in values if each is not None]
    return f"{median(told):.1f}" if told else ""


def spread(values: Sequence[float], form: str) -> str:
    """The median, and between which values the others lie; empty without any."""
    if not values:
        return ""
    return "{} ({}–{})".format(*(form.format(each) for each in (median(values), min(values), max(values))))


def table(works: Sequence[Work], runs: Sequence[Run]) -> Table:
    """The rows for a terminal."""
    result = Table(*HEADINGS)
    for column in result.columns[2:]:
        column.justify = "right"
    for row in rows(works, runs):
        result.add_row(*row, end_section=False)
    return result


def report(works: Sequence[Work], runs: Sequence[Run]) -> str:
    """The rows in Markdown, with what each work is."""
    lines = ["|".join(("", *HEADINGS, "")), "|".join(("", "---", "---", *["---:"] * 8, ""))]
    lines += ["|".join(("", *row, "")) for row in rows(works, runs)]
    return "\n".join([*lines, "", *(f"- `{work.name}`: {work.title}" for work in works), ""])


def panels(runs: Sequence[Run]) -> list[Panel]:
    """A panel for each work: requests a second of each server, ours marked."""
    return [
        Panel(
            f"{work}: requests a second",
            [
                Bar.of(
                    name, [run.rate for run in runs if (run.work, run.server) == (work, name)], is_marked=name == OURS
                )
                for name in dict.fromkeys(run.server for run in runs if run.work == work)
            ],
        )
        for work in dict.fromkeys(run.work for run in runs)
    ]
