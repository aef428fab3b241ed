"""Applies and undoes the migrations, one runner at a time, and tells where a database stands.

Our own, because yoyo-migrations 9 hashes a file's name, not its content, and locks by a row that a killed run leaves.
The rules it keeps are in `migrations/README.md`, its SQL is in `migrations/runner/`.
"""

import re
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from hiring import schema_functions
from hiring.config import Settings
from hiring.connectors import postgres
from hiring.migration_files import Migration, MigrationError, Script, Statement, read_migrations
from hiring.migration_session import MIGRATIONS, Report, begin, commit, locked, run, send, session

NOTHING = "0000"  # the version before the first


class Applied(NamedTuple):
    """A row of the history."""

    version: str
    name: str
    checksum: str
    applied_at: datetime
    duration_ms: int


class State(NamedTuple):
    """A migration and how it stands: applied, pending, edited (after it was applied) or missing (its file)."""

    version: str
    name: str
    state: str
    applied_at: datetime | None
    duration_ms: int | None


async def up(settings: Settings, report: Report, *, folder: Path = MIGRATIONS, to: str | None = None) -> int:
    """Applies what is pending, through version `to` or all, and returns how many that were.

    Takes the runners' lock; a second runner waits, then finds nothing to do. May be repeated.

    Raises:
        MigrationError: a file is wrong, an applied one was edited or removed, a statement failed, or the lock was not
            free within ten minutes. Migrations before the failing one stay applied.
    """
    migrations = read_migrations(folder)
    _refuse_unknown(to, migrations, folder)
    async with locked(settings, report) as connection:
        await _make_history(connection)
        pending = _pending(migrations, await _history(connection), folder, to)
        for migration in pending:
            duration_ms = await _run_script(connection, migration, migration.up, "runner/record_applied")
            report(f"applied {migration.version} {migration.name} ({duration_ms} ms)")
        if to is None or to == migrations[-1].version:
            await schema_functions.apply(connection, report, sql_folder=folder.parent / "sql")
    return len(pending)


async def down(settings: Settings, report: Report, *, folder: Path = MIGRATIONS, to: str | None = None) -> int:
    """Undoes everything after version `to`, newest first; None undoes one, NOTHING all. Returns how many that were.

    Takes the runners' lock. What the undone migrations held is lost.

    Raises:
        MigrationError: as `up`.
    """
    migrations = read_migrations(folder)
    if to != NOTHING:
        _refuse_unknown(to, migrations, folder)
    async with locked(settings, report) as connection:
        await _make_history(connection)
        applied = await _history(connection)
        _refuse_drift(migrations, applied, folder)
        done = {row.version for row in applied}
        undoable = [each for each in reversed(migrations) if each.version in done]
        chosen = undoable[:1] if to is None else [each for each in undoable if each.version > to]
        if chosen:
            await schema_functions.withdraw(connection, report)
        for migration in chosen:
            duration_ms = await _run_script(connection, migration, migration.down, "runner/forget_applied")
            report(f"undid {migration.version} {migration.name} ({duration_ms} ms)")
    return len(chosen)


async def status(settings: Settings, *, folder: Path = MIGRATIONS) -> tuple[list[State], list[str]]:
    """How each migration stands, and what an interrupted one left unfinished, a sentence each; changes nothing."""
    migrations = {migration.version: migration for migration in read_migrations(folder)}
    async with session(settings, settings.postgres.roles.owner) as connection:
        has_history = (await run(connection, "runner/has_history"))[0][0]
        applied = {row.version: row for row in await _history(connection)} if has_history else {}
        unfinished = [row[0] for row in await run(connection, "runner/list_unfinished")]
    states = []
    for version in sorted(migrations.keys() | applied.keys()):
        row, migration = applied.get(version), migrations.get(version)
        if row is None and migration is not None:
            states.append(State(version, migration.name, "pending", None, None))
        elif row is not None:
            state = "missing" if migration is None else _compared(migration, row)
            states.append(State(version, row.name, state, row.applied_at, row.duration_ms))
    return states, unfinished


