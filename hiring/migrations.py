"""Applies and undoes the migrations, one runner at a time, and tells where a database stands.

Our own, because yoyo-migrations 9 hashes a file's name, not its content, and locks by a row that a killed run leaves.
The rules it keeps are in `migrations/README.md`, its SQL is in `migrations/runner/`.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from hiring.config import Role, Settings, SettingsError
from hiring.connectors import postgres
from hiring.connectors.postgres_owner import failure
from hiring.errors import ApiError
from hiring.migration_files import Migration, MigrationError, Script, Statement, read_migrations

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
NOTHING = "0000"  # the version before the first
LOCK_WAIT_S = 600
LOCK_POLL_S = 0.2
OWN_TIMEOUT_MS = 30_000  # for the runner's own statements
MARGIN_MS = 5_000  # the client waits longer than the server, so that the server is the one who gives up

SHOWN_CHARACTERS = 100
ADVICE = {
    "55P03": "a lock was not free in time: run it again at a quieter hour, or raise `-- lock_timeout:` in its header",
    "57014": "it was stopped: run it again, do it in smaller steps, or raise `-- statement_timeout:` in its header",
}

Report = Callable[[str], None]


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
    async with _locked(settings, report) as connection:
        await run(connection, "runner/create_history")
        pending = _pending(migrations, await _history(connection), folder, to)
        for migration in pending:
            duration_ms = await _run_script(connection, migration, migration.up, "runner/record_applied")
            report(f"applied {migration.version} {migration.name} ({duration_ms} ms)")
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
    async with _locked(settings, report) as connection:
        await run(connection, "runner/create_history")
        applied = await _history(connection)
        _refuse_drift(migrations, applied, folder)
        done = {row.version for row in applied}
        undoable = [each for each in reversed(migrations) if each.version in done]
        chosen = undoable[:1] if to is None else [each for each in undoable if each.version > to]
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


@asynccontextmanager
async def session(settings: Settings, role: Role, *, database: str | None = None) -> AsyncIterator[postgres.Connection]:
    """Opens one connection to the primary, closed at the end.

    Raises:
        SettingsError: the role has no password here.
        MigrationError: the primary cannot be reached or refuses the role.
    """
    if role.password is None:
        raise SettingsError(f"postgres.roles: expected a password for {role.user}, found none")
    primary = settings.postgres.primary
    try:
        connection = await postgres.connect(
            host=primary.host,
            port=primary.port,
            database=database or settings.postgres.database,
            user=role.user,
            password=role.password,
            timeout_ms=settings.postgres.connect_timeout_ms,
            application_name="hiring migrate",
        )
    except ApiError as error:
        reason = " ".join(failure(error).sentence.split())
        raise MigrationError(f"{primary.host}:{primary.port}: {role.user} cannot connect: {reason}") from error
    try:
        yield connection
    finally:
        connection.close()


async def run(connection: postgres.Connection, file: str, /, **values: Any) -> Sequence[tuple[Any, ...]]:
    """Sends one of the runner's own statements, named by its file below `migrations/`, and returns its rows."""
    text = (MIGRATIONS / f"{file}.sql").read_text(encoding="utf-8")
    cursor = await postgres.send(connection, text, values or None, timeout_ms=OWN_TIMEOUT_MS)
    return cursor.fetchall() if cursor.description else []


async def take_lock(connection: postgres.Connection, report: Report) -> None:
    """Waits for the runners' lock by asking again and again.

    Raises:
        MigrationError: somebody else held it for ten minutes.
    """
    give_up_at = time.monotonic() + LOCK_WAIT_S
    is_told = False
    while not (await run(connection, "runner/take_lock"))[0][0]:
        if not is_told or time.monotonic() > give_up_at:
            holders = await run(connection, "runner/find_lock_holder")
            holder = "; ".join(f"backend {row[0]} of {row[1]} since {row[3]:%H:%M:%S}" for row in holders) or "gone"
            if is_told:
                raise MigrationError(f"another runner still works after {LOCK_WAIT_S} s: {holder}")
            report(f"waiting for another runner: {holder}")
            is_told = True
        await asyncio.sleep(LOCK_POLL_S)


@asynccontextmanager
async def _locked(settings: Settings, report: Report) -> AsyncIterator[postgres.Connection]:
    async with session(settings, settings.postgres.roles.owner) as connection:
        await take_lock(connection, report)
        yield connection


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
    await run(connection, "runner/reset_session")
    if script.is_transactional:
        await _send(connection, script, Statement(line=1, text="BEGIN"))
    await run(
        connection,
        "runner/set_limits",
        lock_timeout_ms=script.lock_timeout_ms,
        statement_timeout_ms=script.statement_timeout_ms,
        is_transactional=script.is_transactional,
    )
    if script.is_transactional:
        for statement in script.statements:
            await _send(connection, script, statement)
    else:
        await _run_alone(connection, script, script.statements[0])
    duration_ms = round((time.monotonic() - started_at) * 1000)
    facts = {"version": migration.version, "name": migration.name, "checksum": migration.up.checksum}
    await run(connection, record, duration_ms=duration_ms, **facts)
    if script.is_transactional:
        await _send(connection, script, Statement(line=script.statements[-1].line, text="COMMIT"))
    return duration_ms


async def _run_alone(connection: postgres.Connection, script: Script, statement: Statement) -> None:
    """Runs a statement that can have no transaction, such as CREATE INDEX CONCURRENTLY, and checks its index."""
    for _, drop_command in await _invalid_indexes(connection, statement):
        await _send(connection, script, Statement(line=statement.line, text=drop_command))
    await _send(connection, script, statement)
    for name, _ in await _invalid_indexes(connection, statement):
        raise MigrationError(
            f"{script.path}:{statement.line}: index {name} is INVALID; `hiring migrate up` drops and retries"
        )


async def _invalid_indexes(connection: postgres.Connection, statement: Statement) -> list[tuple[str, str]]:
    """The invalid indexes that a statement names, each with the command that drops it."""
    words = set(re.findall(r"\w+", statement.text))
    return [(row[0], row[1]) for row in await run(connection, "runner/list_invalid_indexes") if row[0] in words]


async def _send(connection: postgres.Connection, script: Script, statement: Statement) -> None:
    timeout_ms = script.statement_timeout_ms + script.lock_timeout_ms + MARGIN_MS
    try:
        await postgres.send(connection, statement.text, timeout_ms=timeout_ms)
    except ApiError as error:
        raise MigrationError(_sentence(script, statement, error)) from error


def _sentence(script: Script, statement: Statement, error: ApiError) -> str:
    """What failed, where, and what to do. The transaction ends with its connection."""
    sqlstate, reason, position = failure(error)
    line = statement.line + statement.text.count("\n", 0, position - 1)
    advice = ADVICE.get(sqlstate, "correct the file and run the command again")
    if not sqlstate:
        kept, advice = "whether it was kept is unknown", "`hiring migrate status` tells"
    elif script.is_transactional:
        kept = "nothing of this file was kept"
    else:
        kept = "it runs without a transaction: an index that it left INVALID is dropped by the next run"
    first_line = statement.text.splitlines()[0][:SHOWN_CHARACTERS]
    return f"{script.path}:{line}: {reason} (SQLSTATE {sqlstate or 'none'})\n  in: {first_line}\n  {kept}; {advice}"
