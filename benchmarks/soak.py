"""Every work at once for half an hour, on one API process: `make benchmark-soak`.

Needs the servers of `make up` and the database of `make benchmark-database`. What it leaves in the folder of results:
`soak.jsonl`, a line for each minute; `soak.md`, the table. The exit status is 1 when an answer was not what its request
must get, or when the process has grown: more than a tenth from the second sixth of the time to the last, by medians.
"""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.bench import FAILED, FAILURES, caller
from benchmarks.contenders import Contender, running
from benchmarks.load import Said, driven
from benchmarks.processes import OURS
from benchmarks.summary import table
from benchmarks.volume import DATABASE
from benchmarks.works import Work, works_of
from hiring.config import Settings, load_settings

CONNECTIONS = 2
"""Of each work; all of them ask without a pause."""
MOST_GROWTH = 1.1
HEADINGS = ("what", "requests", "p50 ms", "p99 ms", "worst p99 ms")

app = typer.Typer()
console = Console(stderr=True)


class Minute(msgspec.Struct, frozen=True):
    """What each work, by its name, got in a minute, and the memory of the process at its end (RSS, MiB)."""

    number: int
    said: dict[str, Said]
    memory_mib: float


@app.command()
def soak(
    *,
    minutes: Annotated[int, typer.Option(min=6, help="Each with tokens of its own.")] = 30,
    seconds: Annotated[float, typer.Option(min=1, help="The length of a minute.")] = 60,
    database: Annotated[str, typer.Option(help="Where `make benchmark-database` has made rows.")] = DATABASE,
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path(".run/bench"),
) -> None:
    """Ask for every work at once, minute by minute, and tell wrong answers and a process that grows."""
    results.mkdir(parents=True, exist_ok=True)
    try:
        with Progress(console=console) as progress:
            each_minute = endured(load_settings(), database, results, minutes=minutes, seconds=seconds)
            found = list(progress.track(each_minute, total=minutes, description="minutes"))
    except FAILURES as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(FAILED) from None
    (results / "soak.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(found))
    rows = [row_of(name, [minute.said[name] for minute in found]) for name in found[0].said]
    lines = [HEADINGS, ("---", *["---:"] * (len(HEADINGS) - 1)), *rows]
    (results / "soak.md").write_text("\n".join("|".join(("", *each, "")) for each in lines) + "\n", "utf-8")
    Console(width=None if sys.stdout.isatty() else 120).print(table("Every work at once", HEADINGS, rows))
    ratio = growth([minute.memory_mib for minute in found])
    least, most = min(minute.memory_mib for minute in found), max(minute.memory_mib for minute in found)
    console.print(
        f"Memory: {least:.0f} to {most:.0f} MiB; grown to {ratio:.2f} of what it was, of at most {MOST_GROWTH}."
    )
    if ratio > MOST_GROWTH:
        raise typer.Exit(FAILED)


def endured(settings: Settings, database: str, folder: Path, *, minutes: int, seconds: float) -> Iterator[Minute]:
    """Every minute of our service. Raises: FAILURES."""
    works, session_id = asyncio.run(works_of(settings, database)), asyncio.run(caller(settings, database))
    with running(settings, database, [OURS], session_id, folder) as [service], ThreadPoolExecutor(len(works)) as pool:
        for number in range(1, minutes + 1):
            ask = partial(asked, service, seconds)
            said = dict(zip((work.name for work in works), pool.map(ask, works), strict=True))
            yield Minute(number, said, service.process.memory_info().rss / 2**20)


def asked(service: Contender, seconds: float, work: Work) -> Said:
    """One work for a minute. Raises: WrongAnswer."""
    return driven(work, service, seconds=seconds, connections=CONNECTIONS)


def row_of(name: str, said: Sequence[Said]) -> tuple[str, ...]:
    """A work's minutes as a row: all its requests, the medians of the minutes, and the worst of them."""
    p50_ms, p99_ms = median(each.p50_ms for each in said), median(each.p99_ms for each in said)
    return (
        name, f"{sum(each.requests for each in said):,}", f"{p50_ms:.1f}", f"{p99_ms:.1f}",
        f"{max(each.p99_ms for each in said):.1f}",
    )  # fmt: skip


def growth(memory_mib: Sequence[float]) -> float:
    """How the last sixth stands to the second: in the first a process fills what it keeps."""
    sixth = len(memory_mib) // 6
    return median(memory_mib[-sixth:]) / median(memory_mib[sixth : 2 * sixth])


if __name__ == "__main__":
    app()
