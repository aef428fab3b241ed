"""Bounds of what is believed of a principal, to the instant; the servers that are asked are the test's own."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from hiring.errors import DatabaseUnavailable
from hiring.services import principals
from hiring.services.principals import KEPT_S, TRUSTED_S, Principal, Principals

if TYPE_CHECKING:
    from hiring.statements import QueriesPrincipalChangesFindSinceRow


class Clock:
    """Seconds that pass when a test says so."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Server:
    """Answers looks with what a test gives it, and notes from which transaction on it was asked."""

    def __init__(self, **row: Any) -> None:
        self.row: Any = {
            "is_replica": False, "heartbeat_age_ms": 0, "server": "a", "next_transaction_id": "7", "subject_ids": [],
        } | row  # fmt: skip
        self.asked: list[str] = []
        self.answer: Callable[[], Awaitable[None]] | None = None

    async def __call__(self, *, transaction_id: str) -> "QueriesPrincipalChangesFindSinceRow":
        self.asked.append(transaction_id)
        if self.answer is not None:
            await self.answer()
        row: QueriesPrincipalChangesFindSinceRow = self.row
        return row


def principals_of(primary: Server, replica: Server, clock: Clock) -> Principals:
    return Principals(primary, replica, max_replica_lag_ms=5_000, clock=clock)


async def is_believed(known: Principals, principal: Principal, clock: Clock, after_s: float = 0) -> bool:
    """Whether a principal that is read now is still believed so much later, when nobody has looked meanwhile."""
    count = 0

    async def read() -> Principal:
        nonlocal count
        count += 1
        return principal

    name = str(uuid4())
    await known.recall(name, read)
    clock.now_s += after_s
    await known.recall(name, read)
    return count == 1


def somebody(*subject_ids: UUID, expires_at: datetime | None = None) -> Principal:
    return Principal(uuid4(), uuid4(), {}, subject_ids, expires_at)


async def test_nothing_is_believed_before_the_first_look_and_after_its_time() -> None:
    """A look is trusted for so long and no longer, from its beginning on; a principal is kept for so long."""
    clock, server = Clock(), Server()
    known = principals_of(server, Server(), clock)
    assert not await is_believed(known, somebody(), clock)
    for after_s, believed in ((TRUSTED_S, True), (TRUSTED_S + 0.001, False)):
        clock.now_s = float(int(clock.now_s) + 10)
        await known.look()
        clock.now_s += 2**-20
        assert await is_believed(known, somebody(), clock, after_s - 2**-20) is believed
    assert (TRUSTED_S, KEPT_S) == (0.75, 60.0)
    assert principals.LOOK_INTERVAL_S + 2 * principals.LOOK_TIMEOUT_S < TRUSTED_S


@pytest.mark.parametrize(("age_s", "believed"), [(KEPT_S, True), (KEPT_S + 0.5, False)])
async def test_principal_is_kept_for_a_minute(age_s: float, believed: bool) -> None:
    """Though looks go on."""
    clock, count = Clock(), 0
    known = principals_of(Server(), Server(), clock)

    async def read() -> Principal:
        nonlocal count
        count += 1
        return somebody()

    await known.look()
    clock.now_s += 0.5
    await known.recall("a", read)
    clock.now_s += age_s
    await known.look()
    await known.recall("a", read)
    assert count == (1 if believed else 2)


async def test_key_is_read_anew_when_it_has_expired() -> None:
    """At its instant, whatever else holds."""
    clock = Clock()
    known = principals_of(Server(), Server(), clock)
    await known.look()
    clock.now_s += 0.1
    now = datetime.now(UTC)
    assert await is_believed(known, somebody(expires_at=now + timedelta(minutes=1)), clock)
    assert not await is_believed(known, somebody(expires_at=now), clock)


async def test_look_goes_on_where_the_last_one_ended() -> None:
    """At the primary; a replica is asked from there, too, and moves nothing; another server is asked from its start."""
    clock, primary, replica = Clock(), Server(), Server(is_replica=True, next_transaction_id="99")
    known = principals_of(primary, replica, clock)
    await known.look()
    await known.look()
    assert (primary.asked, replica.asked) == (["0", "7"], [])
    primary.answer = refuse
    await known.look()
    assert replica.asked == ["7"]
    primary.answer = None
    primary.row |= {"next_transaction_id": None}
    await known.look()
    await known.look()
    assert primary.asked == ["0", "7", "7", "7", "0"]


