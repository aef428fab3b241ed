"""Keeps the functions of the database as `sql/functions/` has them: `migrate up` makes them again when a file changed.

Unlike a migration, such a file is edited in place. All files are applied in one transaction, which commits only when
every statement of `sql/` can be prepared. What stood in the place of a function before is kept for the way back.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from hiring.connectors import postgres
from hiring.connectors.postgres_owner import failure
from hiring.errors import ApiError
from hiring.migration_files import MigrationError, Script, read_script
from hiring.migration_session import OWN_TIMEOUT_MS, Report, begin, commit, run, send
from hiring.statement_files import load_folder


async def apply(connection: postgres.Connection, report: Report, *, sql_folder: Path) -> None:
    """Makes the functions of `functions/` in a `sql/` folder, unless these very files were applied last.

    Raises:
        MigrationError: a file is wrong, the schema refuses it, or a statement does not fit the functions. Nothing of
            any file is kept then.
    """
    scripts = read_scripts(sql_folder / "functions")
    checksum = checksum_of(scripts)
    if not scripts or [(checksum,)] == await run(connection, "runner/find_functions_checksum"):
        return
    await begin(connection, scripts[0])
    await run(connection, "runner/allow_any_order")
    before = await _definitions(connection)
    for script in scripts:
        for statement in script.statements:
            await send(connection, script, statement)
    await _prepare_statements(connection, sql_folder)
    for signature, definition in (await _definitions(connection)).items():
        if definition != before.get(signature):
            facts = {"signature": signature, "definition_before": before.get(signature), "checksum": checksum}
            await run(connection, "runner/record_function", **facts)
    await run(connection, "runner/record_functions_checksum", checksum=checksum)
    await commit(connection, scripts[-1])
    report(f"applied sql/functions ({len(scripts)} files)")


async def withdraw(connection: postgres.Connection, report: Report) -> None:
    """Takes the functions out again, and brings back what stood in their places; without any it does nothing.

    The migrations of a way back know nothing of these functions, whose arguments may be of a table that goes.
    """
    commands = [row[0] for row in await run(connection, "runner/list_function_undo_commands")]
    if not commands:
        return
    await postgres.send(connection, ";\n".join(commands), timeout_ms=OWN_TIMEOUT_MS)
    report("withdrew sql/functions: `hiring migrate up` of the release that you go back to makes its own")


def read_scripts(folder: Path) -> tuple[Script, ...]:
    """The files of `sql/functions/`, sorted by name. Raises: MigrationError."""
    scripts = tuple(read_script(path) for path in sorted(folder.glob("*.sql")))
    for script in scripts:
        if not script.is_transactional:
            raise MigrationError(f"{script.path}: all files of functions share one transaction; remove `transaction:`")
    return scripts


def checksum_of(scripts: Sequence[Script]) -> str:
    """One SHA-256 of the names and the bytes of all files, hexadecimal."""
    return hashlib.sha256("".join(f"{each.path.name} {each.checksum}\n" for each in scripts).encode()).hexdigest()


async def _definitions(connection: postgres.Connection) -> Mapping[str, str]:
    """The text that makes each function of the schema, by its signature."""
    return {row[0]: row[1] for row in await run(connection, "runner/list_functions")}


async def _prepare_statements(connection: postgres.Connection, sql_folder: Path) -> None:
    """Prepares every statement, as the service would. Raises: MigrationError, where one does not fit the functions."""
    for folder in ("commands", "queries"):
        for file in load_folder(sql_folder / folder).values():
            for statement in file.values():
                try:
                    await postgres.send(connection, statement.prepare, timeout_ms=OWN_TIMEOUT_MS)
                except ApiError as error:
                    sentence = f"{statement.name} cannot be prepared with sql/functions: {failure(error).sentence}"
                    raise MigrationError(f"{sentence}\n  nothing of sql/functions was kept") from error
