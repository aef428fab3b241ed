"""What pages of hot endpoints cost in small and large databases, near and far: `make benchmark-flatness`.

Needs the servers of `make up`, and two or more databases of `make benchmark-database`, such as

    make benchmark-database SIZE=10000 DATABASE=hiring_benchmark_10000
    make benchmark-database SIZE=1000000 DATABASE=hiring_benchmark_1000000

The databases take turns. The control is a list that is read by OFFSET, which must not be flat. What it leaves in the
folder of results: `flatness.jsonl`, a line for each page in each size; `flatness.md`, the table; `flatness.svg`, a
picture of it. The exit status is 1 when a page looks at more than three times the buffers in a larger database, or far
from the first page, or when the control does not.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Annotated, NamedTuple

import httpx
import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from benchmarks.bench import caller
from benchmarks.contenders import Contender, running
from benchmarks.costs import Measured, cost_of
from benchmarks.flatness_figures import CONTROL, Point, panels, report, table, wrong
from benchmarks.hot import EMPLOYER, PAGE, Place, places_of
from benchmarks.load import WrongAnswer
from benchmarks.pictures import draw
from benchmarks.processes import OURS, NotStarted
from benchmarks.volume import MAINTENANCE_DATABASE, NAME, applications_in, rows, superuser_of, with_database
from hiring.config import Settings, SettingsError, load_settings
from hiring.errors import ApiError
from hiring.migration_files import MigrationError
from hiring.migration_session import session

FAILED = 1
FAILURES = (NotStarted, WrongAnswer, LookupError, MigrationError, SettingsError, ApiError, httpx.HTTPError)
TIMEOUT_S = 20
BY_OFFSET = """
EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON, TIMING OFF)
SELECT a.id, a.status FROM applications AS a WHERE a.organization_id = %(employer)s ORDER BY a.id DESC
OFFSET %(before)s LIMIT %(page)s
"""

app = typer.Typer()
console = Console(stderr=True)


class Sized(NamedTuple):
    """A database, by how many applications its largest employer has, and the API process that serves it."""

    size: int
    database: str
    service: Contender


@app.command()
def flatness(
    *,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds; the databases take turns at each page.")] = 5,
    requests: Annotated[int, typer.Option(min=2, help="Of each page in each round, one after the other.")] = 40,
    databases: Annotated[str, typer.Option(help="Only these, comma-separated; else all of benchmark-database.")] = "",
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path(".run/bench"),
) -> None:
    """Compare pages of hot endpoints in databases of different sizes: buffers, PostgreSQL's time, latency."""
    results.mkdir(parents=True, exist_ok=True)
    try:
        with Progress(console=console) as progress:
            task = progress.add_task("pages", total=None)
            points = measured(
                load_settings(), list(filter(None, databases.split(","))), results, rounds=rounds, requests=requests,
                report=lambda done, total: progress.update(task, completed=done, total=total),
            )  # fmt: skip
    except FAILURES as error:
        console.print(str(error), style="red", markup=False)
        raise typer.Exit(FAILED) from None
    (results / "flatness.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(points))
    (results / "flatness.md").write_text(report(points), encoding="utf-8")
    draw(panels(points), results / "flatness.svg")
    Console(width=None if sys.stdout.isatty() else 160).print(table(points))
    if found := wrong(points):
        console.print("\n".join(found), style="red", markup=False)
        raise typer.Exit(FAILED)


def measured(
    settings: Settings, databases: Sequence[str], folder: Path, *, rounds: int, requests: int,
    report: Callable[[int, int], object],
) -> list[Point]:  # fmt: skip
    """Every page in every database, smallest first; none named: all that are there. Raises: FAILURES."""
    sizes = asyncio.run(_sizes(settings, databases))
    if len(sizes) < 2:
        raise LookupError("Two sizes are needed: make benchmark-database SIZE=10000 DATABASE=hiring_benchmark_10000")
    with serving(settings, sizes, folder) as served:
        return asyncio.run(_alternate(settings, served, rounds, requests, report))


async def _sizes(settings: Settings, databases: Sequence[str]) -> list[tuple[int, str]]:
    """Raises: LookupError."""
    async with session(settings, superuser_of(settings), database=MAINTENANCE_DATABASE) as connection:
        names = [str(name) for (name,) in await rows(connection, "SELECT d.datname FROM pg_database AS d")]
    if missing := set(databases) - set(names):
        raise LookupError(f"There is no database {', '.join(sorted(missing))}: make benchmark-database DATABASE=…")
    chosen = databases or [name for name in names if NAME.fullmatch(name)]
    return sorted([(await applications_in(with_database(settings, name)) or 0, name) for name in chosen])


@contextmanager
def serving(settings: Settings, sizes: Sequence[tuple[int, str]], folder: Path) -> Iterator[list[Sized]]:
    """An API process for each database. Raises: NotStarted, LookupError."""
    with ExitStack() as stack:
        served = []
        for size, database in sizes:
            logs = folder / database
            logs.mkdir(exist_ok=True)
            session_id = asyncio.run(caller(settings, database))
            [service] = stack.enter_context(running(settings, database, [OURS], session_id, logs))
            served.append(Sized(size, database, service))
        yield served


@dataclass(slots=True)
class Page:
    """A page in one database, with what measures it and what was measured so far."""

    size: int
    place: Place
    session: Measured
    client: httpx.AsyncClient
    buffers: list[int] = field(default_factory=list)
    postgres_ms: list[float] = field(default_factory=list)
    latencies_ms: list[list[float]] = field(default_factory=list)

    async def measure(self, requests: int) -> None:
        """A round of the page. Raises: WrongAnswer, httpx.HTTPError."""
        if self.place.message:
            costs = [cost for _, cost in await self.session.run(self.place.message)]
        else:
            values = {"employer": EMPLOYER, "before": (self.place.number - 1) * PAGE, "page": PAGE}
            costs = [await cost_of(self.session.connection, BY_OFFSET, values)]
        self.buffers.append(sum(each.buffers for each in costs))
        self.postgres_ms.append(sum(each.ms for each in costs))
        if self.place.path:
            self.latencies_ms.append([await self._latency_ms() for _ in range(requests)])

    async def _latency_ms(self) -> float:
        began = time.perf_counter()
        answer = await self.client.get(self.place.path)
        took_ms = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise WrongAnswer(f"{self.place.path}: {answer.status_code} {answer.text[:300]}")
        return took_ms

    @property
    def point(self) -> Point:
        """What the rounds found; the first one warmed up."""
        rounds = self.latencies_ms[1:]
        waits_ms = [each for latencies in rounds for each in latencies]
        return Point(
            self.size, self.place.endpoint, self.place.page, self.place.number, self.buffers[-1], self.postgres_ms[1:],
            [median(each) for each in rounds], quantiles(waits_ms, n=20)[18] if waits_ms else None,
        )  # fmt: skip


async def _alternate(
    settings: Settings, served: Sequence[Sized], rounds: int, requests: int, report: Callable[[int, int], object]
) -> list[Point]:
    """Raises: FAILURES."""
    async with AsyncExitStack() as stack:
        in_each = [await _pages(stack, settings, each) for each in served]
        turns = [page for same in zip(*in_each, strict=True) for page in same]
        for number in range(rounds + 1):
            for place, page in enumerate(turns):
                await page.measure(requests)
                report(number * len(turns) + place + 1, (rounds + 1) * len(turns))
        return [page.point for page in turns]


async def _pages(stack: AsyncExitStack, settings: Settings, sized: Sized) -> list[Page]:
    """Every page of one database, and those of the control."""
    owner = settings.postgres.roles.owner
    connection = await stack.enter_async_context(session(settings, owner, database=sized.database))
    places = await places_of(connection, settings.tokens.secret)
    controls = [
        each._replace(endpoint=CONTROL, path="", message=()) for each in places if each.endpoint == "applications"
    ]
    client, anybody = [
        await stack.enter_async_context(
            httpx.AsyncClient(base_url=sized.service.address, headers=headers, timeout=TIMEOUT_S)
        )
        for headers in ({"Authorization": f"Bearer {sized.service.token()}"}, {})
    ]
    measuring = Measured(connection)
    return [Page(sized.size, each, measuring, anybody if each.is_public else client) for each in (*places, *controls)]


if __name__ == "__main__":
    app()
