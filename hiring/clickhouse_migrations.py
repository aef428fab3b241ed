"""The tables and views of ClickHouse: `migrations/clickhouse` up and down, and `sql/views` as they are now.

ClickHouse has no transactions, so each statement of a file may be repeated: a runner that was killed, or two that run
at once, do no harm. What was applied is a row of `schema_migrations`; a file that was applied must not change.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from hiring.connectors.clickhouse import ClickHouse
from hiring.errors import AnalyticsUnavailable
from hiring.migration_files import Migration, MigrationError, Script, read_migrations, split_statements
from hiring.statement_files import SQL_FOLDER

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "clickhouse"
VIEWS = SQL_FOLDER / "views"
TABLE = "schema_migrations"
Report = Callable[[str], object]
ProgressReport = Callable[[int, int], object]
"""Hears how many are done, of how many."""


class State(NamedTuple):
    """A migration and how it stands; `edited`: the file is not the one that was applied."""

    version: str
    name: str
    state: Literal["applied", "pending", "edited", "missing"]
    applied_at: datetime | None


async def status(clickhouse: ClickHouse, *, folder: Path = MIGRATIONS) -> list[State]:
    """Every migration, in order. Raises: MigrationError, AnalyticsDisabled, AnalyticsUnavailable."""
    await clickhouse.run(own("create_history"))
    applied = {row["version"]: row for row in await clickhouse.query(own("list_applied"), {})}
    states = []
    for migration in read_migrations(folder):
        row = applied.pop(migration.version, None)
        if row is None:
            states.append(State(migration.version, migration.name, "pending", None))
        else:
            is_same = row["checksum"] == migration.up.checksum
            states.append(
                State(migration.version, migration.name, "applied" if is_same else "edited", row["changed_at"])
            )
    states += [State(version, "", "missing", row["changed_at"]) for version, row in applied.items()]
    return sorted(states)


async def up(clickhouse: ClickHouse, report: Report, *, folder: Path = MIGRATIONS) -> int:
    """Applies what is pending and makes the views; returns how many files that were. Raises: as `status`."""
    pending = await _checked(clickhouse, folder, "pending")
    for migration in pending:
        await _run(clickhouse, migration.up)
        await _note(clickhouse, migration, is_applied=True)
        report(f"{migration.version} {migration.name}: applied")
    for path in sorted(VIEWS.glob("*.sql")):
        for statement in split_statements(path.read_text(encoding="utf-8")):
            await clickhouse.run(statement.text)
    return len(pending)


async def down(clickhouse: ClickHouse, report: Report, *, folder: Path = MIGRATIONS) -> int:
    """Undoes the newest migration; returns how many that were. Raises: as `status`."""
    applied = await _checked(clickhouse, folder, "applied")
    for migration in applied[-1:]:
        await _run(clickhouse, migration.down)
        await _note(clickhouse, migration, is_applied=False)
        report(f"{migration.version} {migration.name}: undone")
    return len(applied[-1:])


async def empty(clickhouse: ClickHouse) -> None:
    """Drops every fact, and what was made of facts. Raises: AnalyticsDisabled, AnalyticsUnavailable."""
    for row in await clickhouse.query(own("list_tables"), {}):
        await clickhouse.run(own("empty_table"), {"table": row["name"]})


async def merge(clickhouse: ClickHouse, progress: ProgressReport) -> None:
    """Merges each partition to one part, as ClickHouse does by itself ten minutes after the last change.

    Goes no further once a partition takes longer than a query may: the server ends that one, and merges the rest later.
    Raises: AnalyticsDisabled, AnalyticsUnavailable.
    """
    partitions = await clickhouse.query(own("list_unmerged"), {})
    with suppress(AnalyticsUnavailable):
        for place, partition in enumerate(partitions):
            progress(place, len(partitions))
            await clickhouse.run(own("merge_partition"), partition)
    progress(len(partitions), len(partitions))


async def _checked(clickhouse: ClickHouse, folder: Path, state: str) -> Sequence[Migration]:
    """The migrations in a state, where no file was edited or is missing. Raises: as `status`."""
    states = await status(clickhouse, folder=folder)
    if wrong := [each for each in states if each.state in ("edited", "missing")]:
        raise MigrationError(f"{folder}: {wrong[0].version} was applied, and its file is {wrong[0].state}")
    versions = {each.version for each in states if each.state == state}
    return [migration for migration in read_migrations(folder) if migration.version in versions]


async def _run(clickhouse: ClickHouse, script: Script) -> None:
    for statement in script.statements:
        await clickhouse.run(statement.text)


async def _note(clickhouse: ClickHouse, migration: Migration, *, is_applied: bool) -> None:
    row = {"version": migration.version, "checksum": migration.up.checksum, "is_applied": is_applied}
    await clickhouse.insert(TABLE, msgspec.json.encode(row))


def own(name: str) -> str:
    """One of the runner's own statements."""
    return (MIGRATIONS / "runner" / f"{name}.sql").read_text(encoding="utf-8")
