"""On a PostgreSQL of its own the check finds what no text tells: in a copy of the real tree, one fault at a time."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from sqlproof.check import check_server, fill
from sqlproof.clickhouse.proof import Proven
from sqlproof.configuration import Volume
from tests.sqlproof.conftest import PROJECT

Broken = Callable[..., list[str]]


@pytest.fixture
def broken(tmp_path: Path, filled: psycopg.Connection[Any], proven: Proven) -> Iterator[Broken]:
    """Checks a copy of the service's SQL in which a text is another, on a changed schema; gives the findings."""
    undone: list[str] = []

    def checked(
        name: str = "", old: str = "", new: str = "", change: str = "SELECT", undo: str = "SELECT"
    ) -> list[str]:
        shutil.copytree(PROJECT.sql, tmp_path / "sql")
        if name:
            text = (tmp_path / name).read_text(encoding="utf-8")
            assert old in text
            (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        filled.execute("DEALLOCATE ALL")
        filled.execute(change.encode())
        undone.append(undo)
        copy = msgspec.structs.replace(PROJECT, sql=tmp_path / "sql")
        _, findings = check_server(copy, filled, proven)
        return [str(finding).removeprefix(f"{tmp_path}/").removeprefix(f"{PROJECT.root}/") for finding in findings]

    yield checked
    for each in undone:
        filled.execute(each.encode())


def test_nothing_is_found_when_the_tree_is_sound(broken: Broken) -> None:
    """What the faults below are seeded into has none."""
    assert broken() == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(
            {
                "change": "ALTER TABLE jobs RENAME COLUMN requisition_code TO requisition",
                "undo": "ALTER TABLE jobs RENAME COLUMN requisition TO requisition_code",
            },
            ("sql/commands/jobs.sql:", "commands/jobs.add: the migrated schema refuses it: column", "requisition_code"),
            id="renamed column",
        ),
        pytest.param(
            {
                "change": "ALTER INDEX jobs_by_status RENAME TO gone",
                "undo": "ALTER INDEX gone RENAME TO jobs_by_status",
            },
            ("queries/jobs.list_by_status: no index of the migrated schema is named",), id="dropped index",
        ),
        pytest.param(
            {
                "name": "sql/queries/sessions.sql",
                "old": "l.email_hash = decode",
                "new": "l.email_hash || '' = decode",
            },
            ("queries/sessions.find_accounts", "login_directory grows, and the plan reads it from end to end"),
            id="sequential scan",
        ),
        pytest.param(
            {
                "name": "sql/queries/jobs.sql", "old": "-- Index: jobs_by_status.",
                "new": "-- Index: jobs_by_department.",
            },
            ("sql/queries/jobs.sql:", "queries/jobs.list_by_status: the plan does not use jobs_by_department"),
            id="untrue label",
        ),
        pytest.param(
            {
                "name": "sql/queries/jobs.sql", "old": "WHERE j.status = :status AND",
                "new": "WHERE j.status || '' = :status AND",
            },
            ("queries/jobs.list_by_status: the plan does not use jobs_by_status",),
            id="index out of reach",
        ),
        pytest.param(
            {
                "name": "sql/queries/departments.sql",
                "old": "d.organization_id = :organization_id AND d.id = :department_id",
                "new": "(d.organization_id = :organization_id OR d.status = 'active') AND d.id = :department_id",
            },
            ("queries/departments.find: the plan reads departments without its tenant",), id="no tenant in the plan",
        ),
        pytest.param(
            {
                "name": "sql/commands/boards.sql",
                "old": "x.organization_id = :organization_id AND x.id = f.upload_id\n        LIMIT 1",
                "new": "x.organization_id = :organization_id AND x.id = f.upload_id",
            },
            ("commands/boards.apply: the plan finds rows of all tenants by uploads_by_expiry",),
            id="other tenants' rows found and dropped",
        ),
        pytest.param(
            {"change": "BEGIN; DROP INDEX jobs_by_status", "undo": "ROLLBACK"},
            (
                "queries/jobs.list_by_status: its plan differs from the one in sql/plans/queries/jobs.txt",
                "\n    -", "Index Scan using jobs_by_status on jobs j\n", "\n    +",
                "`sqlproof plans`",
            ),
            id="another plan",
        ),
        pytest.param(
            {"name": "sql/queries/users.sql", "old": "SELECT u.version,", "new": "SELECT u.name AS version,"},
            ("hiring/statements.pyi:", "run `sqlproof stubs`"), id="stale stubs",
        ),
    ],
)  # fmt: skip
def test_fault_is_found_when_the_server_is_asked(broken: Broken, fault: dict[str, str], words: tuple[str, ...]) -> None:
    """Each with the file, the statement and what to do."""
    findings = broken(**fault)
    assert any(all(word in finding for word in words) for finding in findings), findings


def test_star_is_found_when_it_changes_the_columns(broken: Broken) -> None:
    """A statement that breaks a rule has no types, and the check goes on."""
    [star] = broken(
        name="sql/queries/sources.sql",
        old="SELECT source_body(s)::text AS body",
        new="SELECT *, source_body(s)::text AS body",
    )
    assert star.startswith("sql/queries/sources.sql:") and "a star breaks prepared statements" in star


def test_volume_is_found_when_the_schema_refuses_it(
    filled: psycopg.Connection[Any], proven: Proven, tmp_path: Path
) -> None:
    """At its line; the statements are prepared all the same, and nothing is said of plans."""
    volume = tmp_path / "volume.sql"
    volume.write_text("SELECT 1;\n\nUPDATE jobs SET nothing = 1;\n", encoding="utf-8")
    project = msgspec.structs.replace(PROJECT, volume=Volume(script=str(volume)))
    refusal = 'the migrated schema refuses it: column "nothing" of relation "jobs" does not exist'
    assert str(fill(filled, project)) == f"{volume}:3: {refusal}"
    filled.execute("DEALLOCATE ALL")
    assert check_server(PROJECT, filled, proven, is_filled=False)[1] == []
