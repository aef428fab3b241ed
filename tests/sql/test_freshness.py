"""Reads of one's own writes: never stale with a token, whatever the replica does."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID, uuid4

import pytest
import structlog

from hiring.database import Database
from hiring.errors import ServiceBusy

WRITERS = 12
SECONDS = 2.5

Add = Callable[[Database], Awaitable[dict[str, UUID]]]
Hold = Callable[[], AbstractAsyncContextManager[None]]


async def count_stale(
    db: Database, notes: list[dict[str, UUID]], *, is_proven: bool, seconds: float
) -> tuple[int, int]:
    """A writer per note reads each write of its own at once; returns how many reads there were, how many were stale."""
    read_count = stale_count = 0
    stop_at = time.monotonic() + seconds

    async def write_and_read(found: dict[str, UUID]) -> None:
        nonlocal read_count, stale_count
        while time.monotonic() < stop_at:
            event_id = uuid4()
            version = await db.commands.trial_notes.touch(event_id=event_id, **found)
            view = db.on_replica([event_id] if is_proven else [])
            read_count += 1
            stale_count += await view.queries.trial_notes.find_version(**found) != version

    await asyncio.gather(*(write_and_read(found) for found in notes))
    return read_count, stale_count


async def test_no_read_is_stale_when_it_carries_its_token(own_db: Database, add_note: Add) -> None:
    """Twelve writers on a replica that follows as fast as it can; without the token some reads are stale."""
    notes = [await add_note(own_db) for _ in range(WRITERS)]
    read_count, stale_count = await count_stale(own_db, notes, is_proven=True, seconds=SECONDS)
    assert stale_count == 0
    assert read_count > 200
    assert own_db.servers.reads.on_replica_count > 0
    assert (await count_stale(own_db, notes, is_proven=False, seconds=1))[1] > 0, (
        "the control proves nothing: no read was stale"
    )


async def test_no_read_is_stale_when_replay_is_delayed(
    own_db: Database, add_note: Add, admin: Any, replica_port: int
) -> None:
    """The replica is 200 ms late: the primary answers; without the token nearly every read is stale."""

    async def delay(by: str) -> None:
        await admin(f"ALTER SYSTEM SET recovery_min_apply_delay = '{by}'", port=replica_port)
        await admin("SELECT pg_reload_conf()", port=replica_port)
        await asyncio.sleep(0.1)

    notes = [await add_note(own_db) for _ in range(WRITERS)]
    await delay("200ms")
    try:
        read_count, stale_count = await count_stale(own_db, notes, is_proven=True, seconds=1.5)
        _, control_count = await count_stale(own_db, notes, is_proven=False, seconds=0.7)
    finally:
        await delay("0")
    assert stale_count == 0
    assert read_count > 100
    assert own_db.servers.reads.on_primary_count > 0
    assert control_count > 20


async def test_primary_answers_when_replay_stands_still(own_db: Database, add_note: Add, hold_replay: Hold) -> None:
    """After the configured wait on the replica; a read without a token goes on being answered by the replica."""
    found = await add_note(own_db)
    before = own_db.servers.reads.on_primary_count
    async with hold_replay():
        event_id = uuid4()
        version = await own_db.commands.trial_notes.touch(event_id=event_id, **found)
        began = time.monotonic()
        assert await own_db.on_replica([event_id]).queries.trial_notes.find_version(**found) == version
        assert time.monotonic() - began < 1
        assert await own_db.on_replica().queries.trial_notes.find_version(**found) == version - 1
        assert await own_db.queries.trial_notes.find_version(**found) == version
        assert not (await own_db.on_replica([event_id]).queries.trial_notes.tell_node())["is_replica"]
    assert own_db.servers.reads.on_primary_count == before + 3
    assert own_db.servers.reads.retried_count > 3
    assert own_db.servers.reads.lost_event_count == 0


async def test_read_waits_for_the_replica_when_it_catches_up_in_time(
    open_database: Any, add_note: Add, hold_replay: Hold
) -> None:
    """Within `freshness_wait_ms` the replica itself answers."""
    db = await open_database(freshness_wait_ms=2_000)
    found = await add_note(db)
    async with hold_replay():
        event_id = uuid4()
        version = await db.commands.trial_notes.touch(event_id=event_id, **found)
        task = asyncio.create_task(db.on_replica([event_id]).queries.trial_notes.find_version(**found))
        await asyncio.sleep(0.2)
        assert not task.done()
    assert await task == version
    assert db.servers.reads.on_primary_count == 0


async def test_every_token_is_demanded_when_several_are_given(
    own_db: Database, add_note: Add, hold_replay: Hold
) -> None:
    """The newest is not enough: events are not committed in the order of their ids."""
    found = await add_note(own_db)
    old_event_id, new_event_id = uuid4(), uuid4()
    await own_db.commands.trial_notes.touch(event_id=old_event_id, **found)
    await own_db.on_replica([old_event_id]).queries.trial_notes.tell_node()
    async with hold_replay():
        version = await own_db.commands.trial_notes.touch(event_id=new_event_id, **found)
        for event_ids in ([old_event_id, new_event_id], [str(new_event_id), str(old_event_id)]):
            assert await own_db.on_replica(event_ids).queries.trial_notes.find_version(**found) == version


async def test_read_is_answered_and_counted_when_its_event_is_lost(own_db: Database, add_note: Add) -> None:
    """An event that the primary lacks too was lost in a failover."""
    found = await add_note(own_db)
    lost = uuid4()
    with structlog.testing.capture_logs() as lines:
        assert await own_db.on_replica([lost]).queries.trial_notes.find_version(**found) == 1
    assert own_db.servers.reads.lost_event_count == 1
    assert [(line["event"], line["event_ids"]) for line in lines] == [("database.events_lost", [str(lost)])]


async def test_read_is_busy_when_the_primary_takes_no_more_of_them(
    open_database: Any, add_note: Add, hold_replay: Hold
) -> None:
    """503 with Retry-After, never a stale answer."""
    db = await open_database(connect_timeout_ms=300, pools={"primary_query": 1})
    found = await add_note(db)
    async with hold_replay():
        event_id = uuid4()
        await db.commands.trial_notes.touch(event_id=event_id, **found)
        slow = asyncio.create_task(db.queries.trial_notes.find_slowly(**found, seconds=1.5))
        await asyncio.sleep(0.1)
        with pytest.raises(ServiceBusy):
            await db.on_replica([event_id]).queries.trial_notes.find_version(**found)
        slow.cancel()


async def test_primary_answers_when_replay_cancels_the_read(
    own_db: Database, add_note: Add, admin: Any, replica_port: int
) -> None:
    """DDL on the primary needs a lock that a long read on the replica holds: 40001, asked once more on the primary."""
    found = await add_note(own_db)
    await admin("ALTER SYSTEM SET max_standby_streaming_delay = '100ms'", port=replica_port)
    await admin("SELECT pg_reload_conf()", port=replica_port)
    try:
        before = own_db.servers.reads.on_primary_count
        task = asyncio.create_task(own_db.on_replica().queries.trial_notes.find_slowly(**found, seconds=1.2))
        await asyncio.sleep(0.2)
        await admin("ALTER TABLE trial_notes ADD COLUMN IF NOT EXISTS more text")
        assert await task == 1
        assert own_db.servers.reads.on_primary_count == before + 1
    finally:
        await admin("ALTER SYSTEM RESET max_standby_streaming_delay", port=replica_port)
        await admin("SELECT pg_reload_conf()", port=replica_port)
