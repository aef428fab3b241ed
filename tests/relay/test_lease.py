"""The lease of the relay, and what a batch leaves behind wherever it is cut."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, NotAllPublished
from hiring.connectors.rabbitmq_topology import main_queue, topology
from hiring.database import Database
from hiring.feed_lease import LEASE_MS, Lease, LeaseLost
from hiring.relay import Relay
from tests.background import AddEvents, drain, until
from tests.databases import Admin

TRIAL = topology("trial", ["trial.*"], retry_count=1, delivery_limit=20)
QUEUE = main_queue("trial")


async def expire(admin: Admin) -> None:
    """Lets the lease run out, as if its holder had been silent for long."""
    await admin("UPDATE feed_watermarks SET updated_at = clock_timestamp() - interval '1 hour'")


async def position(admin: Admin) -> int:
    """The watermark."""
    [(found,)] = await admin("SELECT position FROM feed_watermarks WHERE name = 'relay'")
    return int(found)


async def test_lease_is_kept_while_a_batch_is_published_for_longer_than_it_lasts(
    relay_db: Database, admin: Admin, empty: None
) -> None:
    """Nobody else gets it meanwhile; the work's result is what ends the waiting."""
    holder, rival = Lease(relay_db, "relay"), Lease(relay_db, "relay")
    assert await holder.hold() == 0
    clock = asyncio.get_running_loop().time
    ends_at = clock() + 1.5 * LEASE_MS / 1000
    taken: list[int | None] = []

    async def work() -> None:
        while clock() < ends_at:
            taken.append(await rival.hold())
            await asyncio.sleep(LEASE_MS / 10_000)

    await holder.hold_during(work())
    assert len(taken) > 5 and set(taken) == {None}
    await holder.advance(1)
    assert await position(admin) == 1


async def test_work_is_given_up_when_another_relay_took_the_lease(
    relay_db: Database, admin: Admin, empty: None
) -> None:
    """Who lost it while publishing moves no watermark."""
    holder, rival = Lease(relay_db, "relay"), Lease(relay_db, "relay")
    await holder.hold()
    await expire(admin)
    assert await rival.hold() == 0
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    with pytest.raises(LeaseLost):
        await holder.hold_during(work())
    await asyncio.wait_for(ended.wait(), 5)
    with pytest.raises(LeaseLost):
        await holder.advance(1)
    assert await position(admin) == 0


async def test_failure_of_the_work_is_told_when_it_fails(relay_db: Database, empty: None) -> None:
    """The lease stays."""
    holder = Lease(relay_db, "relay")
    await holder.hold()

    async def work() -> None:
        raise NotAllPublished("refused", 0)

    with pytest.raises(NotAllPublished):
        await holder.hold_during(work())
    await holder.advance(1)


async def test_lease_is_free_at_once_when_its_holder_ends(relay_db: Database, empty: None) -> None:
    """A lease that was never held ends without a trace."""
    holder, rival = Lease(relay_db, "relay"), Lease(relay_db, "relay")
    await rival.end()
    assert await holder.hold() == 0 and await rival.hold() is None
    await holder.end()
    assert await rival.hold() == 0 and await holder.hold() is None


async def sequenced(db: Database, add_events: AddEvents, count: int) -> list[UUID]:
    """Events in the feed, in its order."""
    ids = await add_events("trial.changed", count)
    await db.commands.outbox.sequence(row_limit=100)
    return ids


def published(deliveries: Sequence[Any]) -> list[UUID]:
    return [UUID(delivery.message_id) for delivery in deliveries]


@pytest.fixture
async def queue(broker: Broker) -> str:
    """The queue of the trial, empty."""
    await broker.declare([TRIAL])
    await drain(broker, QUEUE)
    return QUEUE


def relay(db: Database, settings: Settings) -> Relay:
    """A relay that is driven batch by batch."""
    return Relay(db, settings, [TRIAL], asyncio.Event(), asyncio.Event())


