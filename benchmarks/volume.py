"""A database with three kinds of employers, for the budgets of statements.

    python -m benchmarks.volume [--applications 1000000] [--database hiring_benchmark] [--yes]

Makes the database on the primary of the settings, beside the service's own, which is not touched: roles, migrations,
the rows of `volume.sql`. One that is there with as many applications is left alone, any other is made anew after a
question; --yes makes it anew. Databases of several sizes may be there at once, under names of their own
(`flatness.py`). Needs HIRING_POSTGRES_SUPERUSER, as `hiring migrate roles` does.
"""

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.prompt import Confirm

from benchmarks.summary import table
from hiring import migrations
from hiring.config import Role, Settings, load_settings
from hiring.connectors import postgres
from hiring.database_roles import make_roles
from hiring.migration_session import session

DATABASE = "hiring_benchmark"
NAME = re.compile(rf"{DATABASE}(_[a-z0-9]{{1,40}})?")
SCRIPT = Path(__file__).with_suffix(".sql")
MAINTENANCE_DATABASE = "postgres"
NOTHING_WAS_DONE = 1
MAXIMUM_FILL_MS = 3_600_000
INTERVAL_S = 0.5
BYTES_OF_NOTHING, BYTES_PER_APPLICATION = 25_000_000, 6_000
"""What the bar expects."""
LARGEST = """
SELECT coalesce(max(s.size), 0) FROM (SELECT count(*) AS size FROM applications AS a GROUP BY a.organization_id) AS s
"""
SIZES = """
SELECT c.relname, c.reltuples::bigint, pg_size_pretty(pg_table_size(c.oid)), pg_size_pretty(pg_indexes_size(c.oid))
FROM pg_class AS c
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
ORDER BY pg_total_relation_size(c.oid) DESC
"""


def main() -> int:
    """Makes the database unless it is there, prints the summary and returns the exit status."""
    given, console = arguments(), Console()
    settings = with_database(load_settings(), given.database)
    found = asyncio.run(applications_in(settings))
    if found == given.applications and not given.yes:
        console.print(f"{given.database} is there, with {found:,} applications; --yes makes it anew")
        return 0
    if found is not None and not given.yes:
        question = f"{given.database} has {found:,} applications. Drop it, and make one of {given.applications:,}?"
        if not Confirm.ask(question, console=console):
            console.print("nothing was done")
            return NOTHING_WAS_DONE
    asyncio.run(make(settings, given.applications, console))
    return 0


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.volume", description=__doc__.partition("\n")[0])
    help_text = "how many the largest employer has (default: %(default)s)"
    parser.add_argument("--applications", type=int, default=1_000_000, help=help_text)
    help_text = f"which one, {DATABASE} or a name that begins with it (default: %(default)s)"
    parser.add_argument("--database", type=benchmark_database, default=DATABASE, help=help_text)
    parser.add_argument("--yes", action="store_true", help="drop the one that is there, without a question")
    return parser.parse_args()


def benchmark_database(name: str) -> str:
    """A name that cannot be that of a database which somebody needs. Raises: ArgumentTypeError."""
    if not NAME.fullmatch(name):
        raise argparse.ArgumentTypeError(f"{name!r} is not {DATABASE} or {DATABASE}_ with small letters and digits")
    return name


def with_database(settings: Settings, name: str) -> Settings:
    """The settings with another database."""
    return msgspec.structs.replace(settings, postgres=msgspec.structs.replace(settings.postgres, database=name))


async def fill(connection: postgres.Connection, applications: int) -> None:
    """Puts employers, the largest with so many applications, into an empty, migrated database, as a superuser."""
    script = SCRIPT.read_text(encoding="utf-8")
    await postgres.send(
        connection, f"SET volume.applications = '{applications:d}';\n{script}", timeout_ms=MAXIMUM_FILL_MS
    )
    await postgres.send(connection, "VACUUM", timeout_ms=MAXIMUM_FILL_MS)


async def applications_in(settings: Settings) -> int | None:
    """How many applications its largest employer has; None without a database, 0 in one that is not finished."""
    superuser = superuser_of(settings)
    async with session(settings, superuser, database=MAINTENANCE_DATABASE) as connection:
        if not await rows(connection, f"SELECT FROM pg_database WHERE datname = '{settings.postgres.database}'"):
            return None
    async with session(settings, superuser) as connection:
        if not await rows(connection, "SELECT WHERE to_regclass('applications') IS NOT NULL"):
            return 0
        ((count,),) = await rows(connection, LARGEST)
        return int(count)


async def make(settings: Settings, applications: int, console: Console) -> None:
    """Drops the database, makes it anew and fills it."""
    started, name = time.perf_counter(), settings.postgres.database
    async with session(settings, superuser_of(settings), database=MAINTENANCE_DATABASE) as connection:
        await postgres.send(connection, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await make_roles(settings, lambda _: None)
    await migrations.up(settings, lambda _: None)
    columns = (TextColumn("{task.description:<16}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    async with session(settings, superuser_of(settings)) as connection:
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task(name, total=BYTES_OF_NOTHING + BYTES_PER_APPLICATION * applications)
            watching = asyncio.create_task(watch(settings, progress, bar))
            try:
                await fill(connection, applications)
            finally:
                watching.cancel()
            (size,) = (await rows(connection, f"SELECT pg_database_size('{name}')"))[0]
            progress.update(bar, completed=size, total=size)
        found = [(name, f"{count:,}", *sizes) for name, count, *sizes in await rows(connection, SIZES) if count > 0]
    console.print(table("Rows and sizes", ("what", "rows", "table", "indexes"), found))
    console.print(f"{name}: {applications:,} applications in {time.perf_counter() - started:.0f} s", style="green")


async def watch(settings: Settings, progress: Progress, bar: TaskID) -> None:
    """Moves the bar with the size of the database, until cancelled."""
    async with session(settings, superuser_of(settings), database=MAINTENANCE_DATABASE) as connection:
        while True:
            (size,) = (await rows(connection, f"SELECT pg_database_size('{settings.postgres.database}')"))[0]
            progress.update(bar, completed=size)
            await asyncio.sleep(INTERVAL_S)


async def rows(connection: postgres.Connection, text: str) -> Sequence[tuple[Any, ...]]:
    """The rows that a statement gives."""
    found: Sequence[tuple[Any, ...]] = (await postgres.send(connection, text, timeout_ms=60_000)).fetchall()
    return found


def superuser_of(settings: Settings) -> Role:
    """Who makes and drops databases. `hiring migrate roles` says what is missing without one."""
    given = settings.postgres.superuser
    return Role(user=given.user or "postgres", password=given.password, connection_limit=1)


if __name__ == "__main__":
    sys.exit(main())
