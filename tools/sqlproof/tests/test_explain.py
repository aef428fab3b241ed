"""A statement is explained on any server that psycopg reaches, with values from its rows; a command leaves nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from small_tree import ADD, FIND, HEADER, MIGRATION, project_of
from sqlproof.command_line import app
from sqlproof.schema.scratch_server import PORT, SERVICE_USER, Scratch

ROWS = """
INSERT INTO organizations SELECT gen_random_uuid() FROM generate_series(1, 3);
INSERT INTO jobs (organization_id, id, title)
SELECT o.organization_id, gen_random_uuid(), 'Baker' FROM organizations AS o, generate_series(1, 50);
ANALYZE;
"""
DATABASE = "explained"


@pytest.fixture(scope="module")
def address(server: Scratch) -> Iterator[str]:
    """The small tree's schema with a few rows, as libpq names it."""
    with server.connect("postgres") as administrator:
        administrator.execute(f"CREATE DATABASE {DATABASE}".encode())
    with server.connect(DATABASE) as connection:
        connection.execute((MIGRATION + ROWS).encode())
    yield f"host={server.socket} port={PORT} user={SERVICE_USER} dbname={DATABASE}"
    with server.connect("postgres") as administrator:
        administrator.execute(f"DROP DATABASE {DATABASE}".encode())


def told(folder: Path, *words: str) -> tuple[int, str]:
    """Exit status and what the command prints."""
    texts = {"sql/queries/trials.sql": HEADER + FIND, "sql/commands/trials.sql": HEADER + ADD}
    rules = project_of(folder, texts).sql / "rules.toml"
    done = CliRunner().invoke(app, ["explain", "--rules", str(rules), *words], env={"COLUMNS": "120"})
    return done.exit_code, done.output


def test_page_tells_plan_time_and_values_when_a_query_is_explained(tmp_path: Path, address: str) -> None:
    """Of a tenant with rows, by the plan for all values."""
    status, page = told(tmp_path, "queries/trials.find", "--server", address)
    assert status == 0 and page.startswith("queries/trials.find\n")
    for words in ("organization_id = ", " on jobs j", "organization_id = $1", " ms to run, ", "1 row, "):
        assert words in page, page


def test_nothing_is_left_when_a_command_is_explained(tmp_path: Path, server: Scratch, address: str) -> None:
    """It has run, and was rolled back."""
    status, page = told(tmp_path, "commands/trials.add", "--server", address)
    assert status == 0 and "Insert on jobs" in page, page
    with server.connect(DATABASE) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchall() == [(150,)]


def test_plan_is_shown_alone_when_nothing_is_run(tmp_path: Path, address: str) -> None:
    """Neither values nor times."""
    status, page = told(tmp_path, "queries/trials.find", "--server", address, "--no-analyze")
    assert status == 0 and " on jobs j" in page and " ms" not in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trials.move",), "there is no statement trials.move"),
        (("queries/trials.find", "--value", "id=seven"), 'invalid input syntax for type uuid: "seven"'),
        (("queries/trials.find", "--value", "name=7"), "has no parameter name; it has organization_id, id"),
    ],
)
def test_sentence_says_what_is_wrong_when_a_statement_cannot_be_explained(
    tmp_path: Path, address: str, words: tuple[str, ...], said: str
) -> None:
    """Its name, a value, a parameter."""
    status, page = told(tmp_path, *words, "--server", address)
    assert status == 2 and said in page
