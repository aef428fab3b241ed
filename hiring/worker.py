"""The worker process: sequencer, relay, ingestion, consumers, mailer; a loop that fails is started again."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import uvloop

from hiring.config import Settings
from hiring.connectors.files import FileStore
from hiring.connectors.rabbitmq import BrokerUnavailable, open_broker
from hiring.connectors.rabbitmq_topology import Topology
from hiring.consumers.all import CONSUMERS, topologies
from hiring.consumers.base import Consumer, Context
from hiring.consumers.runner import Runner
from hiring.database import Database
from hiring.feed_lease import LeaseLost
from hiring.foundation.logs import get_logger, log_loop_failure, logging_to_stdout
from hiring.foundation.supervision import Health, supervise, wait_for_first
from hiring.ingestion import Ingestion
from hiring.mailer import Mailer
from hiring.relay import Relay, Sequencer
from hiring.services import worker_metrics as metrics
from hiring.services.metrics_server import metrics_served
from hiring.sweeper import Sweeper

MEASURE_INTERVAL_S = 5.0
EXPECTED = (BrokerUnavailable, LeaseLost)

log = get_logger(__name__)


def main(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT; messages that have begun are finished."""
    with logging_to_stdout(settings.logs.level, settings.logs.format):
        uvloop.run(run_until_signal(settings))


async def run_until_signal(settings: Settings) -> None:
    """Works until a signal asks it to stop. Raises: DatabaseUnavailable when there is no primary at the start."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    asyncio.get_running_loop().set_exception_handler(log_loop_failure)
    async with opened(settings) as (worker_db, relay_db):
        with metrics_served("worker.metrics", settings.worker.metrics):
            log.info("worker.started", consumers=[consumer.name for consumer in CONSUMERS])
            await work(settings, worker_db, relay_db, stop)
    log.info("worker.stopped")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Database]]:
    """The database as the worker's role and as the relay's."""
    worker_db = await Database.open(settings, role="worker")
    try:
        relay_db = await Database.open(settings, role="relay")
        try:
            yield worker_db, relay_db
        finally:
            await relay_db.close()
    finally:
        await worker_db.close()


async def work(
    settings: Settings,
    worker_db: Database,
    relay_db: Database,
    stop: asyncio.Event,
    consumers: Sequence[Consumer] = CONSUMERS,
) -> None:
    """Runs every loop until `stop`, and returns when the last one has finished what it held."""
    sequenced, mail_queued = asyncio.Event(), asyncio.Event()
    slots, connect = asyncio.Semaphore(settings.postgres.pools.worker), partial(open_broker, settings.rabbitmq)
    context, mailer = Context(settings, worker_db, mail_queued), Mailer(worker_db, settings, stop, mail_queued)
    queues = topologies(settings.rabbitmq)
    loops = {
        "sweeper": Sweeper(worker_db, FileStore.open(settings.files), settings, stop).run,
        "sequencer": Sequencer(relay_db, settings, stop, sequenced).run,
        "relay": Relay(relay_db, settings, queues, stop, sequenced).run,
    } | {consumer.name: Runner(consumer, context, connect, slots, stop).run for consumer in consumers}
    if settings.clickhouse.host is not None:
        loops["ingestion"] = Ingestion(relay_db, settings, stop).run
    if settings.worker.metrics is not None:
        loops["measure"] = lambda: measure(settings, worker_db, queues, stop)
    supervised = (supervise(name, run, stop, expected=EXPECTED, health=watched(name)) for name, run in loops.items())
    await asyncio.gather(*supervised, send_mails(mailer, stop))


async def send_mails(mailer: Mailer, stop: asyncio.Event) -> None:
    """Sends mails until `stop`, and returns when the mail server has answered to those that it has."""
    await supervise("mailer", mailer.run, stop, health=watched("mailer"))
    await mailer.finish()


def watched(loop: str) -> Health:
    """The health of a loop, which its metric shows and `hiring ready --worker` asks for."""
    health = Health()
    metrics.LOOP_WORKS.labels(loop).set_function(health.works)
    return health


async def measure(settings: Settings, db: Database, queues: Sequence[Topology], stop: asyncio.Event) -> None:
    """Keeps the gauges of outbox, feed and queues up to date. Raises: BrokerUnavailable, Unavailable."""
    names = [queue.name for topology in queues for queue in topology.queues]
    async with open_broker(settings.rabbitmq, name="hiring measure") as broker:
        while not stop.is_set():
            backlog = await db.queries.feed.measure()
            assert backlog is not None  # a migration made the relay's watermark
            metrics.OUTBOX_AGE_S.set(backlog["outbox_age_ms"] / 1000)
            metrics.UNPUBLISHED.set(backlog["unpublished_count"])
            if settings.clickhouse.host is not None:
                metrics.UNINGESTED.set(backlog["uningested_count"])
            for name, count in (await broker.count(names)).items():
                metrics.QUEUE_LENGTH.labels(name).set(count)
            await wait_for_first(stop, timeout_s=MEASURE_INTERVAL_S)
