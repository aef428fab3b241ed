"""Statements become types: what they take and give on a small schema, whatever the schema has."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import database
from small_tree import project_of
from sqlproof.configuration import Project
from sqlproof.reading.statements import Statement, read_files
from sqlproof.schema.model import Schema, read_schema
from sqlproof.schema.scratch_server import Scratch
from sqlproof.types.stubs import Describer, Description, TypeUnknown, check_stubs, stubs_of

SCHEMA = """
CREATE TABLE trials (
    id uuid NOT NULL, name text NOT NULL, note text, count bigint NOT NULL, small smallint, price numeric,
    weight float8, made_on date, made_at timestamptz NOT NULL, facts jsonb, ids uuid[], labels text[] NOT NULL,
    is_open boolean, spot point
);
CREATE TABLE tries (id uuid NOT NULL, trial_id uuid NOT NULL, result text NOT NULL);
CREATE FUNCTION trial_body(t trials) RETURNS json STABLE RETURN json_build_object('id', t.id);
CREATE FUNCTION trial_note(t trials) RETURNS text STABLE RETURN t.note;
"""
FIND = """-- name: find(id, name, count, price, weight, made_on, made_at, facts, ids, labels, is_open)^
-- Finds one.
SELECT t.id, t.name, t.note, t.count, t.small, t.price, t.weight, t.made_on, t.made_at, t.facts, t.ids, t.labels,
       t.is_open
FROM trials AS t
WHERE t.id = :id AND t.name = :name AND t.count = :count AND t.price = :price AND t.weight = :weight
  AND t.made_on = :made_on AND t.made_at = :made_at AND t.facts = :facts AND t.ids = :ids AND t.labels = :labels
  AND t.is_open IS NOT DISTINCT FROM :is_open::boolean;
"""
TYPED = """
class QueriesTrialsFindRow(TypedDict):
    id: UUID
    name: str
    note: str | None
    count: int
    small: int | None
    price: Decimal
    weight: float
    made_on: date
    made_at: datetime
    facts: Any
    ids: Rows[UUID]
    labels: Rows[str]
    is_open: bool | None

class QueriesTrials:
    async def find(
        self, *, id: UUID | None, name: str | None, count: int | None, price: Decimal | int | None,
        weight: float | None, made_on: date | None, made_at: Moment | None, facts: Document | None,
        ids: Array[UUID] | None, labels: Array[str] | None, is_open: bool | None,
    ) -> QueriesTrialsFindRow | None: ...

class Queries:
    trials: QueriesTrials