async def survey(
    settings: Settings, *, folder: Path = MIGRATIONS, to: str | None = None
) -> tuple[list[Migration], dict[str, tuple[str, int | None]]]:
    """What `up` would apply, or refuse, and each table's size and about how many rows it has; changes nothing."""
    migrations = read_migrations(folder)
    _refuse_unknown(to, migrations, folder)
    async with session(settings, settings.postgres.roles.owner) as connection:
        has_history = (await run(connection, "runner/has_history"))[0][0]
        applied = await _history(connection) if has_history else []
        tables = {row[0]: (row[1], row[2]) for row in await run(connection, "runner/list_tables")}
    return _pending(migrations, applied, folder, to), tables


async def _make_history(connection: postgres.Connection) -> None:
    """Makes what the runner keeps its history in, unless it is there."""
    if (await run(connection, "runner/lacks_history"))[0][0]:
        await run(connection, "runner/create_history")


async def _history(connection: postgres.Connection) -> list[Applied]:
    return [Applied(*row) for row in await run(connection, "runner/list_applied")]


def _compared(migration: Migration, row: Applied) -> str:
    return "applied" if (migration.up.checksum, migration.name) == (row.checksum, row.name) else "edited"


def _pending(
    migrations: Sequence[Migration], applied: Sequence[Applied], folder: Path, to: str | None
) -> list[Migration]:
    """What is to be applied, in order."""
    _refuse_drift(migrations, applied, folder)
    done = {row.version for row in applied}
    pending = [each for each in migrations if each.version not in done and (to is None or each.version <= to)]
    if pending and applied and pending[0].version < applied[-1].version:
        latest = applied[-1].version
        raise MigrationError(f"{pending[0].up.path}: comes before {latest}, which is applied; renumber it")
    return pending


def _refuse_unknown(version: str | None, migrations: Sequence[Migration], folder: Path) -> None:
    if version is not None and version not in {migration.version for migration in migrations}:
        raise MigrationError(f"{folder}: there is no migration {version}")


def _refuse_drift(migrations: Sequence[Migration], applied: Sequence[Applied], folder: Path) -> None:
    known = {migration.version: migration for migration in migrations}
    for row in applied:
        migration = known.get(row.version)
        if migration is None:
            raise MigrationError(
                f"{folder}/{row.version}_{row.name}.sql: is applied, but the file is missing; bring it back"
            )
        if _compared(migration, row) == "edited":
            raise MigrationError(
                f"{migration.up.path}: was edited after it was applied at {row.applied_at:%Y-%m-%d %H:%M};"
                " bring the applied text back and put the change into a new migration"
            )


async def _run_script(connection: postgres.Connection, migration: Migration, script: Script, record: str) -> int:
    """Runs one file and records it, in one transaction where it can have one; returns the milliseconds it took."""
    started_at = time.monotonic()
    await begin(connection, script)
    if script.is_transactional:
        for statement in script.statements:
            await send(connection, script, statement)
    else:
        await _run_alone(connection, script, script.statements[0])
    duration_ms = round((time.monotonic() - started_at) * 1000)
    facts = {"version": migration.version, "name": migration.name, "checksum": migration.up.checksum}
    await run(connection, record, duration_ms=duration_ms, **facts)
    if script.is_transactional:
        await commit(connection, script)
    return duration_ms


async def _run_alone(connection: postgres.Connection, script: Script, statement: Statement) -> None:
    """Runs a statement that can have no transaction, such as CREATE INDEX CONCURRENTLY.

    An index that it names and an earlier try has left INVALID is dropped first: IF NOT EXISTS would take it for done.
    """
    words = set(re.findall(r"\w+", statement.text))
    for name, drop_command in await run(connection, "runner/list_invalid_indexes"):
        if name in words:
            await send(connection, script, Statement(line=statement.line, text=drop_command))
    await send(connection, script, statement)
