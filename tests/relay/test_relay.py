"""The relay: everything is published, in order, whatever dies."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, open_broker
from hiring.connectors.rabbitmq_topology import EVENT_EXCHANGE, Topology, main_queue, takes, topology
from hiring.database import Database
from hiring.domain.events import Event
from hiring.feed_lease import LEASE_MS, Lease, LeaseLost
from hiring.foundation.supervision import supervise
from hiring.relay import Relay, Sequencer, needs_queue
from tests.background import AddEvents, drain, until
from tests.databases import Admin
from tests.relay.own_broker import OwnBroker

TRIAL = topology("trial", ["trial.*"], retry_count=1, delivery_limit=20)
QUEUE = main_queue("trial")
EXPECTED = (BrokerUnavailable, LeaseLost)


@asynccontextmanager
async def relaying(
    db: Database, settings: Settings, topologies: Sequence[Topology] = (TRIAL,)
) -> AsyncIterator[asyncio.Event]:
    """Sequencer and relay as the worker runs them, until the end of the block."""
    stop, sequenced = asyncio.Event(), asyncio.Event()
    loops = {
        "sequencer": Sequencer(db, settings, stop, sequenced).run,
        "relay": Relay(db, settings, topologies, stop, sequenced).run,
    }
    tasks = [asyncio.create_task(supervise(name, run, stop, expected=EXPECTED)) for name, run in loops.items()]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def is_published(admin: Admin) -> bool:
    """Whether everything that was committed is behind the watermark."""
    rows = await admin(
        """SELECT w.position >= coalesce((SELECT max(position) FROM feed), 0)
                  AND NOT EXISTS (SELECT FROM outbox WHERE due_at <= now())
           FROM feed_watermarks AS w WHERE w.name = 'relay'"""
    )
    return bool(rows[0][0])


@pytest.fixture
async def trial_queue(broker: Broker) -> str:
    """The trial consumer's queue, declared and empty."""
    await broker.declare([TRIAL])
    await drain(broker, QUEUE)
    return QUEUE


def ids_of(deliveries: Sequence[Any]) -> list[UUID]:
    return [UUID(delivery.message_id) for delivery in deliveries]


async def test_events_are_published_in_order_when_they_are_committed(
    relay_db: Database, settings: Settings, broker: Broker, trial_queue: str, admin: Admin,
    add_events: AddEvents, organization_id: UUID, empty: None,
) -> None:  # fmt: skip
    """Each event is one message with the event's id and type, whose body is the envelope; in the feed's order."""
    async with relaying(relay_db, settings):
        ids = [*await add_events("trial.changed", 30), *await add_events("trial.ended", 30)]
        await until(lambda: is_published(admin))
    deliveries = await drain(broker, trial_queue)
    assert ids_of(deliveries) == ids
    envelope = msgspec.json.decode(deliveries[-1].body, type=Event)
    assert envelope.id == ids[-1] and envelope.type == deliveries[-1].type == "trial.ended"
    assert envelope.organization_id == organization_id and envelope.aggregate.version == 30
    assert set(msgspec.json.decode(deliveries[0].body)) == set(Event.__struct_fields__)


