"""The worker as a whole: its loops are watched and end together, and its gauges tell what waits."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
from prometheus_client import REGISTRY

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, Letter
from hiring.connectors.rabbitmq_topology import DEFAULT_EXCHANGE, main_queue
from hiring.consumers import notifications
from hiring.consumers.all import topologies
from hiring.database import Database
from hiring.mailer import code_of
from hiring.worker import measure, opened, watched, work
from tests.background import AddEvents, drain, until
from tests.databases import Admin


def gauge(name: str, **labels: str) -> float:
    """A gauge of this process."""
    value = REGISTRY.get_sample_value(f"hiring_{name}", labels)
    return math.nan if value is None else value


@asynccontextmanager
async def measuring(settings: Settings, db: Database) -> AsyncIterator[None]:
    """Keeps the gauges up to date until the end of the block."""
    stop = asyncio.Event()
    task = asyncio.create_task(measure(settings, db, topologies(settings.rabbitmq), stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def test_gauges_tell_what_waits(
    settings: Settings, worker_db: Database, relay_db: Database, broker: Broker, admin: Admin,
    add_events: AddEvents, empty: None,
) -> None:  # fmt: skip
    """Events that are not in the feed yet, in seconds; those that were not published; messages of each queue."""
    queue = main_queue(notifications.NAME)
    await broker.declare(topologies(settings.rabbitmq))
    await drain(broker, queue)
    await add_events("trial.measured", 3)
    await relay_db.commands.outbox.sequence(row_limit=100)
    await admin("UPDATE feed_watermarks SET position = (SELECT min(position) - 1 FROM feed)")
    await add_events("trial.measured", due_at=datetime.now(UTC) - timedelta(seconds=100))
    await admin("UPDATE outbox SET queued_at = queued_at - interval '90 seconds'")
    letter = Letter(routing_key=queue, body=b"{}", message_id="1", type="trial")
    await broker.publish(DEFAULT_EXCHANGE, [letter, letter])

    async def is_told() -> bool:
        return gauge("queue_length", queue=queue) == 2

    async with measuring(settings, worker_db):
        await until(is_told)
    assert gauge("feed_unpublished") == 3
    assert 90 <= gauge("outbox_age_seconds") < 400
    assert gauge("queue_length", queue=f"{queue}.dead") >= 0
    await drain(broker, queue)


async def test_worker_runs_every_loop_until_it_stops(settings: Settings) -> None:
    """As the roles of worker, relay and commands, over pools of their own; at the end all connections are closed."""
    stop = asyncio.Event()
    async with opened(settings) as databases:
        names = [db.servers.primary.name for db in databases]
        task = asyncio.create_task(work(settings, databases, stop))

        async def is_running() -> bool:
            loops = ("sweeper", "sequencer", "relay", "automation", "notifications", "mailer")
            return all(gauge("loop_works", loop=loop) == 1 for loop in loops)

        await until(is_running)
        stop.set()
        async with asyncio.timeout(60):
            await task
    assert names == ["hiring worker", "hiring relay", "hiring command"]
    assert not any(db.servers.primary.idle_count for db in databases)


async def test_measuring_is_a_loop_of_a_worker_that_serves_metrics(settings: Settings) -> None:
    """It is watched as the others are."""
    watched("measure").fail()
    assert gauge("loop_works", loop="measure") == 0
    stop = asyncio.Event()
    served = msgspec.structs.replace(settings.worker, metrics=settings.postgres.primary)
    async with opened(settings) as databases:
        given = msgspec.structs.replace(settings, worker=served)
        task = asyncio.create_task(work(given, databases, stop))

        async def is_running() -> bool:
            return gauge("loop_works", loop="measure") == 1

        await until(is_running)
        stop.set()
        async with asyncio.timeout(60):
            await task


def test_log_line_tells_the_code_of_an_answer_alone() -> None:
    """Or the kind of failure: the rest may name the recipient."""
    assert code_of("550 5.1.1 <zoe@example.com> unknown") == "550"
    assert code_of("TimeoutError: zoe@example.com") == "TimeoutError"
    assert code_of("250") == "250"
