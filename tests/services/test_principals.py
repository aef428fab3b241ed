"""A principal from memory is believed only while it certainly holds; the clock is passed in, the database is real."""

import asyncio
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from hiring.database import Database
from hiring.errors import DatabaseUnavailable
from hiring.foundation.ids import new_id
from hiring.http.dependencies import Dependencies
from hiring.services import principals
from hiring.services.principals import KEPT_S, TRUSTED_S, Principal, Principals
from tests.api.conftest import Rows, rows

if TYPE_CHECKING:
    from hiring.statements import QueriesPrincipalChangesFindSinceRow

__all__ = ["rows"]

ADD = "INSERT INTO principal_changes (subject_id) VALUES (%(id)s) RETURNING 1"


class Clock:
    """Seconds that pass when a test says so; each look at it is a little later than the one before."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        self.now_s += 1e-6
        return self.now_s


class Reader:
    """Reads a principal, and counts how often it was asked."""

    def __init__(self, *subject_ids: UUID) -> None:
        self.count = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.has_begun = asyncio.Event()
        self.principal = Principal(new_id(), new_id(), {}, subject_ids, None)

    async def __call__(self) -> Principal:
        self.count += 1
        self.has_begun.set()
        await self.may_end.wait()
        return self.principal


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def db(dependencies: Dependencies) -> Database:
    return dependencies.db


@pytest.fixture
async def known(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Principals:
    """Has looked once."""
    monkeypatch.setattr(principals, "LOOK_TIMEOUT_S", 10.0)  # a busy machine is no silent server
    look = db.on_watch().queries.principal_changes.find_since
    known = Principals(look, unavailable, max_replica_lag_ms=5_000, clock=clock)
    await known.look()
    return known


async def unavailable(*, transaction_id: str) -> "QueriesPrincipalChangesFindSinceRow":
    raise DatabaseUnavailable


async def test_principal_is_read_once_when_nothing_changes(known: Principals, clock: Clock) -> None:
    """For KEPT_S from the beginning of its reading, and while looks go on."""
    reader = Reader(uuid4())
    assert await known.recall("a", reader) is reader.principal
    clock.now_s += KEPT_S - 0.01
    await known.look()
    assert await known.recall("a", reader) is reader.principal
    assert reader.count == 1
    clock.now_s += 0.02
    await known.look()
    await known.recall("a", reader)
    assert reader.count == 2


async def test_principal_is_read_anew_when_the_last_look_is_too_old(known: Principals, clock: Clock) -> None:
    """What counts is when the look began: its answer may have been long on the way."""
    reader = Reader()
    await known.recall("a", reader)
    clock.now_s += TRUSTED_S - 0.01
    await known.recall("a", reader)
    assert reader.count == 1
    clock.now_s += 0.02
    await known.recall("a", reader)
    await known.recall("a", reader)
    assert reader.count == 3
    await known.look()
    await known.recall("a", reader)
    assert reader.count == 3


@pytest.mark.parametrize("place", [0, 1, 2])
async def test_principal_is_read_anew_when_a_subject_has_changed(known: Principals, rows: Rows, place: int) -> None:
    """Whichever of its subjects it is; others stay."""
    reader, other = Reader(uuid4(), uuid4(), uuid4()), Reader(uuid4())
    await known.recall("a", reader)
    await known.recall("b", other)
    await rows(ADD, id=reader.principal.subject_ids[place])
    await known.look()
    for _ in range(2):
        await known.recall("a", reader)
        await known.recall("b", other)
    assert (reader.count, other.count) == (2, 1)


async def test_what_was_read_before_a_change_is_not_believed_after_it(known: Principals, rows: Rows) -> None:
    """The reading began before the change was committed and ended after it had been told."""
    reader = Reader(uuid4())
    reader.may_end.clear()
    reading = asyncio.create_task(known.recall("a", reader))
    await reader.has_begun.wait()
    await rows(ADD, id=reader.principal.subject_ids[0])
    await known.look()
    reader.may_end.set()
    await reading
    await known.recall("a", reader)
    assert reader.count == 2


async def test_change_is_told_when_its_transaction_is_longer_than_many_looks(
    known: Principals, rows: Rows, db: Database, clock: Clock
) -> None:
    """Others commit before it that began after it: no look is over before it has seen the oldest."""
    reader = Reader(uuid4())
    await rows(f"BEGIN; {ADD}", id=reader.principal.subject_ids[0])
    try:
        for _ in range(3):
            await db.commands.heartbeats.beat(minimum_age_ms=0)
            await known.look()
        await known.recall("a", reader)
        await known.recall("a", reader)
        assert reader.count == 1
    finally:
        await rows("COMMIT; SELECT 1")
    await known.look()
    await known.recall("a", reader)
    assert reader.count == 2


async def test_own_change_counts_when_a_look_was_under_way(known: Principals, db: Database, clock: Clock) -> None:
    """A look that began before the change says nothing of it, though it ends later."""
    reader = Reader(uuid4())
    await known.recall("a", reader)
    begun, may_end = asyncio.Event(), asyncio.Event()
    real = db.on_watch().queries.principal_changes.find_since

    async def slow(*, transaction_id: str) -> "QueriesPrincipalChangesFindSinceRow":
        found = await real(transaction_id=transaction_id)
        begun.set()
        await may_end.wait()
        return found

    known._looks = (("primary", slow),)
    looking = asyncio.create_task(known.look())
    await begun.wait()
    known._looks = (("primary", unavailable),)
    await known.refresh()
    may_end.set()
    await looking
    await known.recall("a", reader)
    assert reader.count == 2


async def test_everything_is_read_anew_when_too_much_has_changed(
    known: Principals, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process remembers of changes has an end; safety has none."""
    monkeypatch.setattr(principals, "MAXIMUM_CHANGES", 3)
    await known.look()
    reader = Reader(uuid4())
    await known.recall("a", reader)
    for _ in range(4):
        await rows(ADD, id=uuid4())
    await known.look()
    await known.recall("a", reader)
    assert reader.count == 2
    assert len(known._changed_s) <= 3


