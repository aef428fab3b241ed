"""What the worker counts of events and the pools of their connections, for who watches it."""

import asyncio

import msgspec
from prometheus_client import REGISTRY

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker
from hiring.connectors.rabbitmq_topology import main_queue, topology
from hiring.database import Database
from hiring.relay import Relay, Sequencer
from hiring.services.api_metrics import pool_metrics
from tests.background import AddEvents, drain

TRIAL = topology("trial-counts", ["trial_counts.*"], retry_count=1, delivery_limit=20)


def counted(name: str) -> float:
    """A counter of this process."""
    return REGISTRY.get_sample_value(f"hiring_{name}_total") or 0


async def test_events_are_counted_when_they_are_sequenced_and_published(
    relay_db: Database, settings: Settings, broker: Broker, add_events: AddEvents, empty: None
) -> None:
    """Each once; the sequencer wakes the relay when it has moved some, and says whether more are due."""
    await broker.declare([TRIAL])
    await drain(broker, main_queue("trial-counts"))
    sequenced, stop = asyncio.Event(), asyncio.Event()
    few = msgspec.structs.replace(settings.relay, sequencer_batch_size=4, batch_size=5)
    settings = msgspec.structs.replace(settings, relay=few)
    sequencer = Sequencer(relay_db, settings, stop, sequenced)
    before = counted("events_sequenced"), counted("events_published")
    assert not await sequencer.sequence() and not sequenced.is_set()
    await add_events("trial_counts.happened", 7)
    assert await sequencer.sequence() and sequenced.is_set()
    while await sequencer.sequence():
        pass
    assert counted("events_sequenced") - before[0] == 7
    relay = Relay(relay_db, settings, [TRIAL], stop, sequenced)
    await relay._publish_next(broker)
    assert counted("events_published") - before[1] == 5
    await relay._publish_next(broker)
    assert counted("events_published") - before[1] == 7
    await relay._lease.end()
    await drain(broker, main_queue("trial-counts"))


async def test_pool_tells_what_its_connections_do(relay_db: Database) -> None:
    """How many there may be, how many are lent and idle, who waits, and what has happened."""
    pool = relay_db.servers.primary
    held = [await pool.take() for _ in range(pool.size)]
    waiting = asyncio.create_task(pool.take())
    await asyncio.sleep(0)
    assert told(relay_db, "pool_size") == {(): pool.size}
    assert told(relay_db, "pool_connections") == {("idle",): 0, ("lent",): pool.size}
    assert told(relay_db, "pool_waiting") == {(): 1}
    pool.give(held.pop())
    held.append(await waiting)
    held[0].close()
    for session in held:
        pool.give(session)
    assert told(relay_db, "pool_connections") == {("idle",): pool.size - 1, ("lent",): 0}
    happened = told(relay_db, "pool_events")
    assert happened["opened",] >= pool.size and happened["dropped",] == 1 and happened["exhausted",] == 0
    before = happened["message",]
    await relay_db.queries.replication.find_health()
    assert told(relay_db, "pool_events")["message",] == before


def told(db: Database, name: str) -> dict[tuple[str, ...], float]:
    """The samples of a metric of the primary's pool, by the labels beside pool and server."""
    pool = db.servers.primary
    found = next(each for each in pool_metrics([pool]) if each.name == f"hiring_{name}")
    for sample in found.samples:
        assert sample.labels["pool"] == "relay"
        assert sample.labels["server"] == f"{pool.address.host}:{pool.address.port}"
    return {
        tuple(value for label, value in sample.labels.items() if label not in ("pool", "server")): sample.value
        for sample in found.samples
    }
