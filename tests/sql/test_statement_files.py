"""What the loader of SQL files promises and refuses."""

from collections.abc import Callable
from pathlib import Path

import aiosql
import pytest

from hiring.connectors.postgres_session import Returns, Statement
from hiring.statement_files import SQL_FOLDER, load_file, load_folder

Load = Callable[..., dict[str, Statement]]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a text as the file of a noun."""

    def loaded(text: str, noun: str = "jobs") -> dict[str, Statement]:
        path = tmp_path / "commands" / f"{noun}.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return load_file(path)

    return loaded


def test_statement_carries_its_name_when_it_is_prepared(load: Load) -> None:
    """The name is the prepared statement's name, and a comment where pg_stat_statements keeps it: after AS."""
    statement = load("-- name: find^\n-- Finds.\n-- Takes: organization_id, id\nSELECT :id, :organization_id, :id;")[
        "find"
    ]
    assert statement.prepare == 'PREPARE "commands/jobs.find" AS /* commands/jobs.find */ SELECT $2, $1, $2;'
    assert statement.execute == 'EXECUTE "commands/jobs.find"(%(organization_id)s, %(id)s)'
    assert statement.parameters == {"organization_id", "id"}
    assert statement.returns is Returns.ROW


def test_parameters_are_those_that_a_header_takes_when_the_name_line_has_none(load: Load) -> None:
    """In its order, over several lines, with groups written out; a statement without `Takes` has none."""
    loaded = load(
        "-- name: find^\n-- Finds.\n-- Takes: id, job view,\n--     title\nSELECT :title, :id, :viewer_id,"
        " :sees_confidential_jobs, :sees_all_jobs;\n-- name: now\nSELECT 1;"
    )
    given = ("id", "viewer_id", "sees_all_jobs", "sees_confidential_jobs", "title")
    assert loaded["find"].execute.endswith(f"({', '.join(f'%({name})s' for name in given)})")
    assert "SELECT $5, $1, $2, $4, $3;" in loaded["find"].prepare
    assert loaded["now"].parameters == set()


def test_statement_is_planned_each_time_when_its_header_says_so(load: Load) -> None:
    """All others have one plan for all values."""
    loaded = load("-- name: a\n-- Lists.\n-- Plan: custom, for what is given.\nSELECT 1;\n-- name: b\nSELECT 1;")
    assert (loaded["a"].is_planned_each_time, loaded["b"].is_planned_each_time) == (True, False)


def test_suffix_tells_what_comes_back_when_loaded(load: Load) -> None:
    """None is rows, ^ a row, $ a value; without parameters nothing follows the name."""
    loaded = load("-- name: a\nSELECT 1;\n-- name: b^\nSELECT 1;\n-- name: c$\nSELECT 1;")
    assert [loaded[verb].returns for verb in "abc"] == [Returns.ROWS, Returns.ROW, Returns.VALUE]
    assert loaded["a"].execute == 'EXECUTE "commands/jobs.a"'


def test_quoted_text_and_casts_stay_when_parameters_are_numbered(load: Load) -> None:
    """Only a parameter becomes a number."""
    prepare = load("-- name: a\n-- Takes: b\nSELECT ':b', \":b\", :b::text, 'it''s :b', x.y[1 : 2];")["a"].prepare
    assert prepare.endswith("SELECT ':b', \":b\", $1::text, 'it''s :b', x.y[1 : 2];")


def test_locks_go_first_in_their_order_when_a_header_names_them(load: Load) -> None:
    """Several may be named, each with a subset of the parameters."""
    loaded = load(
        "-- name: lock_b\n-- Takes: id\nSELECT :id;\n-- name: lock_a\n-- Takes: id, x\nSELECT :id, :x;\n"
        "-- name: move\n-- Moves.\n-- Takes: x, id\n-- Locks first: lock_a, lock_b\nSELECT :id, :x;"
    )
    assert loaded["move"].locks == (loaded["lock_a"], loaded["lock_b"])


def test_shared_lock_goes_first_when_the_file_has_none_of_its_name(tmp_path: Path) -> None:
    """Every file of a folder may name those of locks.sql; its own goes before one of the same name."""
    (tmp_path / "locks.sql").write_text(
        "-- name: lock_a\n-- Takes: id\nSELECT :id;\n-- name: lock_b\n-- Takes: id\nSELECT :id;"
    )
    (tmp_path / "jobs.sql").write_text(
        "-- name: lock_b\n-- Takes: id\nSELECT :id;\n"
        "-- name: move\n-- Moves.\n-- Takes: id\n-- Locks first: lock_a, lock_b\nSELECT :id;"
    )
    loaded = load_folder(tmp_path)
    assert loaded["jobs"]["move"].locks == (loaded["locks"]["lock_a"], loaded["jobs"]["lock_b"])


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("-- name: move\n-- Takes: id\n-- Locks first: lock_a\nSELECT :id;", "there is no lock_a above"),
        (
            "-- name: lock\n-- Takes: x\nSELECT :x;\n-- name: move\n-- Takes: id\n-- Locks first: lock\nSELECT :id;",
            r"lock takes \['x'\]",
        ),
        (f"-- name: {'a' * 60}\nSELECT 1;", "longer than 63 bytes"),
        ("-- name: add!\nSELECT 1;", "suffix"),
        ("-- name: a(b)\n-- Adds.\nSELECT :b;", r"uses \['b'\], and its header takes \[\]"),
        ("-- name: a\n-- Adds.\nSELECT :b;", r"uses \['b'\], and its header takes \[\]"),
        ("-- name: a\n-- Adds.\n-- Takes: b\nSELECT :c;", r"uses \['c'\], and its header takes \['b'\]"),
        ("-- name: a\n-- Adds.\n-- Takes: b, c\nSELECT :b;", r"uses \['b'\], and its header takes \['b', 'c'\]"),
    ],
)
def test_file_is_refused_when_a_statement_breaks_the_format(load: Load, text: str, complaint: str) -> None:
    """A wrong file stops the start, with the statement's name."""
    with pytest.raises(ValueError, match=complaint):
        load(text)


def test_file_is_refused_when_a_name_stands_twice(load: Load) -> None:
    """aiosql refuses it."""
    with pytest.raises(aiosql.SQLLoadException):
        load("-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;")


@pytest.mark.parametrize("kind", ["commands", "queries"])
def test_every_file_of_the_service_loads(kind: str) -> None:
    """The files in the checkout keep the format."""
    assert all(load_folder(SQL_FOLDER / kind).values())
