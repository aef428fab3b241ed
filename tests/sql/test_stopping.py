"""Limits, cancels and losses: each is a typed error, and no connection in doubt is used again."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.config import Settings
from hiring.database import Database
from hiring.errors import DatabaseUnavailable, StatementStopped
from tests.databases import superuser_session

ORGANIZATION = uuid4()
SLEEPING = "application_name = 'hiring command' AND state = 'active' AND query LIKE '%sleep%'"
COUNT_SLEEPING = f"SELECT count(*) FROM pg_stat_activity WHERE {SLEEPING}"


@pytest.fixture
def pids() -> Callable[[Database], set[int]]:
    """The backends of the command pool."""

    def of(own_db: Database) -> set[int]:
        pool = own_db.servers.primary
        return {session.raw.info.backend_pid for session in (*pool._idle, *pool._lent) if not session.closed}

    return of


@pytest.fixture
def sleepers(admin: Any) -> Callable[[], Awaitable[int]]:
    """How many commands run."""

    async def count() -> int:
        return int((await admin(COUNT_SLEEPING))[0][0])

    return count


@pytest.fixture
async def seats(own_db: Database) -> list[UUID]:
    ids = [uuid4(), uuid4()]
    await own_db.commands.trial_seats.add(organization_id=ORGANIZATION, job_id=uuid4(), seat_ids=ids)
    return ids


async def test_statement_timeout_is_typed_when_the_server_stops_a_statement(
    open_database: Any, pids: Callable[[Database], set[int]]
) -> None:
    """aiopg itself says CancelledError; here it is a 503, and the connection goes on."""
    db = await open_database(statement_timeout_ms=100)
    before = pids(db)
    with pytest.raises(StatementStopped):
        await db.commands.trial_notes.sleep(seconds=2)
    assert pids(db) == before


async def test_cancel_by_an_operator_is_typed_when_a_task_group_runs_the_statement(
    own_db: Database,
    admin: Any,
    sleepers: Callable[[], Awaitable[int]],
    until: Any,
    pids: Callable[[Database], set[int]],
) -> None:
    """pg_cancel_backend on a statement in a TaskGroup, which would swallow a CancelledError as if nothing had been."""
    before = pids(own_db)

    async def some() -> bool:
        return await sleepers() == 1

    async def run_and_cancel() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(own_db.commands.trial_notes.sleep(seconds=1.5))
            await until(some)
            await admin(f"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE {SLEEPING}")

    with pytest.raises(ExceptionGroup) as stopped:
        await run_and_cancel()
    assert isinstance(stopped.value.exceptions[0], StatementStopped)
    assert pids(own_db) == before


async def test_lock_timeout_is_typed_when_a_lock_is_not_free(
    open_database: Any, settings: Settings, seats: list[UUID]
) -> None:
    """Nothing is changed and the connection goes on."""
    db = await open_database(lock_timeout_ms=100)
    async with superuser_session(settings) as other:
        await other.send("BEGIN; SELECT FROM trial_seats WHERE id = %(id)s FOR UPDATE", {"id": seats[0]})
        with pytest.raises(StatementStopped):
            await db.commands.trial_seats.lock_seat(seat_id=seats[0], organization_id=ORGANIZATION)
    assert db.servers.primary.statistics.dropped_count == 0


async def test_backend_goes_when_the_task_of_its_statement_is_cancelled(
    own_db: Database, sleepers: Callable[[], Awaitable[int]], until: Any
) -> None:
    """The socket is closed at once, and the backend sees it within its check interval; the pool opens another."""
    task = asyncio.create_task(own_db.commands.trial_notes.sleep(seconds=1.9))

    async def some() -> bool:
        return await sleepers() == 1

    async def none() -> bool:
        return await sleepers() == 0

    await until(some)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await until(none) < 1
    assert await own_db.commands.trial_notes.sleep(seconds=0)
    assert own_db.servers.primary.statistics.dropped_count == 1


async def test_lock_wait_ends_when_its_task_is_cancelled(
    own_db: Database, admin: Any, until: Any, seats: list[UUID], settings: Settings
) -> None:
    """A backend that waits for a lock notices its client's end, too."""
    count = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    async with superuser_session(settings) as other:
        await other.send("BEGIN; SELECT FROM trial_seats WHERE id = %(id)s FOR UPDATE", {"id": seats[0]})
        task = asyncio.create_task(
            own_db.commands.trial_seats.lock_seat(seat_id=seats[0], organization_id=ORGANIZATION)
        )

        async def waits() -> bool:
            return bool(await admin(count) == [(1,)])

        async def waits_no_more() -> bool:
            return bool(await admin(count) == [(0,)])

        await until(waits)
        task.cancel()
        assert await until(waits_no_more) < 0.9, "the lock timeout of a second came first"