async def test_what_was_read_before_too_much_changed_is_not_believed(
    known: Principals, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It arrives after everything was forgotten, also what it would have been compared with."""
    monkeypatch.setattr(principals, "MAXIMUM_CHANGES", 3)
    await known.look()
    reader = Reader(uuid4())
    reader.may_end.clear()
    reading = asyncio.create_task(known.recall("a", reader))
    await reader.has_begun.wait()
    for subject_id in (reader.principal.subject_ids[0], uuid4(), uuid4(), uuid4()):
        await rows(ADD, id=subject_id)
    await known.look()
    reader.may_end.set()
    await reading
    await known.recall("a", reader)
    assert reader.count == 2


async def test_everything_is_read_anew_when_another_server_answers(known: Principals) -> None:
    """Transaction ids of the primary before a failover mean nothing to the one after it."""
    reader, before = Reader(uuid4()), known._looks[0][1]
    await known.recall("a", reader)

    async def restarted(*, transaction_id: str) -> "QueriesPrincipalChangesFindSinceRow":
        row = await before(transaction_id=transaction_id)
        return row | {"server": "another start"}

    known._looks = (("primary", restarted),)
    await known.look()
    await known.recall("a", reader)
    assert reader.count == 2


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"is_replica": True, "heartbeat_age_ms": 5_000}, 1),
        ({"is_replica": True, "heartbeat_age_ms": 5_001}, 2),
        ({"is_replica": True, "heartbeat_age_ms": None}, 2),
    ],
)
async def test_replica_is_asked_when_the_primary_is_silent(
    known: Principals, clock: Clock, changes: dict[str, Any], count: int
) -> None:
    """It counts while its heartbeat is as young as reads want it; the primary's place is taken by no replica."""
    reader, look = Reader(uuid4()), known._looks[0][1]
    await known.recall("a", reader)

    def replica(*, transaction_id: str) -> Awaitable["QueriesPrincipalChangesFindSinceRow"]:
        async def answered() -> Any:
            return await look(transaction_id=transaction_id) | changes

        return answered()

    clock.now_s += 10 * TRUSTED_S
    known._looks = (("primary", unavailable), ("replica", replica))
    await known.look()
    await known.recall("a", reader)
    assert reader.count == count
    known._looks = (("primary", replica),)
    clock.now_s += 10 * TRUSTED_S
    await known.look()
    await known.recall("a", reader)
    assert reader.count == count + 1


async def test_oldest_is_forgotten_when_there_are_too_many(known: Principals, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory has an end."""
    monkeypatch.setattr(principals, "MAXIMUM_PRINCIPALS", 2)
    readers = {name: Reader() for name in "abc"}
    for name, reader in readers.items():
        await known.recall(name, reader)
    for name in "bca":
        await known.recall(name, readers[name])
    assert [reader.count for reader in readers.values()] == [2, 1, 1]
