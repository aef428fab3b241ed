"""Statements become types: what they take and give on a small schema, and what mypy refuses by the service's own."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from hiring.cli.sql import MIGRATIONS, ROOT
from sqlproof.reading.statements import read_file
from sqlproof.schema.catalog import read_catalog
from sqlproof.schema.describe import Describer
from sqlproof.schema.scratch import scratch_database
from sqlproof.types.stubs import TypeUnknown, check_stubs, stubs_of

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
        self,
        *,
        id: UUID | None,
        name: str | None,
        count: int | None,
        price: Decimal | int | None,
        weight: float | None,
        made_on: date | None,
        made_at: Moment | None,
        facts: Document | None,
        ids: Array[UUID] | None,
        labels: Array[str] | None,
        is_open: bool | None,
    ) -> QueriesTrialsFindRow | None: ...

class Queries:
    trials: QueriesTrials
"""
MADE = "WITH made AS (INSERT INTO tries (id, trial_id, result)"
type_of_stub = Callable[[str], str]


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection[Any]]:
    """The migrated schema with two tables more."""
    with scratch_database(MIGRATIONS) as connection:
        connection.execute(SCHEMA.encode())
        yield connection


@pytest.fixture
def stub(tmp_path: Path, server: psycopg.Connection[Any]) -> type_of_stub:
    """Writes a file of statements and makes its stubs; what is written is `queries/trials.sql`."""

    def made(text: str) -> str:
        path = tmp_path / "queries" / "trials.sql"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        server.execute("DEALLOCATE ALL")
        statements, problems = read_file(path)
        descriptions, refused = Describer(server).all(statements)
        assert not problems + refused
        found = stubs_of(statements, descriptions, read_catalog(server))
        (tmp_path / "statements.pyi").write_text(found, encoding="utf-8")
        assert list(check_stubs(tmp_path / "statements.pyi", statements, descriptions, read_catalog(server))) == []
        return found

    return made


def test_types_are_those_of_python_when_the_schema_has_others(stub: type_of_stub) -> None:
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
def test_column_is_never_none_when_the_text_proves_it(stub: type_of_stub, expression: str, type_: str) -> None:
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
        (f"{MADE} VALUES (uuid_v7(), uuid_v7(), '') RETURNING id) SELECT m.id FROM made AS m", True),
        (f"{MADE} VALUES (uuid_v7(), uuid_v7(), '') ON CONFLICT DO NOTHING RETURNING id) SELECT id FROM made", False),
        (f"{MADE} SELECT t.id, t.id, '' FROM trials AS t RETURNING id) SELECT m.id FROM made AS m", False),
        ("UPDATE trials AS t SET name = '' RETURNING t.id", False),
    ],
)  # fmt: skip
def test_row_is_always_there_when_the_text_proves_it(stub: type_of_stub, text: str, *, is_always: bool) -> None:
    """Else it may be None."""
    given = "QueriesTrialsFindRow" if is_always else "QueriesTrialsFindRow | None"
    assert f"    async def find(self) -> {given}: ...\n" in stub(f"-- name: find()^\n-- Finds one.\n{text};\n")


def test_value_and_rows_have_their_types_when_the_suffix_asks_for_them(stub: type_of_stub) -> None:
    """A value is None where there may be no row, too."""
    found = stub(
        "-- name: name()$\n-- Finds a name.\nSELECT t.name FROM trials AS t;\n\n"
        "-- name: count()$\n-- Counts.\nSELECT count(*) FROM trials AS t;\n\n"
        "-- name: list()\n-- Lists.\nSELECT t.name FROM trials AS t;\n"
    )
    assert "    async def name(self) -> str | None: ...\n    async def count(self) -> int: ...\n" in found
    assert "    async def list(self) -> Rows[QueriesTrialsListRow]: ...\n" in found


