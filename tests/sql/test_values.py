"""How values travel there and back, and what becomes of those that do not fit."""

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime
from typing import Any
from uuid import RFC_4122, UUID, uuid4

import hypothesis
import psycopg2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiring.config import Settings
from hiring.connectors.postgres_values import array_literal, literal
from hiring.database import Database
from hiring.errors import DatabaseUnavailable, Internal, Malformed, Taken
from tests.databases import superuser_of

ORGANIZATION = uuid4()
NASTY = ['a "b" \\c', "d'e", "%s", "%(key)s", "{}", "", "NULL", "x,y", "ünïcödé 🙂", "$1", ":id"]


def note(**changes: Any) -> dict[str, Any]:
    values = {"organization_id": ORGANIZATION, "event_id": uuid4(), "note_id": uuid4(), "key": None, "body": None}
    return values | {"labels": [], "readers": [], "facts": {}, "noted_at": datetime.now(UTC)} | changes


async def test_values_come_back_as_they_went_when_they_are_of_every_kind(db: Database) -> None:
    """Texts with every character that means something on the way, ids, arrays, documents, instants."""
    readers, facts = [uuid4(), None, uuid4()], {"quote": "x'y\\z\"%(a)s", "id": "1", "deep": {"list": [1, None, True]}}
    for body in NASTY:
        values = note(body=body, key=str(uuid4()), labels=NASTY, readers=readers, facts=facts)
        row = await db.commands.trial_notes.add(**values)
        assert (row["body"], row["labels"], row["readers"], row["facts"]) == (body, NASTY, readers, facts)
        assert row["id"] == values["note_id"] and isinstance(row["id"], UUID)
        assert row["noted_at"] == values["noted_at"]


async def test_none_and_nothing_are_told_apart_when_stored(db: Database) -> None:
    """None is NULL, an empty list an empty array; a tuple travels as a list, an id inside a document as text."""
    row = await db.commands.trial_notes.add(**note(labels=(), readers=(ORGANIZATION,), facts={"id": ORGANIZATION}))
    assert (row["body"], row["labels"], row["readers"]) == (None, [], [ORGANIZATION])
    assert row["facts"] == {"id": str(ORGANIZATION)}


async def test_instant_may_be_infinite_when_a_page_begins(db: Database) -> None:
    """'infinity' is what the first page of a list passes; it comes back as the latest instant of Python."""
    row = await db.commands.trial_notes.add(**note(noted_at="infinity"))
    assert row["noted_at"].year == MAXYEAR


async def test_rows_row_and_value_come_back_when_the_suffix_says_so(db: Database) -> None:
    """No row is an empty list, None and None."""
    queries = db.queries.trial_notes
    nothing = {"organization_id": uuid4(), "note_id": uuid4()}
    assert await queries.list(organization_id=uuid4()) == []
    assert await queries.find(**nothing) is None
    assert await queries.find_version(**nothing) is None
    values = note()
    await db.commands.trial_notes.add(**values)
    found = {"organization_id": ORGANIZATION, "note_id": values["note_id"]}
    assert await queries.find(**found) == {"id": values["note_id"], "body": None, "version": 1}
    assert await queries.find_version(**found) == 1
    assert {"id": values["note_id"]} in await queries.list(organization_id=ORGANIZATION)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": "a\0b"},
        {"labels": ["a\0b"]},
        {"facts": {"a": "\0"}},
        {"body": "\ud800"},
        {"facts": {"a": "\ud800"}},
        {"readers": ["not an id"]},
        {"noted_at": "yesterdayish"},
        {"noted_at": "99999-13-45"},
        {"labels": 5},
    ],
)
async def test_value_is_malformed_when_the_server_cannot_take_it(db: Database, changes: dict[str, Any]) -> None:
    """A client hears 400, and the connection stays as it was."""
    before = db.servers.primary.statistics.dropped_count
    with pytest.raises(Malformed):
        await db.commands.trial_notes.add(**note(**changes))
    assert db.servers.primary.statistics.dropped_count == before


async def test_values_are_checked_by_name_when_a_statement_is_called(db: Database) -> None:
    """A value too much and one too few are the caller's mistake."""
    with pytest.raises(TypeError, match=r"missing \['note_id'\], unknown \['node_id'\]"):
        await db.queries.trial_notes.find(organization_id=ORGANIZATION, node_id=uuid4())
    with pytest.raises(AttributeError, match="there is no trial_nodes among"):
        await db.queries.trial_nodes.find()


async def test_constraint_becomes_its_error_when_it_refuses(db: Database) -> None:
    """Its name says which; other errors are our own fault."""
    job_id, seats = uuid4(), [uuid4(), uuid4()]
    await db.commands.trial_seats.add(organization_id=ORGANIZATION, job_id=job_id, seat_ids=seats)
    holder = str(uuid4())
    await db.commands.trial_seats.fill(organization_id=ORGANIZATION, seat_id=seats[0], holder=holder)
    with pytest.raises(Taken) as taken:
        await db.commands.trial_seats.fill(organization_id=ORGANIZATION, seat_id=seats[1], holder=holder)
    assert (taken.value.constraint, taken.value.key["holder"]) == ("trial_seats_holder_taken", holder)
    with pytest.raises(Internal):
        await db.commands.trial_notes.fail()


