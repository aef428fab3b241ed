"""The schema that all migration files together make."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

from hiring.config import Settings
from hiring.migration_files import read_migrations
from hiring.migration_session import MIGRATIONS
from hiring.migrations import down, status, up
from hiring.schema_dump import dump_schema

Query = Callable[..., list[tuple[Any, ...]]]

GOLDEN = MIGRATIONS.parent / "docs/schema.sql"


def silent(_: str) -> None:
    """A report that nobody reads."""


def differences(expected: str, found: str) -> str:
    """What a text has more and less than another, by lines."""
    return "\n".join(unified_diff(expected.splitlines(), found.splitlines(), "expected", "found", lineterm="", n=1))


def test_schema_is_the_committed_one_after_up_down_and_up(database: Settings, tmp_path: Path) -> None:
    """One by one up, one by one down, all up: each way back leads to where its change began; the end is golden."""
    asyncio.run(up(database, silent, folder=tmp_path))
    migrations = read_migrations(MIGRATIONS)
    before = []
    for migration in migrations:
        before.append(dump_schema(database))
        assert asyncio.run(up(database, silent, to=migration.version)) == 1
    for migration, expected in reversed(list(zip(migrations, before, strict=True))):
        assert asyncio.run(down(database, silent)) == 1
        left = differences(expected, dump_schema(database))
        assert not left, f"{migration.down.path}: does not lead back:\n{left}"
    assert asyncio.run(up(database, silent)) == len(migrations) > 0
    stale = differences(GOLDEN.read_text(encoding="utf-8"), dump_schema(database))
    assert not stale, f"docs/schema.sql is not what the migrations make: make schema\n{stale}"
    states, unfinished = asyncio.run(status(database))
    assert {state.state for state in states} == {"applied"}
    assert unfinished == []


def test_schema_is_printed_when_no_server_runs() -> None:
    """What `make schema` commits, from a PostgreSQL of the command's own: it needs neither settings nor a stack."""
    command = [str(Path(sys.executable).with_name("sqlproof")), "scratch", "hiring", "migrate", "schema"]
    run = subprocess.run(
        command, cwd=GOLDEN.parents[1], env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=240,
        check=False,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == (GOLDEN.read_text(encoding="utf-8"), "")


def test_every_table_is_explained_when_the_schema_is_complete(database: Settings, query: Query) -> None:
    """The schema is the data dictionary: a table or view without a comment is named here."""
    asyncio.run(up(database, silent))
    unexplained = query(
        "SELECT c.relname FROM pg_class AS c"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')"
        " AND NOT c.relispartition AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1"
    )
    assert unexplained == []


def test_everything_belongs_to_the_owner_when_the_schema_is_complete(database: Settings, query: Query) -> None:
    """No role but the owner can change a table."""
    asyncio.run(up(database, silent))
    owners = query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert owners == [(database.postgres.roles.owner.user,)]


def test_items_of_bulk_operations_have_no_foreign_keys(database: Settings, query: Query) -> None:
    """One statement writes 50,000 of them, or more at the end of a job: one key took it 1.3 s more."""
    asyncio.run(up(database, silent))
    keys = query(
        "SELECT c.conname FROM pg_constraint AS c"
        " WHERE c.conrelid = 'bulk_operation_items'::regclass AND c.contype = 'f'"
    )
    assert keys == []