def test_type_is_refused_when_python_has_none_for_it(stub: type_of_stub) -> None:
    """The finding tells where a type is given one."""
    with pytest.raises(TypeUnknown, match=r"spot is point, which has no type of Python: .*/stubs.py"):
        stub("-- name: find()^\n-- Finds one.\nSELECT t.spot FROM trials AS t;\n")


def test_line_is_found_when_the_stubs_are_stale(
    stub: type_of_stub, tmp_path: Path, server: psycopg.Connection[Any]
) -> None:
    """The first one that is another; also where there is no file."""
    text = "-- name: find()^\n-- Finds one.\nSELECT t.name, t.note FROM trials AS t;\n"
    line = stub(text).splitlines().index("    note: str | None") + 1
    path = tmp_path / "queries" / "trials.sql"
    path.write_text(text.replace("t.note", "t.small AS note"), encoding="utf-8")
    server.execute("DEALLOCATE ALL")
    statements, _ = read_file(path)
    descriptions, _ = Describer(server).all(statements)
    for name, at in (("statements.pyi", line), ("gone.pyi", 1)):
        (found,) = check_stubs(tmp_path / name, statements, descriptions, read_catalog(server))
        assert (found.path.name, found.line) == (name, at) and "write them again: hiring sql stubs" in found.sentence


SNIPPET = '''
from uuid import UUID

from hiring.database import Database


async def use(db: Database, key: UUID, seen: dict[str, UUID]) -> None:
    """What is right is not refused; each other line says how it is."""
    queries = db.on_replica([key]).queries
    row = await queries.users.find(organization_id=key, user_id=key)
    assert row is not None
    print(row["body"].upper(), row["version"] + 1)
    print(row["verison"])  # has no key "verison"
    print(row["body"] + 1)  # Unsupported operand
    await queries.users.find(organization_id=key)  # Missing named argument "user_id"
    await queries.users.find(organization_id=key, user_id=key, user=key)  # Unexpected keyword argument "user"
    await queries.users.find(organization_id=key, user_id="7")  # incompatible type "str"; expected "UUID | None"
    await queries.users.find_it(organization_id=key)  # has no attribute "find_it"
    await queries.user.find(organization_id=key)  # has no attribute "user"
    await db.commands.uploads.find(upload_id=key)  # has no attribute "find"
    (await queries.users.find(organization_id=key, user_id=None))["body"]  # "QueriesUsersFindRow | None"
    rows = await queries.sessions.find_accounts(email_hash="", organization=None)
    print([account["user_id"].hex for account in rows])
    print(rows["user_id"])  # No overload variant
    await queries.applications.list_by_ids(ids=[1])  # List item 0 has incompatible type "int"; expected "UUID"
    await queries.applications.list_by_ids(sees_pay="yes")  # incompatible type "str"; expected "bool | None"
    await db.commands.jobs.add(pay_range="{}")  # incompatible type "str"; expected "dict[str, Any] | JsonText | None"
    async with db.once(principal="", key="", fingerprint="", organization_id=key) as once:
        await once.commands.messages.fail(failure="")  # Missing named argument
    async with db.inbox(consumer="", message_id=key, organization_id=key) as inbox:
        await inbox.commands.messages.fail(failure=1)  # incompatible type "int"; expected "str | None"
'''


def test_mypy_refuses_what_no_statement_takes_or_gives(tmp_path: Path) -> None:
    """By the service's own stubs, in all the database's views; and nothing else of it."""
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, encoding="utf-8")
    words = (sys.executable, "-m", "mypy", "--config-file", "setup.cfg", "--hide-error-context", str(snippet))
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    told: dict[int, str] = {}
    for number, sentence in re.findall(r"snippet\.py:(\d+): error: (.*)", done.stdout):
        told[int(number)] = told.get(int(number), "") + sentence
    wanted = {at: line.partition("  # ")[2] for at, line in enumerate(SNIPPET.splitlines(), 1) if "  # " in line}
    assert told.keys() == wanted.keys(), done.stdout + done.stderr
    assert not [(at, told[at]) for at, part in wanted.items() if part not in told[at]]
