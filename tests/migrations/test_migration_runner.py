"""The runner: order, history, drift, failures half-way, two at once, killed ones, indexes without a transaction."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from hiring.config import Settings
from hiring.migration_files import MigrationError
from hiring.migrations import NOTHING, down, status, up
from tests.background import wait_until

Write = Callable[..., Path]
Query = Callable[..., list[tuple[Any, ...]]]

UNIQUE_INDEX = "-- transaction: none\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a_by_b ON a (b);"


def silent(_: str) -> None:
    """A report that nobody reads."""


def apply(settings: Settings, folder: Path, to: str | None = None) -> int:
    return asyncio.run(up(settings, silent, folder=folder, to=to))


def undo(settings: Settings, folder: Path, to: str | None = None) -> int:
    return asyncio.run(down(settings, silent, folder=folder, to=to))


def states(settings: Settings, folder: Path) -> list[str]:
    return [f"{state.version} {state.state}" for state in asyncio.run(status(settings, folder=folder))[0]]


def refusal(settings: Settings, folder: Path) -> str:
    with pytest.raises(MigrationError) as refused:
        apply(settings, folder)
    return str(refused.value)


def start(environ: Mapping[str, str], folder: Path) -> "subprocess.Popen[str]":
    """`hiring migrate up` as a process of its own."""
    command = [sys.executable, "-m", "hiring", "migrate", "up", "--folder", str(folder)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def three(write: Write) -> Path:
    """A folder of three migrations."""
    write("0001_add_a", "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);", "DROP TABLE a;")
    write("0002_add_c", "ALTER TABLE a ADD c text DEFAULT '100%';", "ALTER TABLE a DROP c;")
    return write("0003_add_d", "CREATE TABLE d ();", "DROP TABLE d;").parent


def test_pending_migrations_are_applied_in_order_and_once(database: Settings, three: Path, query: Query) -> None:
    """Each is recorded with its checksum; a second run finds nothing to do; `to` stops early."""
    assert states(database, three) == ["0001 pending", "0002 pending", "0003 pending"]
    assert query("SELECT to_regclass('schema_migrations') IS NULL")[0][0], "status changes nothing"
    assert apply(database, three, to="0002") == 2
    assert states(database, three) == ["0001 applied", "0002 applied", "0003 pending"]
    assert (apply(database, three), apply(database, three)) == (1, 0)
    assert query("SELECT b, c FROM a") == [(1, "100%")]
    rows = query("SELECT version, name, length(checksum), applied_by FROM schema_migrations ORDER BY version")
    assert rows[1] == ("0002", "add_c", 64, "hiring_owner")
    assert len(rows) == 3
    with pytest.raises(MigrationError, match="there is no migration 0009"):
        apply(database, three, to="0009")


def test_duration_of_a_migration_is_recorded(database: Settings, write: Write, query: Query) -> None:
    """In milliseconds."""
    folder = write("0001_add_a", "CREATE TABLE a (b int);\nSELECT pg_sleep(0.2);", "DROP TABLE a;").parent
    began_s = time.monotonic()
    apply(database, folder)
    most_ms = (time.monotonic() - began_s) * 1000
    [(duration_ms,)] = query("SELECT duration_ms FROM schema_migrations")
    assert 200 <= duration_ms <= most_ms


def test_migrations_are_undone_newest_first(database: Settings, three: Path) -> None:
    """One, then those after a version, then all; undoing nothing is no error."""
    apply(database, three)
    assert undo(database, three) == 1
    assert states(database, three) == ["0001 applied", "0002 applied", "0003 pending"]
    assert undo(database, three, to="0001") == 1
    with pytest.raises(MigrationError, match="there is no migration 0009"):
        undo(database, three, to="0009")
    assert undo(database, three, to=NOTHING) == 1
    assert undo(database, three, to=NOTHING) == 0
    assert apply(database, three) == 3


def test_run_is_refused_when_an_applied_file_was_edited(database: Settings, three: Path) -> None:
    """One byte is enough, in either direction; the status names it; the way back may change."""
    apply(database, three)
    path = three / "0002_add_c.sql"
    original = path.read_bytes()
    path.write_bytes(original + b"\n")
    assert refusal(database, three).startswith(f"{path}: was edited after it was applied at ")
    assert states(database, three)[1] == "0002 edited"
    with pytest.raises(MigrationError, match="was edited"):
        undo(database, three)
    path.write_bytes(original)
    (three / "0002_add_c.down.sql").write_text("ALTER TABLE a DROP COLUMN c;", encoding="utf-8")
    assert (apply(database, three), undo(database, three, to="0001")) == (0, 2)


def test_run_is_refused_when_an_applied_file_is_missing(database: Settings, three: Path) -> None:
    """Its name is told, and the status shows it."""
    apply(database, three)
    for path in three.glob("0003*"):
        path.unlink()
    assert "0003_add_d.sql: is applied, but the file is missing" in refusal(database, three)
    assert states(database, three)[2] == "0003 missing"


def test_run_is_refused_when_a_new_file_comes_before_an_applied_one(
    database: Settings, three: Path, write: Write
) -> None:
    """A schema has one history, the same everywhere."""
    write("0005_add_e", "CREATE TABLE e ();", "DROP TABLE e;")
    apply(database, three)
    write("0004_add_f", "CREATE TABLE f ();", "DROP TABLE f;")
    write("0006_add_g", "CREATE TABLE g ();", "DROP TABLE g;")
    assert "0004_add_f.sql: comes before 0005, which is applied" in refusal(database, three)


def test_failing_file_leaves_nothing_when_it_fails_half_way(
    database: Settings, three: Path, write: Write, query: Query
) -> None:
    """Earlier files stay, nothing of the failing one; the error says where, what, why and what to do."""
    text = "-- Why: x\n\nCREATE TABLE e (f int);\n\nINSERT INTO e\nSELECT 1\nFROM nowhere;\nDROP TABLE a;"
    path = write("0004_add_e", text, "DROP TABLE e;")
    sentence = refusal(database, three)
    assert sentence.startswith(f'{path}:7: relation "nowhere" does not exist (SQLSTATE 42P01)\n  in: INSERT INTO e\n')
    assert sentence.endswith("nothing of this file was kept; correct the file and run the command again")
    assert states(database, three)[2:] == ["0003 applied", "0004 pending"]
    assert query("SELECT to_regclass('e') IS NULL")[0][0]
    path.write_text(text.replace("nowhere", "a"), encoding="utf-8")
    assert apply(database, three) == 1


def test_failing_commit_is_told_when_a_deferred_rule_is_broken(database: Settings, write: Write) -> None:
    """A deferred constraint speaks at COMMIT: the file is not recorded."""
    path = write(
        "0001_add_a",
        "CREATE TABLE a (b int PRIMARY KEY, c int REFERENCES a INITIALLY DEFERRED);\nINSERT INTO a VALUES (1, 2);",
    )
    sentence = refusal(database, path.parent)
    assert "(SQLSTATE 23503)\n  in: COMMIT\n" in sentence
    assert "Key (c)=(2) is not present" in sentence
    assert states(database, path.parent) == ["0001 pending"]


def test_statement_is_stopped_when_it_exceeds_the_limit_of_its_header(database: Settings, write: Write) -> None:
    """The advice names the header's line."""
    path = write("0001_add_a", "-- statement_timeout: 100ms\n\nSELECT pg_sleep(20);")
    sentence = refusal(database, path.parent)
    assert "(SQLSTATE 57014)" in sentence
    assert "raise `-- statement_timeout:`" in sentence


