"""Runs a consumer: lends messages, handles them, and then acknowledges, retries or buries each.

A message is acknowledged after its effect has been committed, and after its copy in another queue has been confirmed: a
process that dies in between leaves a repeat, never a loss.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from hiring.config import RabbitMQ
from hiring.connectors import rabbitmq_topology as queues
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, Delivery, Letter
from hiring.consumers.base import Consumer, Context
from hiring.domain.events import Event
from hiring.errors import ApiError, Fate
from hiring.foundation.logs import get_logger
from hiring.foundation.supervision import is_cancelled, wait_for_first
from hiring.services import worker_metrics as metrics

TRIES = "hiring-tries"
"""Header: how often a message was handled in vain."""
REASON, DETAIL, DIED_AT = "hiring-reason", "hiring-detail", "hiring-died-at"
MAXIMUM_DETAIL_CHARACTERS = 300
GIVE_BACK_PAUSE_S = 1.0

ConnectBroker = Callable[..., AbstractAsyncContextManager[Broker]]
log = get_logger(__name__)


class Outcome(NamedTuple):
    """What becomes of a message, and why: an error's code, or an exception's name."""

    fate: Fate
    reason: str
    detail: str


HANDLED = Outcome(Fate.ACKNOWLEDGE, "handled", "")


class Runner:
    """One consumer's loop.

    A message outlives the connection that it came by: it is finished, and its repeat finds it done. `slots` bounds how
    many are handled at once in the process.
    """

    def __init__(
        self, consumer: Consumer, context: Context, connect: ConnectBroker, slots: asyncio.Semaphore,
        stop: asyncio.Event,
    ) -> None:  # fmt: skip
        self._consumer, self._context, self._connect = consumer, context, connect
        self._slots, self._stop = slots, stop
        self._settings, self._grace_s = context.settings.rabbitmq, context.settings.api.stop_grace_ms / 1000
        self._held: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Consumes over one connection until `stop`, then finishes what it holds. Raises: BrokerUnavailable."""
        async with self._connect(name=f"hiring consumer {self._consumer.name}") as broker:
            await broker.declare([topology_of(self._consumer, self._settings)])

            async def receive(delivery: Delivery) -> None:
                task = asyncio.create_task(self._settle(broker, delivery))
                self._held.add(task)
                task.add_done_callback(self._held.discard)

            async with broker.receiving(queues.main_queue(self._consumer.name), self._settings.prefetch, receive):
                await wait_for_first(self._stop, broker.lost)
            if not self._stop.is_set():
                raise BrokerUnavailable("The connection was lost.")
            await self._finish()

    async def _finish(self) -> None:
        """Lets the messages that are held end within the grace; the others go back to their queue."""
        if self._held:
            _, late = await asyncio.wait(self._held, timeout=self._grace_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("consumer.messages_cut", consumer=self._consumer.name, count=len(late))

    async def _settle(self, broker: Broker, delivery: Delivery) -> None:
        """Handles a message and does what its outcome says; without the broker it will come again."""
        async with self._slots:
            began = time.perf_counter()
            outcome = await judge(self._consumer, self._context, delivery)
        duration_s = time.perf_counter() - began
        tries = tries_of(delivery.headers) + 1
        try:
            fate = await self._bring_about(outcome, broker, delivery, tries)
        except BrokerUnavailable as error:
            log.warning(
                "message.unsettled", consumer=self._consumer.name, message_id=delivery.message_id, detail=str(error)
            )
            await give_back(broker, delivery)
            return
        metrics.HANDLED.labels(self._consumer.name, fate.value).inc()
        metrics.HANDLING_S.labels(self._consumer.name).observe(duration_s)
        log.info(
            "message", consumer=self._consumer.name, type=delivery.type, message_id=delivery.message_id,
            fate=fate.value, reason=outcome.reason, tries=tries, duration_ms=round(duration_s * 1000, 2),
        )  # fmt: skip

    async def _bring_about(self, outcome: Outcome, broker: Broker, delivery: Delivery, tries: int) -> Fate:
        """Does what the outcome says, and returns what was done: after the last retry a message is dead.

        Raises: BrokerUnavailable, then the message is delivered again.
        """
        name, delays_ms, fate = self._consumer.name, self._settings.retry_delays_ms, outcome.fate
        if fate is Fate.RETRY and tries > len(delays_ms):
            fate = Fate.DEAD_LETTER
        if fate is Fate.RETRY:
            letter = copy_of(
                delivery, queues.retry_queue(name, tries), headers_of(outcome, tries), expires_ms=delays_ms[tries - 1]
            )
            await broker.publish(queues.DEFAULT_EXCHANGE, [letter])
        elif fate is Fate.DEAD_LETTER:
            headers = headers_of(outcome, tries) | {DIED_AT: datetime.now(UTC).isoformat(timespec="seconds")}
            await broker.publish(queues.DEAD_EXCHANGE, [copy_of(delivery, queues.dead_queue(name), headers)])
        await delivery.acknowledge()
        return fate


def topology_of(consumer: Consumer, settings: RabbitMQ) -> queues.Topology:
    """What a consumer needs at the broker."""
    return queues.topology(
        consumer.name, consumer.event_types,
        retry_count=len(settings.retry_delays_ms), delivery_limit=settings.delivery_limit,
    )  # fmt: skip


async def judge(consumer: Consumer, context: Context, delivery: Delivery) -> Outcome:
    """Handles a message and says what should become of it. Never raises, but for its own cancellation."""
    try:
        event = msgspec.json.decode(delivery.body, type=Event)
    except msgspec.MsgspecError as error:
        return Outcome(Fate.DEAD_LETTER, "malformed", str(error))
    try:
        async with asyncio.timeout(consumer.limit_s):
            await consumer.handle(context, event)
    except ApiError as error:
        return Outcome(error.kind.fate, error.code, error.detail)
    except TimeoutError:
        return Outcome(Fate.RETRY, "timeout", f"longer than {consumer.limit_s} s")
    except (Exception, asyncio.CancelledError) as error:
        if is_cancelled():
            raise
        log.exception("message.failed", consumer=consumer.name, message_id=delivery.message_id)
        return Outcome(Fate.RETRY, type(error).__name__, "")
    return HANDLED


async def give_back(broker: Broker, delivery: Delivery) -> None:
    """Returns a message whose copy the broker refused; the broker counts, and buries it in the end."""
    if not broker.lost.is_set():
        await asyncio.sleep(GIVE_BACK_PAUSE_S)
        with suppress(BrokerUnavailable):
            await delivery.give_back()


def tries_of(headers: Mapping[str, Any]) -> int:
    """How often a message was handled in vain before."""
    tries = headers.get(TRIES)
    return tries if isinstance(tries, int) and tries > 0 else 0


def headers_of(outcome: Outcome, tries: int) -> dict[str, Any]:
    """What a copy tells about the try that made it."""
    return {TRIES: tries, REASON: outcome.reason, DETAIL: outcome.detail[:MAXIMUM_DETAIL_CHARACTERS]}


def copy_of(
    delivery: Delivery, routing_key: str, headers: Mapping[str, Any], *, expires_ms: int | None = None
) -> Letter:
    """The same message for another queue."""
    return Letter(
        routing_key=routing_key, body=delivery.body, message_id=delivery.message_id, type=delivery.type,
        headers=headers, expires_ms=expires_ms,
    )  # fmt: skip
