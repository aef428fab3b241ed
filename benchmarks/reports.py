"""What reports take of one large organization, and how fast events become facts: `make benchmark-reports`.

Needs the servers of `make up`. It makes a database of its own in ClickHouse with SIZE stage changes of an organization
and some of ten small ones, and one in PostgreSQL with a feed; both are dropped at the end. Reports are measured twice:
"just filled", before ClickHouse has merged anything, as while `hiring analytics rebuild` runs; and "in service", with
quiet partitions merged and the last ten days as they come in. The bars are for the second.

What it leaves in the folder of results: `reports.jsonl`, a line for each case; `reports.md`, the table. The exit status
is 1 when a bar is missed.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import msgspec
import typer
from msgspec.structs import replace
from rich.console import Console
from rich.progress import Progress

from benchmarks.summary import table
from benchmarks.volume import MAINTENANCE_DATABASE, superuser_of, with_database
from hiring import analytics, clickhouse_migrations, migrations
from hiring.config import Settings, load_settings
from hiring.connectors import postgres
from hiring.connectors.clickhouse import ClickHouse
from hiring.database import Database
from hiring.database_roles import make_roles
from hiring.errors import AnalyticsUnavailable
from hiring.ingestion import Ingestion
from hiring.migration_session import session
from hiring.queries.reports import EPOCH, parts_of
from hiring.statement_files import SQL_FOLDER, load_analytics

FAILED = 1
DATABASE = "hiring_benchmark_reports"
FILL, FILL_JOBS, FEED = (
    Path(__file__).with_name(f"{name}.sql").read_text("utf-8") for name in ("reports", "reports_jobs", "reports_feed")
)
CHANGES_PER_APPLICATION, APPLICATIONS_PER_JOB, AT_ONCE = 4.25, 500, 50_000
BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
SETTLED, BATCH = END - timedelta(days=10), timedelta(hours=6)
"""Until when partitions are merged, and of how long a time the events are that come in at once after that."""
RECENT = 0.1
"""The part of the applications that have events after SETTLED: those of the last tenth of three years, and more."""
LARGE, SMALL = "00000000-0000-4000-8000-000000000001", [f"00000000-0000-4000-8000-0000000001{n:02}" for n in range(10)]
SMALL_APPLICATIONS = 2_000
FILL_MS = 600_000
JUST_FILLED, IN_SERVICE = "just filled", "in service"
BARS_S = {"funnel": 1.0}
BAR_S, INGESTION_BAR = 2.0, 20_000
HEADINGS = ("what", "filter", "parts", "median", "worst", "bar")
ASKED: Mapping[str, Any] = {
    "organization_id": LARGE, "job_ids": [], "excludes_jobs": True, "hidden_application_ids": [], "source_id": None,
    "as_of": END + timedelta(days=1), "from_at": END - timedelta(days=364), "before_at": END + timedelta(days=1),
    "known_at": END + timedelta(days=1), "period_starts": [], "period_days": [], "stale_days": 14, "row_limit": 100,
}  # fmt: skip
MONTHS = list(parts_of((END - timedelta(days=364)).date(), END.date(), "month"))
BY_MONTH: Mapping[str, Any] = {
    "period_days": MONTHS,
    "period_starts": [
        (datetime.combine(day, time_of_day(), UTC) - EPOCH) // timedelta(microseconds=1) for day in MONTHS
    ],
}
ONE_JOB = "SELECT any(a.job_id) AS id FROM applications AS a WHERE a.organization_id = {organization_id:UUID}"
ONE_SOURCE = "SELECT max(a.source_id) AS id FROM applications AS a WHERE a.organization_id = {organization_id:UUID}"

app = typer.Typer()
console = Console(stderr=True)
Report = Callable[[int, int], object]


class Case(msgspec.Struct, frozen=True):
    """Seconds of each run of a report, or of the ingestion `events` a second."""

    what: str
    filter: str
    parts: str
    seconds: list[float]
    events: float | None = None

    @property
    def is_missed(self) -> bool:
        """Whether it is slower than its bar, or refused; what was just filled has no bar."""
        if self.events is not None:
            return self.events < INGESTION_BAR
        return self.parts == IN_SERVICE and not (self.seconds and median(self.seconds) < BARS_S.get(self.what, BAR_S))

    @property
    def row(self) -> tuple[str, ...]:
        """The case for a table."""
        missed = "missed" if self.is_missed else "held"
        if self.events is not None:
            return self.what, "", "", f"{self.events:,.0f}/s", "", missed
        if not self.seconds:
            return self.what, self.filter, self.parts, "refused", "", ""
        times = f"{median(self.seconds):.2f} s", f"{max(self.seconds):.2f} s"
        return self.what, self.filter, self.parts, *times, missed if self.parts == IN_SERVICE else ""


@app.command()
def reports(
    *,
    size: Annotated[int, typer.Option(min=1000, help="Stage changes of the large organization.")] = 10_000_000,
    events: Annotated[int, typer.Option(min=1000, help="Events of the feed.")] = 200_000,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each report.")] = 5,
    results: Annotated[Path, typer.Option(help="Where the results go.")] = Path(".run/bench"),
) -> None:
    """Measure every report, and the ingestion."""
    results.mkdir(parents=True, exist_ok=True)
    with Progress(console=console) as progress:
        task = progress.add_task("reports", total=None)

        def shown(what: str) -> Report:
            return lambda done, total: progress.update(task, description=what, completed=done, total=total)

        cases = asyncio.run(measured(load_settings(), size, events, runs, shown))
    (results / "reports.jsonl").write_bytes(msgspec.json.Encoder().encode_lines(cases))
    lines = [HEADINGS, ("---", "---", "---", "---:", "---:", "---"), *(case.row for case in cases)]
    (results / "reports.md").write_text("\n".join("|".join(("", *each, "")) for each in lines) + "\n", "utf-8")
    Console(width=None if sys.stdout.isatty() else 120).print(table("Reports", HEADINGS, [case.row for case in cases]))
    if any(case.is_missed for case in cases):
        raise typer.Exit(FAILED)


async def measured(settings: Settings, size: int, events: int, runs: int, shown: Callable[[str], Report]) -> list[Case]:
    """Every case. Raises: ApiError."""
    own = patient(with_database(settings, DATABASE), DATABASE)
    async with clickhouse_database(own) as clickhouse, postgres_database(own):
        speed = await ingestion(own, events)
        await clickhouse_migrations.empty(clickhouse)
        applications = int(size / CHANGES_PER_APPLICATION)
        await fill(clickhouse, applications, shown("facts"))
        found = await each_report(clickhouse, JUST_FILLED, runs, shown("reports, just filled"))
        await clickhouse_migrations.merge(clickhouse, shown("merges"))
        await fill_recent(clickhouse, applications, shown("recent facts"))
        return [*found, *await each_report(clickhouse, IN_SERVICE, runs, shown("reports, in service")), speed]


def patient(settings: Settings, database: str) -> Settings:
    """The settings with a database of ClickHouse's, whose statements may take long."""
    own = replace(settings.clickhouse, database=database, query_timeout_ms=FILL_MS, insert_timeout_ms=FILL_MS)
    return replace(settings, clickhouse=own)