async def refuse() -> None:
    raise DatabaseUnavailable


async def test_replica_is_asked_when_the_primary_is_silent_for_too_long() -> None:
    """Each server has its time; when neither answers, nothing is believed and nothing raised."""
    clock, primary, replica = Clock(), Server(), Server(is_replica=True)
    known = principals_of(primary, replica, clock)
    primary.answer = asyncio.Event().wait  # type: ignore[assignment]  # its result is dropped
    async with asyncio.timeout(30):
        await known.look()
    assert len(replica.asked) == 1
    clock.now_s += 0.1
    assert await is_believed(known, somebody(), clock)
    replica.answer = primary.answer
    clock.now_s += 10
    async with asyncio.timeout(30):
        await known.look()
    assert not await is_believed(known, somebody(), clock)


@pytest.mark.parametrize(("count", "believed"), [(3, True), (4, False)])
async def test_changes_are_remembered_up_to_a_maximum(
    monkeypatch: pytest.MonkeyPatch, count: int, believed: bool
) -> None:
    """With one more, everything is forgotten: in one look, and in several."""
    monkeypatch.setattr(principals, "MAXIMUM_CHANGES", 3)
    for each_look in ([uuid4() for _ in range(count)],), [[uuid4()] for _ in range(count)]:
        clock, server, read_count = Clock(), Server(), 0
        known = principals_of(server, Server(), clock)
        await known.look()

        async def read() -> Principal:
            nonlocal read_count
            read_count += 1
            return somebody()

        clock.now_s += 0.1
        await known.recall("a", read)
        for subject_ids in each_look:
            clock.now_s += 0.1
            server.row |= {"subject_ids": subject_ids}
            await known.look()
        await known.recall("a", read)
        assert read_count == (1 if believed else 2)


async def test_look_follows_at_once_when_this_process_has_changed_rights() -> None:
    """Whoever was changed is read anew; the others are believed again without waiting for the next look."""
    clock, server, read_ids = Clock(), Server(), list[str]()
    known, changed_id = principals_of(server, Server(), clock), uuid4()

    async def recall(name: str, *subject_ids: UUID) -> None:
        async def read() -> Principal:
            read_ids.append(name)
            return somebody(*subject_ids)

        await known.recall(name, read)

    await known.look()
    for _ in range(2):
        clock.now_s += 0.1
        await recall("changed", changed_id)
        await recall("other", uuid4())
        clock.now_s += 0.1
        server.row |= {"subject_ids": [changed_id]}
        await known.refresh()
    clock.now_s += 0.1
    await recall("other")
    assert read_ids == ["changed", "other", "changed"] and len(server.asked) == 3


async def test_change_is_forgotten_when_nothing_older_is_kept() -> None:
    """After a minute, and not before: whoever was read before it is gone by then."""
    clock, subject_id = Clock(), uuid4()
    server = Server(subject_ids=[subject_id])
    known = principals_of(server, Server(), clock)
    await known.look()
    server.row |= {"subject_ids": []}
    clock.now_s += KEPT_S
    await known.look()
    assert list(known._changed_s) == [subject_id]
    clock.now_s += 0.1
    await known.look()
    assert not known._changed_s


async def test_watch_goes_on_when_a_look_fails_in_an_unknown_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at once, then again and again until the block ends, and not after."""
    monkeypatch.setattr(principals, "LOOK_INTERVAL_S", 0.001)
    server, seen = Server(), asyncio.Event()

    async def answer() -> None:
        if len(server.asked) == 2:
            raise KeyError
        if len(server.asked) == 4:
            seen.set()

    server.answer = answer
    async with principals_of(server, Server(), Clock()).watching():
        assert len(server.asked) == 1
        async with asyncio.timeout(30):
            await seen.wait()
    count = len(server.asked)
    await asyncio.sleep(0.02)
    assert len(server.asked) == count