def test_lock_is_given_up_when_it_exceeds_the_limit_of_its_header(
    database: Settings, three: Path, write: Write, query: Query
) -> None:
    """A schema change does not queue everybody up behind a long transaction."""
    apply(database, three)
    write("0004_add_e", "-- lock_timeout: 100ms\n\nALTER TABLE a ADD e int;", "ALTER TABLE a DROP e;")

    async def race() -> str:
        blocker = asyncio.create_task(asyncio.to_thread(query, "SELECT pg_sleep(2) FROM a"))
        await asyncio.sleep(0.5)
        with pytest.raises(MigrationError) as refused:
            await up(database, silent, folder=three)
        await blocker
        return str(refused.value)

    sentence = asyncio.run(race())
    assert "(SQLSTATE 55P03)" in sentence
    assert "raise `-- lock_timeout:`" in sentence
    assert apply(database, three) == 1


def test_settings_of_one_file_do_not_reach_the_next(database: Settings, write: Write, query: Query) -> None:
    """A SET without LOCAL, and the limits of a file without a transaction, end with their file."""
    write("0001_add_a", "CREATE TABLE a (b int);\nSET work_mem = '77MB';")
    write("0002_add_index", "-- transaction: none\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_by_b ON a (b);")
    text = "CREATE TABLE c AS SELECT current_setting('work_mem') AS w, current_setting('statement_timeout') AS s;"
    apply(database, write("0003_add_c", text).parent)
    assert query("SELECT w <> '77MB', s FROM c") == [(True, "1min")]


