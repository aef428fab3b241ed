"""The schema that all migration files together make."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hiring.config import Settings
from hiring.migrations import MIGRATIONS, NOTHING, down, status, up

Query = Callable[..., list[tuple[Any, ...]]]


def dump(settings: Settings) -> list[str]:
    """pg_dump's account of the schema, without blank lines, comments and its own session's words."""
    newest = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"), key=lambda path: int(path.parts[-3]))
    program = str(newest[-1]) if newest else shutil.which("pg_dump")
    assert program, "pg_dump is needed"
    owner, primary = settings.postgres.roles.owner, settings.postgres.primary
    address = ["--host", primary.host, "--port", str(primary.port), "--username", owner.user]
    text = subprocess.run(
        [program, "--schema-only", *address, settings.postgres.database],
        env={**os.environ, "PGPASSWORD": owner.password or ""},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [
        line for line in text.splitlines() if line and not line.startswith(("--", "\\", "SET ", "SELECT pg_catalog."))
    ]


def test_schema_is_the_same_after_up_down_and_up(database: Settings, tmp_path: Path) -> None:
    """All files up, all down, all up again: equal dumps, and in between nothing is left but the history."""

    def silent(_: str) -> None:
        pass

    asyncio.run(up(database, silent, folder=tmp_path))
    empty = dump(database)
    count = asyncio.run(up(database, silent))
    assert count == len(list(MIGRATIONS.glob("*.down.sql"))) > 0
    full = dump(database)
    assert len(full) > len(empty)
    assert asyncio.run(down(database, silent, to=NOTHING)) == count
    assert dump(database) == empty
    assert asyncio.run(up(database, silent)) == count
    assert dump(database) == full
    states, unfinished = asyncio.run(status(database))
    assert {state.state for state in states} == {"applied"}
    assert unfinished == []


def test_every_table_is_explained_when_the_schema_is_complete(database: Settings, query: Query) -> None:
    """The schema is the data dictionary: a table or view without a comment is named here."""
    asyncio.run(up(database, lambda _: None))
    unexplained = query(
        "SELECT c.relname FROM pg_class AS c"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
        " AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1"
    )
    assert unexplained == []


def test_everything_belongs_to_the_owner_when_the_schema_is_complete(database: Settings, query: Query) -> None:
    """No role but the owner can change a table."""
    asyncio.run(up(database, lambda _: None))
    owners = query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(database.postgres.roles.owner.user,)]