@asynccontextmanager
async def clickhouse_database(settings: Settings) -> AsyncIterator[ClickHouse]:
    """The database of the settings in ClickHouse, with its tables, empty; gone afterwards."""
    name = settings.clickhouse.database
    server = ClickHouse.open(replace(settings.clickhouse, database="default"))
    clickhouse = ClickHouse.open(settings.clickhouse)
    await server.run(f"DROP DATABASE IF EXISTS {name} SYNC")
    try:
        await server.run(f"CREATE DATABASE {name}")
        await clickhouse_migrations.up(clickhouse, lambda _: None)
        yield clickhouse
    finally:
        await server.run(f"DROP DATABASE IF EXISTS {name} SYNC")
        await clickhouse.close()
        await server.close()


@asynccontextmanager
async def postgres_database(settings: Settings) -> AsyncIterator[None]:
    """The database of the settings in PostgreSQL, migrated and empty; gone afterwards."""

    async def drop() -> None:
        async with session(settings, superuser_of(settings), database=MAINTENANCE_DATABASE) as connection:
            await postgres.send(connection, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")

    await drop()
    try:
        await make_roles(settings, lambda _: None)
        await migrations.up(settings, lambda _: None)
        yield
    finally:
        await drop()


async def fill(clickhouse: ClickHouse, applications: int, report: Report) -> None:
    """Puts facts of before SETTLED into the table, from which the views make the rest."""
    for organization, count in [*((each, SMALL_APPLICATIONS) for each in SMALL), (LARGE, applications)]:
        jobs = {"organization_id": organization, "jobs": max(10, count // APPLICATIONS_PER_JOB)}
        await clickhouse.run(FILL_JOBS, jobs)
        for first in range(0, count, AT_ONCE):
            last = min(first + AT_ONCE, count) - 1
            values = {"organization_id": organization, "first_number": first, "last_number": last}
            period = {"applications": count, "from_at": BEGINNING, "before_at": SETTLED}
            await clickhouse.run(FILL, values | period)
            report(last + 1, count)


async def fill_recent(clickhouse: ClickHouse, applications: int, report: Report) -> None:
    """Puts the facts of the last days into the table in the order in which they happened, in small batches."""
    batches = int((END - SETTLED) / BATCH)
    for number in range(batches):
        from_at = SETTLED + number * BATCH
        values = {"organization_id": LARGE, "applications": applications}
        numbers = {"first_number": int(applications * (1 - RECENT)), "last_number": applications - 1}
        await clickhouse.run(FILL, values | numbers | {"from_at": from_at, "before_at": from_at + BATCH})
        report(number + 1, batches)


async def each_report(clickhouse: ClickHouse, parts: str, runs: int, report: Report) -> list[Case]:
    """Every report without a filter, and with each that it takes."""
    job, source = [
        (await clickhouse.query(text, {"organization_id": LARGE}))[0]["id"] for text in (ONE_JOB, ONE_SOURCE)
    ]
    filters: Mapping[str, Mapping[str, Any]] = {
        "": {}, "by month": BY_MONTH, "a job": {"job_ids": [job], "excludes_jobs": False},
        "a source": {"source_id": source},
    }  # fmt: skip
    statements = load_analytics(SQL_FOLDER / "analytics")["reports"]
    asked = [
        (verb, name, {key: value for key, value in {**ASKED, **changes}.items() if key in statement.parameters})
        for verb, statement in statements.items()
        for name, changes in filters.items()
        if changes.keys() <= statement.parameters
    ]
    cases = []
    for number, (verb, name, values) in enumerate(asked):
        seconds = []
        try:
            for _ in range(runs):
                began = time.perf_counter()
                await clickhouse.query(statements[verb].sql, values)
                seconds.append(time.perf_counter() - began)
        except AnalyticsUnavailable:  # it would take more memory than a query may
            seconds = []
        cases.append(Case(verb, name, parts, seconds))
        report(number + 1, len(asked))
    return cases


async def ingestion(settings: Settings, events: int) -> Case:
    """How long a feed with so many events takes, from the first batch to the watermark at its end."""
    async with session(settings, superuser_of(settings)) as connection:
        await postgres.send(connection, FEED.format(events=events), timeout_ms=FILL_MS)
    db, stop = await Database.open(settings, role="relay"), asyncio.Event()
    try:
        following = Ingestion(db, settings, stop)
        began = time.perf_counter()
        task = asyncio.create_task(following.run())
        while not task.done() and (at := await db.queries.facts.find_watermark()) and at["position"] < events:  # noqa: ASYNC110, a watermark has no event
            await asyncio.sleep(0.1)
        took_s = time.perf_counter() - began
        stop.set()
        await task
        verdict = await analytics.verify(db, lambda *_: None)
        assert not verdict.differences and verdict.events_count == events, "events are not facts"
        return Case("ingestion", "", "", [took_s], events / took_s)
    finally:
        await db.close()


if __name__ == "__main__":
    app()