@pytest.mark.usefixtures("database")
def test_all_succeed_when_several_runners_start_at_once(write: Write, query: Query, environ: Mapping[str, str]) -> None:
    """Each migration runs once, also one that builds an index CONCURRENTLY while the other runner waits."""
    write(
        "0001_add_a", "CREATE TABLE a (b int);\nINSERT INTO a SELECT generate_series(1, 300000);\nSELECT pg_sleep(0.5);"
    )
    folder = write("0002_add_index", UNIQUE_INDEX, "DROP INDEX a_by_b;").parent
    write("0003_add_c", "CREATE TABLE c (d int);\nINSERT INTO c VALUES (1);")
    runners = [start(environ, folder) for _ in range(3)]
    outputs = [runner.communicate(timeout=60) for runner in runners]
    assert [runner.returncode for runner in runners] == [0, 0, 0], outputs
    assert sorted(output.splitlines()[-1] for output, _ in outputs) == [
        "3 applied",
        "nothing to apply",
        "nothing to apply",
    ]
    assert query("SELECT count(*) FROM c") == [(1,)]
    assert query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_by_b'::regclass") == [(True,)]


def test_lock_is_free_at_once_when_a_runner_was_killed(
    database: Settings, write: Write, query: Query, environ: Mapping[str, str]
) -> None:
    """SIGKILL in the middle of a statement: what was committed stays, nothing else, and the next run goes on."""
    write("0001_add_a", "CREATE TABLE a (b int);", "DROP TABLE a;")
    path = write("0002_add_c", "CREATE TABLE c ();\nSELECT pg_sleep(60);", "DROP TABLE c;")
    runner = start(environ, path.parent)
    sleeping = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active'"
    wait_until(lambda: query(sleeping))
    os.kill(runner.pid, signal.SIGKILL)
    runner.communicate()
    killed_at = time.monotonic()
    assert apply(database, path.parent, to="0001") == 0
    assert time.monotonic() - killed_at < 5
    assert states(database, path.parent) == ["0001 applied", "0002 pending"]
    path.write_text("CREATE TABLE c ();", encoding="utf-8")
    assert apply(database, path.parent) == 1


def test_invalid_index_is_dropped_first_when_its_file_is_retried(
    database: Settings, write: Write, query: Query
) -> None:
    """CREATE INDEX CONCURRENTLY that fails leaves an INVALID index, which IF NOT EXISTS would take for done."""
    write("0001_add_a", "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1), (1);")
    folder = write("0002_add_index", UNIQUE_INDEX, "DROP INDEX a_by_b;").parent
    sentence = refusal(database, folder)
    assert "(SQLSTATE 23505)" in sentence
    assert "INVALID is dropped by the next run" in sentence
    assert asyncio.run(status(database, folder=folder))[1] == ["index a_by_b on a is not valid"]
    assert states(database, folder) == ["0001 applied", "0002 pending"]
    query("DELETE FROM a WHERE ctid IN (SELECT ctid FROM a LIMIT 1)")
    assert apply(database, folder) == 1
    assert asyncio.run(status(database, folder=folder))[1] == []
    assert query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_by_b'::regclass") == [(True,)]


def test_index_is_built_again_when_its_runner_was_killed(
    database: Settings, write: Write, query: Query, environ: Mapping[str, str]
) -> None:
    """A build that waits for an old transaction is killed: the INVALID index goes, the next run completes it."""
    write("0001_add_a", "CREATE TABLE a (b int);\nINSERT INTO a VALUES (1);")
    folder = write("0002_add_index", UNIQUE_INDEX, "DROP INDEX a_by_b;").parent
    apply(database, folder, to="0001")

    async def kill_while_it_waits() -> None:
        blocker = asyncio.create_task(asyncio.to_thread(query, "BEGIN; UPDATE a SET b = 2; SELECT pg_sleep(4); COMMIT"))
        await asyncio.sleep(0.5)
        runner = await asyncio.to_thread(start, environ, folder)
        invalid = "SELECT 1 FROM pg_index WHERE NOT indisvalid"
        await asyncio.to_thread(wait_until, lambda: query(invalid))
        runner.kill()
        await asyncio.to_thread(runner.communicate)
        await blocker

    asyncio.run(kill_while_it_waits())
    assert apply(database, folder) == 1
    assert query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_by_b'::regclass") == [(True,)]
    assert query("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]
