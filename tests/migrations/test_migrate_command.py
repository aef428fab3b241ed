"""`hiring migrate` as operators see it: what it prints, asks and exits with."""

import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from hiring.config import Role, Settings

Query = Callable[..., list[tuple[Any, ...]]]
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[..., Path]


@pytest.fixture
def migrate(environ: Mapping[str, str], database: Settings, write: Write) -> Run:
    """Runs `hiring migrate` on a folder of three migrations; `given` answers its questions."""
    write("0001_add_a", "CREATE TABLE a (b int PRIMARY KEY);\nCREATE TABLE c (d int);", "DROP TABLE a, c;")
    write(
        "0002_add_key", "ALTER TABLE c ADD CONSTRAINT c_d_exists FOREIGN KEY (d) REFERENCES a (b);",
        "ALTER TABLE c DROP CONSTRAINT c_d_exists;",
    )  # fmt: skip
    folder = write(
        "0003_add_index", "-- transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_by_b ON a (b);",
        "DROP INDEX a_by_b;",
    ).parent  # fmt: skip

    def run(*words: str, given: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "hiring", "migrate", *words, "--folder", str(folder)],
            env={**environ, "COLUMNS": "200", "NO_COLOR": "1"}, input=given, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip

    return run


def test_status_tells_how_each_migration_stands(migrate: Run, tmp_path: Path) -> None:
    """When it was applied and how long it took; exit status 1 when what was applied is not what is there."""
    assert migrate("up", "--to", "0002").stdout.endswith("2 applied\n")
    sound = migrate("status")
    assert sound.returncode == 0 and sound.stdout.lstrip().startswith("Migrations")
    applied, other, pending = (line for line in sound.stdout.splitlines() if re.search(r"\b000\d\b", line))
    for line, name in ((applied, "add_a"), (other, "add_key")):
        assert re.search(rf"{name} .*applied .*\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d \S+ .* \d+ ", line), line
    assert "pending" in pending and not re.search(r"\d\d:\d\d", pending)
    (tmp_path / "0001_add_a.sql").write_text("CREATE TABLE a (b bigint);")
    edited = migrate("status")
    assert edited.returncode == 1 and "edited" in edited.stdout


def test_status_tells_what_is_unfinished(migrate: Run, query: Query, superuser: Role) -> None:
    """Such as an index that was being built when its runner died."""
    migrate("up")
    query("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_by_b'::regclass", superuser)
    told = migrate("status")
    assert told.returncode == 1 and "unfinished: index a_by_b on a is not valid" in told.stdout


def test_down_asks_for_what_it_will_undo(migrate: Run) -> None:
    """The question says how much; without a yes nothing is undone, and --yes asks nothing."""
    migrate("up", "--to", "0002")
    for words, what in (
        ((), "the newest migration"), (("--to", "0001"), "all migrations after 0001"), (("--all",), "ALL migrations"),
    ):  # fmt: skip
        asked = migrate("down", *words, given="n\n")
        assert f"Undo {what} of database hiring_migrations_test, with the data in it?" in asked.stdout
        assert asked.returncode == 1 and "undone" not in asked.stdout
    assert migrate("down", given="y\n").stdout.endswith("1 undone\n")
    assert migrate("down", "--all", "--yes").stdout.endswith("1 undone\n")
    assert migrate("down", "--yes").stdout == "nothing to undo\n"
    migrate("up")
    assert migrate("down", "--to", "0001", "--yes").stdout.endswith("2 undone\n")
    assert migrate("down", "--to", "0001", "--yes").stdout == "nothing to undo\n"


def test_plan_tells_locks_and_limits(migrate: Run) -> None:
    """A statement once, with each of its locks; whether one transaction keeps them to its end."""
    migrate("up", "--to", "0001")
    planned = migrate("plan").stdout
    second, third = planned.split("0003 add_index")
    assert "one transaction, which keeps every lock to its end; waits" in second
    assert "no transaction; waits" in third and "one transaction" not in third
    rows = [[cell.strip() for cell in line.split("│")[1:5]] for line in second.splitlines() if "│" in line]
    assert [(line, lock, table) for line, _, lock, table in rows] == [
        ("1", "SHARE ROW EXCLUSIVE", "c"), ("", "SHARE ROW EXCLUSIVE", "a"),
    ]  # fmt: skip
    assert rows[0][1].startswith("ALTER TABLE c ADD CONSTRAINT") and not rows[1][1]
    assert "2 pending" in third