"""
NEW = "gen_random_uuid()"
MADE = "WITH made AS (INSERT INTO tries (id, trial_id, result)"
Stub = Callable[[str], str]
Described = Callable[[str], Any]


@pytest.fixture(scope="module")
def connection(server: Scratch) -> Iterator[psycopg.Connection[Any]]:
    """A database with two tables."""
    with database(server, SCHEMA, 0) as made:
        yield made


@pytest.fixture
def described(tmp_path: Path, connection: psycopg.Connection[Any]) -> Described:
    """Writes `queries/trials.sql` and gives what stubs are made of."""

    def asked(text: str) -> tuple[Project, list[Statement], dict[str, Description], Schema]:
        project = project_of(tmp_path, {"sql/queries/trials.sql": text, "shop/__init__.py": ""})
        connection.execute("DEALLOCATE ALL")
        [(_, statements, problems)] = read_files(project)
        descriptions, refused = Describer(connection).all(statements)
        assert not problems + refused
        return project, statements, descriptions, read_schema(connection, project)

    return asked


@pytest.fixture
def stub(described: Described) -> Stub:
    """Writes a file of statements and its stubs, and gives their text."""

    def made(text: str) -> str:
        project, statements, descriptions, schema = described(text)
        found = stubs_of(statements, descriptions, schema)
        (project.root / project.stubs.file).write_text(found, encoding="utf-8")
        assert list(check_stubs(project, statements, descriptions, schema)) == []
        return found

    return made


def test_types_are_those_of_python_when_the_schema_has_others(stub: Stub) -> None:
    """A parameter's is what psycopg2 is given, a column's what it gives back; a column that is compared has a value."""
    assert stub(FIND).endswith(TYPED)


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("t.name", "str"), ("t.note", "str | None"), ("r.result", "str | None"), ("r.id IS NOT NULL", "bool"),
        ("coalesce(r.result, t.note, '')", "str"), ("coalesce(r.result, t.note)", "str | None"),
        ("CASE WHEN t.is_open THEN t.name END", "str | None"), ("CASE WHEN t.is_open THEN t.name ELSE '' END", "str"),
        ("EXISTS (SELECT FROM tries AS o WHERE o.trial_id = t.id)", "bool"),
        ("(SELECT o.result FROM tries AS o LIMIT 1)", "str | None"), ("(SELECT count(o.id) FROM tries AS o)", "int"),
        ("(SELECT max(o.result) FROM tries AS o)", "str | None"), ("array(SELECT o.id FROM tries AS o)", "Rows[UUID]"),
        ("trial_body(t)::text", "str"), ("trial_note(t)", "str | None"), ("t.count + 1", "int"),
        ("t.count + t.small", "int | None"), ("t.note = 'a' OR t.is_open", "bool | None"),
        ("t.facts ->> 'a'", "str | None"),
        ("t.labels[1]", "str | None"), ("upper(t.name)", "str"), (":value::text", "str | None"),
        ("t.note IS DISTINCT FROM :value::text", "bool"), ("t.name IN ('a', 'b')", "bool"),
    ],
)  # fmt: skip
def test_column_is_never_none_when_the_text_proves_it(stub: Stub, expression: str, type_: str) -> None:
    """`r` is the nullable side of an outer join."""
    found = stub(
        f"-- name: find(value)^\n-- Finds one.\nSELECT {expression} AS value, :value::text AS given\n"
        "FROM trials AS t\nLEFT JOIN tries AS r ON r.trial_id = t.id\nWHERE t.name <> '';\n"
    )
    assert f"    value: {type_}\n" in found


@pytest.mark.parametrize(
    ("text", "is_always"),
    [
        ("SELECT t.id FROM trials AS t", False), ("SELECT count(*) AS count FROM trials AS t", True),
        ("SELECT count(*) AS count FROM trials AS t HAVING false", False),
        ("SELECT t.id FROM (SELECT) AS always LEFT JOIN trials AS t ON true", True),
        ("SELECT t.id FROM (SELECT) AS always JOIN trials AS t ON true", False),
        ("SELECT t.id FROM (SELECT) AS always LEFT JOIN trials AS t ON true WHERE t.is_open", False),
        (f"{MADE} VALUES ({NEW}, {NEW}, '') RETURNING id) SELECT m.id FROM made AS m", True),
        (f"{MADE} VALUES ({NEW}, {NEW}, '') ON CONFLICT DO NOTHING RETURNING id) SELECT id FROM made", False),
        (f"{MADE} SELECT t.id, t.id, '' FROM trials AS t RETURNING id) SELECT m.id FROM made AS m", False),
        ("UPDATE trials AS t SET name = '' RETURNING t.id", False),
    ],
)  # fmt: skip
def test_row_is_always_there_when_the_text_proves_it(stub: Stub, text: str, *, is_always: bool) -> None:
    """Else it may be None."""
    given = "QueriesTrialsFindRow" if is_always else "QueriesTrialsFindRow | None"
    assert f"    async def find(self) -> {given}: ...\n" in stub(f"-- name: find()^\n-- Finds one.\n{text};\n")


def test_value_and_rows_have_their_types_when_the_suffix_asks_for_them(stub: Stub) -> None:
    """A value is None where there may be no row, too."""
    found = stub(
        "-- name: name()$\n-- Finds a name.\nSELECT t.name FROM trials AS t;\n\n"
        "-- name: count()$\n-- Counts.\nSELECT count(*) FROM trials AS t;\n\n"
        "-- name: list()\n-- Lists.\nSELECT t.name FROM trials AS t;\n"
    )
    assert "    async def name(self) -> str | None: ...\n    async def count(self) -> int: ...\n" in found
    assert "    async def list(self) -> Rows[QueriesTrialsListRow]: ...\n" in found


def test_type_is_refused_when_python_has_none_for_it(stub: Stub) -> None:
    """The finding tells where a type is given one."""
    with pytest.raises(TypeUnknown, match=r"spot is point, which has no type of Python: .*\[stubs\]"):
        stub("-- name: find()^\n-- Finds one.\nSELECT t.spot FROM trials AS t;\n")


def test_line_is_found_when_the_stubs_are_stale(stub: Stub, described: Described) -> None:
    """The first one that is another; also where there is no file."""
    text = "-- name: find()^\n-- Finds one.\nSELECT t.name, t.note FROM trials AS t;\n"
    line = stub(text).splitlines().index("    note: str | None") + 1
    project, *facts = described(text.replace("t.note", "t.small AS note"))
    (found,) = check_stubs(project, *facts)
    assert (found.path.name, found.line) == ("statements.pyi", line) and "run `sqlproof stubs`" in found.sentence
    (project.root / project.stubs.file).unlink()
    assert [each.line for each in check_stubs(project, *facts)] == [1]
