"""One runner's session with the primary: the lock that keeps others out, statements under limits, failures told.

Its own SQL is in `migrations/runner/`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hiring.config import Role, Settings, SettingsError
from hiring.connectors import postgres
from hiring.connectors.postgres_owner import failure
from hiring.errors import ApiError
from hiring.migration_files import MigrationError, Script, Statement

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
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
async def locked(settings: Settings, report: Report) -> AsyncIterator[postgres.Connection]:
    """A session of the owner that holds the runners' lock. Raises: MigrationError, as `session` and `take_lock`."""
    async with session(settings, settings.postgres.roles.owner) as connection:
        await take_lock(connection, report)
        yield connection


async def begin(connection: postgres.Connection, script: Script) -> None:
    """Sets the limits of a script, and opens its transaction where it has one."""
    await run(connection, "runner/reset_session")
    if script.is_transactional:
        await send(connection, script, Statement(line=1, text="BEGIN"))
    await run(
        connection,
        "runner/set_limits",
        lock_timeout_ms=script.lock_timeout_ms,
        statement_timeout_ms=script.statement_timeout_ms,
        is_transactional=script.is_transactional,
    )


async def commit(connection: postgres.Connection, script: Script) -> None:
    """Commits the transaction of a script. Raises: MigrationError."""
    await send(connection, script, Statement(line=script.statements[-1].line, text="COMMIT"))


async def send(connection: postgres.Connection, script: Script, statement: Statement) -> None:
    """Sends one statement of a script. Raises: MigrationError, with the line and what to do."""
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