async def test_client_limit_is_typed_when_the_server_is_silent(open_database: Any, link_to: Any, settings: Any) -> None:
    """A server that stays connected and says nothing: the message ends as DatabaseUnavailable, its socket closed.

    Nothing else waits meanwhile: psycopg2's own cancel() would hold the GIL and stop the whole process.
    """
    link = await link_to(settings.postgres.primary.port)
    limits = {"statement_timeout_ms": 200, "query_statement_timeout_ms": 200, "lock_timeout_ms": 100}
    db = await open_database(primary=link.address, message_timeout_ms=400, connect_timeout_ms=400, **limits)
    link.silence()
    began = time.monotonic()
    task = asyncio.create_task(db.commands.trial_notes.sleep(seconds=0))
    longest_s, then = 0.0, began
    while not task.done():
        await asyncio.sleep(0.005)
        longest_s, then = max(longest_s, time.monotonic() - then), time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        await task
    assert 0.39 <= time.monotonic() - began < 1  # timers of the loop may be a moment early
    assert longest_s < 0.2, "the loop stood still"
    assert db.servers.primary.statistics.timed_out_count >= 1
    link.speak()
    assert await db.commands.trial_notes.sleep(seconds=0)


async def test_deadlock_is_repeated_once_when_two_commands_meet(open_database: Any, seats: list[UUID]) -> None:
    """PostgreSQL stops one of the two; its whole message, the lock included, is sent again and succeeds."""
    db = await open_database(lock_timeout_ms=1_900)  # more than the server's deadlock_timeout may be
    swaps = [
        db.commands.trial_seats.swap(organization_id=ORGANIZATION, first_id=first, second_id=second)
        for first, second in (seats, reversed(seats))
    ]
    rows = await asyncio.gather(*swaps)
    assert [row[0]["id"] for row in rows] == [seats[1], seats[0]]
    assert db.servers.primary.statistics.repeated_count == 1


async def test_loss_is_typed_when_the_backend_is_terminated_in_the_middle(
    own_db: Database, admin: Any, sleepers: Callable[[], Awaitable[int]], until: Any
) -> None:
    """Whether the statement happened is unknown; the next one gets another connection."""
    task = asyncio.create_task(own_db.commands.trial_notes.sleep(seconds=1.5))

    async def some() -> bool:
        return await sleepers() == 1

    await until(some)
    await admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {SLEEPING}")
    with pytest.raises(DatabaseUnavailable):
        await task
    assert await own_db.commands.trial_notes.sleep(seconds=0)


async def test_dead_connections_are_skipped_when_they_were_killed_idle(
    own_db: Database, admin: Any, pids: Callable[[Database], set[int]]
) -> None:
    """Killed while nobody looked: no caller ever hears of it, and the loop does not spin on their descriptors."""
    killed = pids(own_db)
    await admin("SELECT pg_terminate_backend(x) FROM unnest(%(pids)s::int[]) AS x", pids=list(killed))
    await asyncio.sleep(0.1)
    assert not killed & pids(own_db)
    spent = time.process_time()
    await asyncio.sleep(0.2)
    assert time.process_time() - spent < 0.15
    assert await own_db.commands.trial_notes.sleep(seconds=0)


async def test_connection_is_closed_when_it_comes_back_inside_a_transaction(own_db: Database) -> None:
    """It is never handed out dirty."""
    pool = own_db.servers.primary
    session = await pool.take()
    await session.send("BEGIN; SELECT 1")
    pool.give(session)
    assert session.closed
    assert all(idle.is_idle for idle in pool._idle)
