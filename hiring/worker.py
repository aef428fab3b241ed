"""The worker process: sequencer, relay, ingestion, consumers, mailer; a loop that fails is started again."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import NamedTuple

import msgspec
import uvloop

from hiring.config import Settings
from hiring.connectors.files import FileStore
from hiring.connectors.postgres_servers import PoolRole
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


class Databases(NamedTuple):
    """The database as the worker's role, as the relay's, and as the one of commands."""

    worker: Database
    relay: Database
    command: Database


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
    async with opened(settings) as databases:
        with metrics_served("worker.metrics", settings.worker.metrics):
            log.info("worker.started", consumers=[consumer.name for consumer in CONSUMERS])
            await work(settings, databases, stop)
    log.info("worker.stopped")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Databases]:
    """The database in each role of the worker."""
    async with AsyncExitStack() as stack:

        async def open_as(role: PoolRole, settings: Settings = settings) -> Database:
            db = await Database.open(settings, role=role)
            stack.push_async_callback(db.close)
            return db

        yield Databases(
            await open_as("worker"), await open_as("relay"), await open_as("command", of_automation(settings))
        )


def of_automation(settings: Settings) -> Settings:
    """The settings of the pool that bulk operations share, which never read from a replica."""
    pools = msgspec.structs.replace(settings.postgres.pools, command=settings.postgres.pools.bulk)
    postgres = msgspec.structs.replace(settings.postgres, pools=pools, replicas=())
    return msgspec.structs.replace(settings, postgres=postgres)


async def work(
    settings: Settings,
    databases: Databases,
    stop: asyncio.Event,
    consumers: Sequence[Consumer] = CONSUMERS,
) -> None:
    """Runs every loop until `stop`, and returns when the last one has finished what it held."""
    worker_db, relay_db, command_db = databases
    sequenced, mail_queued = asyncio.Event(), asyncio.Event()
    connect, mailer = partial(open_broker, settings.rabbitmq), Mailer(worker_db, settings, stop, mail_queued)
    contexts = {
        "worker": Context(settings, worker_db, mail_queued),
        "command": Context(settings, command_db, mail_queued),
    }
    slots = {role: asyncio.Semaphore(context.db.servers.primary.size) for role, context in contexts.items()}
    queues = topologies(settings.rabbitmq)
    loops = {
        "sweeper": Sweeper(worker_db, FileStore.open(settings.files), settings, stop).run,
        "sequencer": Sequencer(relay_db, settings, stop, sequenced).run,
        "relay": Relay(relay_db, settings, queues, stop, sequenced).run,
    } | {each.name: Runner(each, contexts[each.role], connect, slots[each.role], stop).run for each in consumers}
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
