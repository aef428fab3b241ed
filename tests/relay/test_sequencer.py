"""The sequencer: nothing is missed, nothing is reversed, nothing comes too early, and an empty look is cheap."""

import asyncio
import random
import statistics
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.config import Settings
from hiring.connectors import postgres
from hiring.database import Database
from tests.background import AddEvents, until
from tests.databases import Admin, superuser_session

WRITER_COUNT = 8
AGGREGATE_COUNT = 12
RACE_S = 5.0
TRIAL_SCHEMA = """
CREATE TABLE IF NOT EXISTS trial_aggregates (id uuid PRIMARY KEY, version integer NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS trial_sequences (sequence bigint PRIMARY KEY, event_id uuid NOT NULL);
TRUNCATE trial_aggregates, trial_sequences;
"""
CHANGE = """
WITH changed AS (
    UPDATE trial_aggregates SET version = version + 1 WHERE id = %(aggregate_id)s RETURNING id, version
), recorded AS (
    INSERT INTO events (organization_id, id, type, aggregate_type, aggregate_id, aggregate_version, actor,
                        correlation_id)
    SELECT %(organization_id)s, %(event_id)s, 'trial.changed', 'trial', c.id, c.version, '{}', %(event_id)s
    FROM changed AS c
    RETURNING id
), queued AS (
    INSERT INTO outbox (organization_id, event_id) SELECT %(organization_id)s, r.id FROM recorded AS r
    RETURNING sequence, event_id
)
INSERT INTO trial_sequences (sequence, event_id) SELECT q.sequence, q.event_id FROM queued AS q
"""
BY_POSITION = "SELECT position, event_id FROM feed WHERE position > %(cursor)s ORDER BY position"
BY_SEQUENCE = "SELECT sequence, event_id FROM trial_sequences WHERE sequence > %(cursor)s ORDER BY sequence"


class Writer:
    """Changes aggregates in transactions that wait, abort, and go back to savepoints."""

    def __init__(self, connection: postgres.Connection, organization_id: UUID, aggregates: list[UUID]) -> None:
        self.connection, self.organization_id, self.aggregates = connection, organization_id, aggregates
        self.committed: list[UUID] = []

    async def run(self, until_s: float) -> None:
        while time.monotonic() < until_s:
            await self.transact()

    async def transact(self) -> None:
        """One transaction of one to three changes, aggregates ascending so that none waits in a circle."""
        kept: list[UUID] = []
        await postgres.send(self.connection, "BEGIN")
        for aggregate_id in sorted(random.sample(self.aggregates, random.choice((1, 1, 2, 3)))):
            is_undone = random.random() < 0.15
            if is_undone:
                await postgres.send(self.connection, "SAVEPOINT here")
            kept += [await self.change(aggregate_id)]
            if is_undone:
                await postgres.send(self.connection, "ROLLBACK TO here")
                kept.pop()
            if random.random() < 0.3:
                await asyncio.sleep(random.random() * 0.02)
        if random.random() < 0.15:
            await postgres.send(self.connection, "ROLLBACK")
        else:
            await postgres.send(self.connection, "COMMIT")
            self.committed += kept

    async def change(self, aggregate_id: UUID) -> UUID:
        event_id = uuid4()
        values = {"organization_id": self.organization_id, "aggregate_id": aggregate_id, "event_id": event_id}
        await postgres.send(self.connection, CHANGE, values)
        return event_id


class Follower:
    """Follows an order by a cursor, as a client of the change feed does."""

    def __init__(self, admin: Admin, statement: str, port: int | None) -> None:
        self.admin, self.statement, self.port = admin, statement, port
        self.cursor = 0
        self.seen: list[UUID] = []

    async def read(self) -> None:
        for cursor, event_id in await self.admin(self.statement, port=self.port, cursor=self.cursor):
            self.cursor = cursor
            self.seen.append(UUID(str(event_id)))

    async def run(self, done: asyncio.Event) -> None:
        while not done.is_set():
            await self.read()
            await asyncio.sleep(0.002)


async def sequence_all(db: Database, *, row_limit: int = 500) -> int:
    """Sequences until nothing is due; returns how many events were moved."""
    moved_count = 0
    while True:
        moved: Mapping[str, Any] = await db.commands.outbox.sequence(row_limit=row_limit)
        moved_count += int(moved["moved_count"])
        if not moved["is_more_due"]:
            return moved_count


async def test_nothing_is_missed_or_reversed_when_writers_and_two_sequencers_race(
    settings: Settings, relay_db: Database, admin: Admin, organization_id: UUID, empty: None
) -> None:
    """A reader of the feed on the standby sees every committed event once, each aggregate's in order.

    A cursor over the outbox's own sequence, the control, misses some.
    """
    aggregates = [uuid4() for _ in range(AGGREGATE_COUNT)]
    await admin(TRIAL_SCHEMA)
    await admin("INSERT INTO trial_aggregates (id) SELECT unnest(%(ids)s::uuid[])", ids=aggregates)
    done, other_db = asyncio.Event(), await Database.open(settings, role="relay")
    sessions = [superuser_session(settings) for _ in range(WRITER_COUNT)]
    writers = [Writer(await each.__aenter__(), organization_id, aggregates) for each in sessions]
    on_standby = Follower(admin, BY_POSITION, settings.postgres.replicas[0].port)
    control = Follower(admin, BY_SEQUENCE, None)

    async def sequence(db: Database) -> None:
        while not done.is_set():
            await db.commands.outbox.sequence(row_limit=random.choice((3, 50, 500)))
            await asyncio.sleep(random.random() * 0.005)

    background = [
        asyncio.create_task(each)
        for each in (sequence(relay_db), sequence(other_db), on_standby.run(done), control.run(done))
    ]
    try:
        await asyncio.gather(*(writer.run(time.monotonic() + RACE_S) for writer in writers))
    finally:
        done.set()
        await asyncio.gather(*background)
        for each in sessions:
            await each.__aexit__(None, None, None)
        await other_db.close()
    await sequence_all(relay_db)
    committed = {event_id for writer in writers for event_id in writer.committed}
    await until(lambda: _has_arrived(on_standby, len(committed)))
    await control.read()
    assert len(on_standby.seen) == len(committed) and set(on_standby.seen) == committed
    assert await _reversed_count(admin) == 0
    assert committed - set(control.seen), "the race was not one: the control missed nothing"