async def test_an_event_that_nobody_asked_for_is_passed_over_when_no_queue_takes_it(
    relay_db: Database, settings: Settings, broker: Broker, trial_queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """A type without a consumer does not stop the feed."""
    async with relaying(relay_db, settings):
        await add_events("nobody.asked", 3)
        [wanted_id] = await add_events("trial.changed")
        await until(lambda: is_published(admin))
    assert ids_of(await drain(broker, trial_queue)) == [wanted_id]


async def test_an_event_waits_when_the_broker_has_lost_its_queue(
    relay_db: Database, settings: Settings, broker: Broker, trial_queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """An unroutable event is not taken for delivered: the queue is made again and the event arrives."""
    async with relaying(relay_db, settings):
        await add_events("trial.changed", 2)
        await until(lambda: is_published(admin))
        channel = await broker._connection.channel()
        await channel.queue_delete(trial_queue)
        ids = await add_events("trial.changed", 3)
        await until(lambda: is_published(admin))
    assert set(ids_of(await drain(broker, trial_queue))) == set(ids)


async def test_another_relay_takes_over_when_the_leader_is_gone(
    relay_db: Database, settings: Settings, broker: Broker, trial_queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """Of two relays one publishes; when it vanishes the other goes on within the lease; the old one moves nothing."""
    vanished = Lease(relay_db, "relay")
    position = await vanished.hold()
    async with relaying(relay_db, settings):
        ids = await add_events("trial.changed", 20)
        duration_s = await until(lambda: is_published(admin))
        assert duration_s > LEASE_MS / 2000
        with pytest.raises(LeaseLost):
            await vanished.advance((position or 0) + 1)
        assert await vanished.hold() is None
    assert ids_of(await drain(broker, trial_queue)) == ids


async def test_nothing_is_published_twice_when_two_relays_run(
    relay_db: Database, settings: Settings, broker: Broker, trial_queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """Two healthy instances publish each event once; the first to stop hands over at once."""
    async with relaying(relay_db, settings) as stop_first, relaying(relay_db, settings):
        ids = []
        for _ in range(10):
            ids += await add_events("trial.changed", 20)
        await until(lambda: is_published(admin))
        stop_first.set()
        ids += await add_events("trial.changed", 20)
        duration_s = await until(lambda: is_published(admin))
    assert duration_s < LEASE_MS / 1000
    assert ids_of(await drain(broker, trial_queue)) == ids


async def test_publishing_goes_on_when_the_database_ends_the_connections(
    relay_db: Database, settings: Settings, broker: Broker, trial_queue: str, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """A relay whose sessions are terminated again and again publishes everything, without help."""
    ids: list[UUID] = []
    async with relaying(relay_db, settings):
        for _ in range(8):
            ids += await add_events("trial.changed", 50)
            await admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hiring_relay'")
            await asyncio.sleep(0.1)
        await until(lambda: is_published(admin))
    assert set(ids_of(await drain(broker, trial_queue))) == set(ids)


@pytest.fixture
async def own_broker(settings: Settings, tmp_path: Path) -> AsyncIterator[OwnBroker]:
    own = OwnBroker(tmp_path, settings.rabbitmq)
    try:
        await own.start()
        yield own
    finally:
        own.close()


async def test_nothing_is_lost_when_the_broker_is_killed_under_load(
    relay_db: Database, settings: Settings, own_broker: OwnBroker, admin: Admin, add_events: AddEvents,
    empty: None,
) -> None:  # fmt: skip
    """Events are committed and sequenced while the broker is dead, starts or is paused; all arrive when it is back."""
    ids: list[UUID] = []
    is_loaded = True

    async def load() -> None:
        while is_loaded:
            ids.extend(await add_events("trial.changed", 5))
            await asyncio.sleep(0.02)

    async with relaying(relay_db, msgspec.structs.replace(settings, rabbitmq=own_broker.settings)):
        loading = asyncio.create_task(load())
        await asyncio.sleep(1)
        own_broker.kill()
        await own_broker.start()
        await asyncio.sleep(1)
        own_broker.pause()
        await asyncio.sleep(own_broker.settings.publish_timeout_ms / 1000 + 0.5)
        assert (await admin("SELECT count(*) < 100 FROM outbox"))[0][0], "sequencing waits for nobody"
        own_broker.resume()
        is_loaded = False
        await loading
        await until(lambda: is_published(admin), limit_s=20)
    async with open_broker(own_broker.settings, name="hiring test") as broker:
        received = ids_of(await drain(broker, QUEUE))
    assert set(received) == set(ids)


@pytest.mark.parametrize(
    ("pattern", "event_type", "is_match"),
    [
        ("message.due", "message.due", True),
        ("message.due", "message.sent", False),
        ("application.*", "application.hired", True),
        ("application.*", "application", False),
        ("#", "application.hired", True),
        ("application.#", "application", True),
        ("#.hired", "a.b.hired", True),
        ("*.hired", "a.b.hired", False),
    ],
)
def test_a_pattern_takes_a_type_when_the_topic_exchange_would(pattern: str, event_type: str, is_match: bool) -> None:
    """What must find a queue is decided as the broker decides."""
    assert takes(pattern, event_type) is is_match
    assert needs_queue([topology("one", [pattern], retry_count=1, delivery_limit=1)])(event_type) is is_match
    assert EVENT_EXCHANGE == "hiring.events"