async def test_ids_are_in_order_when_the_database_makes_them_within_a_millisecond(admin: Any) -> None:
    """Of two consents, say, the one with the greater id holds; the time is in the 60 bits beside the version (7)."""
    instant = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    rows = await admin(f"SELECT {instant}, uuid_v7(), {instant} FROM generate_series(1, 1000)")
    for before, made, after in rows:
        milliseconds, rest = made.hex[:12], made.hex[13:16]
        at = int(milliseconds, 16) * 1000 + int(rest, 16) * 1000 / 4096
        assert before - 0.25 <= at <= after + 0.25
        assert (made.version, made.variant) == (7, RFC_4122)
    assert len({made for _, made, _ in rows}) == len(rows)


async def test_query_changes_nothing_when_it_tries_to_write(db: Database) -> None:
    """The query role has no right to, and its sessions are read-only anyway."""
    values = note()
    await db.commands.trial_notes.add(**values)
    with pytest.raises(DatabaseUnavailable):
        await db.queries.trial_notes.write(organization_id=ORGANIZATION)
    found = {"organization_id": ORGANIZATION, "note_id": values["note_id"]}
    assert await db.queries.trial_notes.find_version(**found) == 1


async def test_array_is_quoted_when_it_becomes_a_literal() -> None:
    """PostgreSQL's own text form."""
    assert array_literal(['a"b', "c\\d", None, "", 1, True]) == '{"a\\"b","c\\\\d",NULL,"","1","True"}'


@pytest.fixture(scope="module")
def driver(settings: Settings, database: None) -> Iterator[Any]:
    """The driver's own connection, without us."""
    superuser, primary = superuser_of(settings), settings.postgres.primary
    connection = psycopg2.connect(
        host=primary.host, port=primary.port, dbname=settings.postgres.database, user=superuser.user,
        password=superuser.password,
    )  # fmt: skip
    connection.autocommit = True
    yield connection
    connection.close()


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.sampled_from(NASTY)


scalars = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.uuids() | texts
values = st.one_of(
    scalars, st.lists(scalars, max_size=5), st.lists(scalars, max_size=5).map(tuple), st.dates(), st.decimals(),
    st.floats(), st.datetimes(), st.datetimes(timezones=st.timezones()),
    st.dictionaries(texts, scalars | st.lists(texts, max_size=3), max_size=4),
)  # fmt: skip


@hypothesis.settings(
    max_examples=500, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@given(given_values=st.lists(values, min_size=1, max_size=8))
def test_literal_is_read_as_what_the_driver_writes(driver: Any, given_values: list[Any]) -> None:
    """For every kind of value that travels: the server reads the same, whatever the quotes are."""
    cursor = driver.cursor()
    ours = ", ".join(map(literal, given_values))
    theirs = cursor.mogrify(", ".join(["%s"] * len(given_values)), given_values).decode()
    cursor.execute(f"SELECT ROW({ours}) IS NOT DISTINCT FROM ROW({theirs}), ROW({ours})::text = ROW({theirs})::text")
    assert cursor.fetchall() == [(True, True)]


@given(text=texts)
def test_text_of_a_kind_of_its_own_is_written_as_any_other(text: str) -> None:
    """Such as an e-mail address, which the driver would not write before it knows its connection."""
    assert literal(type("Email", (str,), {})(text)) == literal(text)


@pytest.mark.parametrize("conforming", ["on", "off"])
@hypothesis.settings(
    max_examples=100, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@given(written=st.lists(texts, min_size=1, max_size=20))
def test_text_is_read_as_it_was_written_whatever_the_server_makes_of_backslashes(
    driver: Any, conforming: str, written: list[str]
) -> None:
    """Alone, and in an array; a text that would end its quotes ends nothing."""
    cursor = driver.cursor()
    cursor.execute(f"SET standard_conforming_strings = {conforming}; SET backslash_quote = off")
    cursor.execute(f"SELECT ARRAY[{','.join(map(literal, written))}]::text[], {literal(written)}::text[]".encode())
    assert cursor.fetchall() == [(written, written)]
    cursor.execute("SET standard_conforming_strings = on")


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "a\udfff"])
@pytest.mark.parametrize("shape", [lambda text: text, lambda text: [text], lambda text: {"a": text}])
async def test_text_is_refused_when_it_cannot_be_stored(db: Database, text: str, shape: Any) -> None:
    """NUL and half of a surrogate pair; in a document NUL travels as an escape, which PostgreSQL refuses."""
    value = shape(text)
    changes = {"facts": value} if isinstance(value, dict) else {"labels" if isinstance(value, list) else "body": value}
    with pytest.raises(Malformed):
        await db.commands.trial_notes.add(**note(**changes))