async def _has_arrived(follower: Follower, count: int) -> bool:
    await follower.read()
    return len(follower.seen) >= count


async def _reversed_count(admin: Admin) -> int:
    rows = await admin(
        """SELECT count(*) FROM (
               SELECT e.aggregate_version - lag(e.aggregate_version)
                      OVER (PARTITION BY e.aggregate_id ORDER BY f.position) AS step
               FROM feed AS f JOIN events AS e ON e.id = f.event_id
           ) AS steps WHERE step <> 1"""
    )
    return int(rows[0][0])


async def test_a_late_commit_is_sequenced_when_later_ones_were_before_it(
    settings: Settings, relay_db: Database, admin: Admin, add_events: AddEvents, organization_id: UUID,
    empty: None,
) -> None:  # fmt: skip
    """A transaction that holds a low sequence for long is not forgotten, however often the mark could have moved."""
    await admin(TRIAL_SCHEMA)
    aggregate_id = uuid4()
    await admin("INSERT INTO trial_aggregates (id) VALUES (%(id)s)", id=aggregate_id)
    async with superuser_session(settings) as connection:
        slow = Writer(connection, organization_id, [aggregate_id])
        await postgres.send(connection, "BEGIN")
        late_id = await slow.change(aggregate_id)
        for _ in range(5):
            await add_events("trial.changed", 3)
            await sequence_all(relay_db)
        await postgres.send(connection, "COMMIT")
    assert await sequence_all(relay_db) == 1
    rows = await admin("SELECT event_id FROM feed ORDER BY position DESC LIMIT 1")
    assert UUID(str(rows[0][0])) == late_id


async def test_a_later_event_waits_when_it_is_not_due(
    relay_db: Database, admin: Admin, add_events: AddEvents, empty: None
) -> None:
    """A scheduled event is sequenced at its time, also when the mark has long moved beyond it, and not before."""
    due_at = datetime.now(UTC) + timedelta(seconds=0.8)
    [soon_id] = await add_events("trial.due", due_at=due_at)
    await add_events("trial.due", due_at=due_at + timedelta(days=1))
    for _ in range(4):
        await add_events("trial.changed", 2)
        await sequence_all(relay_db)
    settled = await admin("SELECT settled_sequence >= (SELECT min(sequence) FROM outbox) FROM outbox_mark")
    assert settled == [(True,)] and await _sequenced_ids(admin, "trial.due") == []
    await asyncio.sleep(0.9)
    assert await sequence_all(relay_db) == 1
    assert await _sequenced_ids(admin, "trial.due") == [soon_id]
    assert await admin("SELECT count(*) FROM outbox") == [(1,)]


async def _sequenced_ids(admin: Admin, event_type: str) -> list[UUID]:
    rows = await admin(
        "SELECT f.event_id FROM feed AS f JOIN events AS e ON e.id = f.event_id WHERE e.type = %(type)s",
        type=event_type,
    )
    return [UUID(str(row[0])) for row in rows]


async def test_an_event_is_sequenced_at_once_when_the_clock_has_stepped_back(
    relay_db: Database, admin: Admin, add_events: AddEvents, empty: None
) -> None:
    """What was due when it was written does not wait until the clock has caught up, so that nothing overtakes it."""
    await add_events("trial.changed", 2)
    await admin("UPDATE outbox SET due_at = due_at + interval '1 hour', queued_at = queued_at + interval '1 hour'")
    assert await sequence_all(relay_db) == 2


async def test_a_batch_ends_in_order_when_more_is_due(
    relay_db: Database, admin: Admin, add_events: AddEvents, empty: None
) -> None:
    """Small batches move everything once and in the order of writing."""
    ids = await add_events("trial.changed", 25, aggregate_id=uuid4())
    assert await sequence_all(relay_db, row_limit=4) == 25
    rows = await admin("SELECT event_id FROM feed ORDER BY position")
    assert [UUID(str(row[0])) for row in rows] == ids


@pytest.mark.parametrize("dead_count", [20_000])
async def test_an_empty_look_is_cheap_when_dead_rows_cannot_be_removed(
    settings: Settings, relay_db: Database, admin: Admin, add_events: AddEvents, empty: None, dead_count: int
) -> None:
    """The mark spares the look at rows that an old snapshot keeps; the control, from the beginning, is far slower."""
    async with superuser_session(settings) as old:
        await postgres.send(old, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
        await add_events("trial.changed", dead_count)
        await sequence_all(relay_db, row_limit=5_000)
        await add_events("trial.changed", 1)
        await sequence_all(relay_db)
        with_mark_ms = await _look_ms(relay_db)
        await admin("UPDATE outbox_mark SET settled_sequence = 0, reached_sequence = 0")
        without_mark_ms = await _look_ms(relay_db)
    assert without_mark_ms > 3 * with_mark_ms


async def _look_ms(db: Database) -> float:
    samples: list[float] = []
    for _ in range(15):
        began = time.perf_counter()
        assert (await db.commands.outbox.sequence(row_limit=500))["moved_count"] == 0
        samples.append((time.perf_counter() - began) * 1000)
    return statistics.median(samples)
