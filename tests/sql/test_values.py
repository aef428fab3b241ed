"""How values travel there and back, and what becomes of those that do not fit."""

from datetime import MAXYEAR, UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.connectors.postgres_values import array_literal
from hiring.database import Database
from hiring.errors import DatabaseUnavailable, Internal, Malformed, Taken

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