async def test_batch_is_repeated_when_the_relay_dies_between_the_confirms_and_the_watermark(
    relay_db: Database, settings: Settings, broker: Broker, queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """Another relay publishes the same events under the same ids, in order: a repeat, never a loss."""
    ids = await sequenced(relay_db, add_events, 3)
    first, second = relay(relay_db, settings), relay(relay_db, settings)
    rows = await relay_db.queries.feed.list_after(after_position=0, row_limit=10)
    await first._lease.hold()
    await broker.publish("hiring.events", [first._letter(row) for row in rows])
    await expire(admin)
    await second._publish_next(broker)
    assert published(await drain(broker, queue)) == ids + ids
    assert await position(admin) == rows[-1]["position"]
    with pytest.raises(LeaseLost):
        await first._confirm(rows)


async def test_watermark_stays_before_the_first_event_that_was_not_confirmed(
    relay_db: Database, settings: Settings, broker: Broker, queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """What was confirmed before it is not repeated; the next batch is that event alone, then two, then four."""
    ids = await sequenced(relay_db, add_events, 2)
    given = relay(
        relay_db, msgspec.structs.replace(settings, relay=msgspec.structs.replace(settings.relay, batch_size=8))
    )
    rows = await relay_db.queries.feed.list_after(after_position=0, row_limit=10)
    await (await broker._connection.channel()).queue_delete(queue)
    with pytest.raises(NotAllPublished) as refused:
        await given._publish_next(broker)
    assert refused.value.confirmed_count == 0 and await position(admin) == 0 and given._batch_size == 1
    await broker.declare([TRIAL])
    sizes = []
    for _ in rows:
        await given._publish_next(broker)
        sizes.append(given._batch_size)
    assert sizes == [2, 4] and published(await drain(broker, queue)) == ids
    assert await position(admin) == rows[-1]["position"]


async def test_leader_keeps_the_lease_when_nothing_happens_for_longer_than_it_lasts(
    relay_db: Database, settings: Settings, queue: str, admin: Admin, empty: None
) -> None:
    """However seldom it looks for events; each renewal is another proof."""
    seldom = msgspec.structs.replace(settings.relay, poll_interval_ms=60_000)
    leader = relay(relay_db, msgspec.structs.replace(settings, relay=seldom))
    task, other = asyncio.create_task(leader.run()), Lease(relay_db, "relay")

    async def leads() -> bool:
        return leader._lease.proof is not None

    await until(leads)
    first = leader._lease.proof
    for _ in range(15):
        await asyncio.sleep(LEASE_MS / 1000 / 10)
        assert await other.hold() is None
    assert leader._lease.proof not in (None, first)
    leader._stop.set()
    await task


async def test_leader_looks_for_events_when_nobody_wakes_it(
    relay_db: Database, settings: Settings, broker: Broker, queue: str, admin: Admin,
    add_events: AddEvents, empty: None, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Another process has given them their place: it looks at the interval of the settings."""
    monkeypatch.setattr("hiring.relay.RENEWAL_S", 600.0)
    leader = relay(relay_db, settings)
    task = asyncio.create_task(leader.run())

    async def leads() -> bool:
        return leader._lease.proof is not None

    await until(leads)
    ids = await sequenced(relay_db, add_events, 2)

    async def are_published() -> bool:
        return (await broker.count([queue]))[queue] == len(ids)

    await until(are_published)
    leader._stop.set()
    await task
    await drain(broker, queue)


async def test_standby_publishes_nothing_while_another_relay_leads(
    relay_db: Database, settings: Settings, broker: Broker, queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """Once the leader has ended, it publishes."""
    leader = Lease(relay_db, "relay")
    await leader.hold()
    ids = await sequenced(relay_db, add_events, 2)
    standby = relay(relay_db, settings)
    await standby._publish_next(broker)
    assert await drain(broker, queue) == [] and await position(admin) == 0
    await leader.end()
    await standby._publish_next(broker)

    async def has_all() -> bool:
        return (await broker.count([queue]))[queue] == len(ids)

    await until(has_all)
    assert published(await drain(broker, queue)) == ids
