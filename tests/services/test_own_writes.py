"""Own writes in memory: all of them are known only from the moment that Redis was asked while others were heard."""

import asyncio
from uuid import UUID

import pytest

from hiring.foundation.ids import new_id
from hiring.services import own_writes
from hiring.services.own_writes import HEARD_S, MAXIMUM_EVENTS, REMEMBERED_S, OwnWrites


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writes(clock: Clock) -> OwnWrites:
    writes = OwnWrites(clock)
    writes.begin_listening()
    return writes


def ask(writes: OwnWrites, principal: str, *event_ids: UUID) -> None:
    """What a request does whose principal is not known: Redis answers with these events."""
    writes.learn(writes.asking(principal), event_ids)


def test_own_write_is_there_at_once_when_nobody_listens(clock: Clock) -> None:
    """Redis or not; but then others may have written as well."""
    writes, event_id = OwnWrites(clock), new_id()
    writes.note("ada", event_id)
    assert writes.of("ada") == (event_id,) and writes.of("eve") == ()
    assert not writes.are_known("ada")
    ask(writes, "ada", event_id)
    assert not writes.are_known("ada"), "nobody listened while Redis was asked"
    assert writes.of("ada") == (event_id,)


def test_writes_are_known_when_redis_was_asked_since_listening_began(writes: OwnWrites) -> None:
    """An own write alone says nothing of those of others; and whoever stops listening knows nothing any more."""
    writes.note("ada", new_id())
    assert not writes.are_known("ada") and not writes.are_known("eve")
    ask(writes, "ada")
    assert writes.are_known("ada") and not writes.are_known("eve")
    writes.end_listening()
    assert not writes.are_known("ada")
    writes.begin_listening()
    assert not writes.are_known("ada"), "writes of the time between were missed"
    ask(writes, "ada")
    assert writes.are_known("ada")


def test_write_is_not_lost_when_it_is_heard_of_while_redis_is_asked(writes: OwnWrites) -> None:
    """It may come before the answer, which was given before it."""
    asked, heard, told = writes.asking("ada"), new_id(), new_id()
    writes.hear("ada", heard)
    writes.learn(asked, [told])
    assert set(writes.of("ada")) == {heard, told} and writes.are_known("ada")


def test_nothing_is_known_when_listening_broke_while_redis_was_asked(writes: OwnWrites) -> None:
    """Also when it has begun anew."""
    asked = writes.asking("ada")
    writes.end_listening()
    writes.begin_listening()
    writes.learn(asked, [])
    assert not writes.are_known("ada")


def test_write_of_another_process_counts_when_its_principal_is_known_here(writes: OwnWrites) -> None:
    """Once, however often it is told; those of strangers take no memory."""
    ask(writes, "ada")
    event_id = new_id()
    for _ in range(2):
        writes.hear("ada", event_id)
        writes.hear("eve", event_id)
    assert writes.of("ada") == (event_id,) and writes.of("eve") == ()


def test_writes_are_forgotten_after_a_minute(writes: OwnWrites, clock: Clock) -> None:
    """Each by itself; and one more than are told is enough to know that there are too many."""
    old, young = new_id(), new_id()
    writes.note("ada", old)
    clock.now_s += REMEMBERED_S - 1
    writes.note("ada", young)
    clock.now_s += 2
    assert writes.of("ada") == (young,)
    for _ in range(3 * MAXIMUM_EVENTS):
        writes.note("ada", new_id())
    assert len(writes.of("ada")) == MAXIMUM_EVENTS + 1
    clock.now_s += REMEMBERED_S + 1
    assert writes.of("ada") == ()


def test_whoever_was_silent_longest_is_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not taken for known by an answer that comes afterwards."""
    monkeypatch.setattr(own_writes, "MAXIMUM_WRITERS", 2)
    writes = OwnWrites()
    writes.begin_listening()
    ask(writes, "ada")
    ask(writes, "eve")
    assert writes.are_known("ada")
    asked = writes.asking("bob")
    assert writes.are_known("ada") and not writes.are_known("eve")
    ask(writes, "cid")
    ask(writes, "dan")
    writes.hear("bob", new_id())
    writes.learn(asked, [])
    assert not writes.are_known("bob") and writes.are_known("cid")


async def test_write_is_answered_when_its_own_process_has_heard_of_it(writes: OwnWrites) -> None:
    """Before it was told, too; not at all where nobody listens; and after a limit in any case."""
    clock, event_id = asyncio.get_running_loop().time, new_id()
    began_s = clock()
    async with writes.heard_back(event_id):
        asyncio.get_running_loop().call_later(0.01, writes.hear, "ada", event_id)
    assert 0.009 < clock() - began_s < HEARD_S
    async with writes.heard_back(event_id):
        writes.hear("ada", event_id)
        writes.hear("ada", event_id)
    began_s = clock()
    async with writes.heard_back(event_id):
        pass
    assert clock() - began_s > 0.9 * HEARD_S
    writes.end_listening()
    began_s = clock()
    async with writes.heard_back(event_id):
        pass
    assert clock() - began_s < HEARD_S and writes._awaited == {}
