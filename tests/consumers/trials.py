"""A consumer of the tests' own: what it does with a message, and what the broker then holds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import msgspec

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, Letter, open_broker
from hiring.connectors.rabbitmq_topology import EVENT_EXCHANGE, dead_queue, main_queue
from hiring.consumers.base import Consumer, Context
from hiring.consumers.runner import TRIES, Runner
from hiring.database import Database
from hiring.domain.events import Aggregate, Event, EventActor
from hiring.foundation.supervision import supervise

NAME = "trial-runner"
TYPE = "trial_runner.happened"
RETRY_DELAYS_MS = [50, 100, 150]
HandleTrial = Callable[[Event], Awaitable[None]]


async def nothing(_: Event) -> None:
    """A handler that does nothing."""


def trial(handle: HandleTrial, **changes: Any) -> Consumer:
    """A consumer of this module's own events."""
    return Consumer(NAME, (TYPE,), lambda _, envelope: handle(envelope), **changes)


@asynccontextmanager
async def consuming(settings: Settings, db: Database, consumer: Consumer) -> AsyncIterator[asyncio.Event]:
    """Runs a consumer as the worker does until the end of the block; gives the event that stops it."""
    stop = asyncio.Event()
    context = Context(settings, db, asyncio.Event())
    runner = Runner(consumer, context, partial(open_broker, settings.rabbitmq), asyncio.Semaphore(4), stop)
    task = asyncio.create_task(supervise(NAME, runner.run, stop, expected=(BrokerUnavailable,)))
    try:
        yield stop
    finally:
        stop.set()
        await task


async def publish(broker: Broker, body: bytes | None = None, tries: int = 0) -> UUID:
    """Sends an event to the trial, or something else under its name; `tries`: as if it had failed so often."""
    event_id = uuid4()
    envelope = Event(
        id=event_id, type=TYPE, schema_version=1, organization_id=uuid4(), occurred_at="2030-01-01T00:00:00Z",  # type: ignore[arg-type]
        aggregate=Aggregate(type="trial", id=event_id, version=1),
        actor=EventActor(type="system", id=None, user_id=None), on_behalf_of=None, correlation_id=event_id,
        causation_id=None, imported=False, data={}, previous={},
    )  # fmt: skip
    letter = Letter(
        routing_key=TYPE,
        body=msgspec.json.encode(envelope) if body is None else body,
        message_id=str(event_id),
        type=TYPE,
        headers={TRIES: tries} if tries else {},
    )
    await broker.publish(EVENT_EXCHANGE, [letter])
    return event_id


async def counts(broker: Broker) -> tuple[int, int]:
    """How many messages wait in the consumer's queue, and how many are dead."""
    found = await broker.count([main_queue(NAME), dead_queue(NAME)])
    return found[main_queue(NAME)], found[dead_queue(NAME)]


class Tries:
    """A handler that fails as it is told to, and counts."""

    def __init__(self, *failures: Exception) -> None:
        self.failures, self.count = list(failures), 0

    async def __call__(self, _: Event) -> None:
        self.count += 1
        if self.failures:
            raise self.failures.pop(0)
