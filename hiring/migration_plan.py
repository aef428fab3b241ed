"""What the pending migrations will do to a database: each statement's locks, on which tables of which size."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hiring.config import Settings
from hiring.migration_files import Migration, MigrationError
from hiring.migration_session import MIGRATIONS
from hiring.migrations import survey
from sqlproof.migrations.changes import Change, Step, read_changes
from sqlproof.migrations.table_locks import NOBODY

UNKNOWN = "cannot be told"
NEW = "new"
"""The size of a table that a pending migration makes."""
SHOWN_CHARACTERS = 60
UNITS = ((3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms"))


class PlannedLock(NamedTuple):
    """A statement, and a lock that it takes; `table` is empty where it locks none, `rows` where nobody counted."""

    line: int
    statement: str
    lock: str
    table: str
    size: str
    rows: str
    work: str
    waiting: str

    @property
    def is_lasting(self) -> bool:
        """Whether somebody waits while the statement goes through a table that has rows already."""
        return bool(self.work) and self.waiting != NOBODY and self.size != NEW


class PlannedMigration(NamedTuple):
    """A pending migration: how it runs, and its locks in the order of its statements."""

    name: str
    limits: str
    locks: tuple[PlannedLock, ...]


async def plan(settings: Settings, *, folder: Path = MIGRATIONS, to: str | None = None) -> list[PlannedMigration]:
    """What `up` would do, without doing it.

    Raises:
        MigrationError: what `up` would refuse, or a file that PostgreSQL's grammar refuses.
    """
    pending, tables = await survey(settings, folder=folder, to=to)
    changes, findings = read_changes(folder)
    for finding in findings:
        raise MigrationError(str(finding))
    by_version = {change.version: change for change in changes}
    return [_planned(migration, by_version[migration.version], tables) for migration in pending]


def _planned(migration: Migration, change: Change, tables: Mapping[str, tuple[str, int | None]]) -> PlannedMigration:
    locks = [planned for step in change.up for planned in _locks(step, tables)]
    return PlannedMigration(f"{migration.version} {migration.name}", _limits(migration), tuple(locks))


def _limits(migration: Migration) -> str:
    """How long the file waits and works, and how long it keeps its locks."""
    script = migration.up
    kept = "one transaction, which keeps every lock to its end" if script.is_transactional else "no transaction"
    waits = f"waits {_duration(script.lock_timeout_ms)} for a lock (lock_timeout)"
    works = f"works {_duration(script.statement_timeout_ms)} on a statement (statement_timeout)"
    return f"{kept}; {waits}, {works}, then gives up"


def _duration(milliseconds: int) -> str:
    size, unit = next((size, unit) for size, unit in UNITS if not milliseconds % size)
    return f"{milliseconds // size} {unit}"


def _locks(step: Step, tables: Mapping[str, tuple[str, int | None]]) -> Iterator[PlannedLock]:
    statement = _shown(step.text)
    if step.locks is None:
        yield PlannedLock(step.line, statement, UNKNOWN, "", "", "", UNKNOWN, UNKNOWN)
    elif not step.locks:
        yield PlannedLock(step.line, statement, "", "", "", "", "", NOBODY)
    for lock in step.locks or ():
        size, count = tables.get(lock.table, (NEW, None))
        rows = "" if count is None else f"{count:,}"
        yield PlannedLock(step.line, statement, lock.mode.words, lock.table, size, rows, lock.work, lock.mode.blocks)


def _shown(text: str) -> str:
    """A statement's beginning, on one line."""
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_CHARACTERS else f"{words[:SHOWN_CHARACTERS]}…"


def lasting(migrations: Sequence[PlannedMigration]) -> list[str]:
    """A sentence for each table whose users wait while a statement goes through all of it."""
    return [
        f"{planned.waiting} of {planned.table} ({planned.size}) wait while {migration.name}, line {planned.line},"
        f" {planned.work}"
        for migration in migrations
        for planned in migration.locks
        if planned.is_lasting
    ]
