"""Dead letters: messages that no retry could help, kept at the broker until an operator looks at them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from hiring.connectors.rabbitmq import Broker, Delivery
from hiring.connectors.rabbitmq_topology import DEFAULT_EXCHANGE, dead_queue, main_queue
from hiring.consumers.runner import DETAIL, DIED_AT, REASON, copy_of, tries_of

MAXIMUM_READ_COUNT = 10_000
"""Messages of one queue that are looked at; the others are counted only."""


class DeadLetters(NamedTuple):
    """One consumer's dead letters; `reasons` counts those that were looked at."""

    consumer: str
    waiting_count: int
    reasons: Mapping[str, int]


class DeadLetter(msgspec.Struct, frozen=True):
    """One dead letter. `body` is what was sent, `reason` an error's code or what the broker says."""

    message_id: str | None
    type: str | None
    reason: str
    detail: str
    died_at: str | None
    tries: int
    body: str


async def summarize(broker: Broker, consumers: Sequence[str]) -> list[DeadLetters]:
    """How many there are, and why. Raises: BrokerUnavailable."""
    counts = await broker.count([dead_queue(consumer) for consumer in consumers])
    found = []
    for consumer in consumers:
        queue = dead_queue(consumer)
        letters = await broker.fetch(queue, MAXIMUM_READ_COUNT) if counts.get(queue) else []
        reasons = Counter(described(each).reason for each in letters)
        found.append(DeadLetters(consumer, counts.get(queue, 0), dict(reasons.most_common())))
    return found


async def find(broker: Broker, consumer: str, message_id: str | None) -> list[DeadLetter]:
    """One consumer's dead letters, oldest first; with an id those of that message. Raises: BrokerUnavailable."""
    letters = await broker.fetch(dead_queue(consumer), MAXIMUM_READ_COUNT)
    return [described(each) for each in letters if message_id in (None, each.message_id)]


async def replay(broker: Broker, consumer: str, message_id: str | None) -> int:
    """Sends dead letters to their queue again, as if they had never been tried, and returns how many.

    Each leaves the dead letters after its copy has been confirmed: what fails in between leaves a repeat, never a loss.
    Raises: BrokerUnavailable.
    """
    letters = await broker.fetch(dead_queue(consumer), MAXIMUM_READ_COUNT)
    chosen = [each for each in letters if message_id in (None, each.message_id)]
    for each in chosen:
        await broker.publish(DEFAULT_EXCHANGE, [copy_of(each, main_queue(consumer), {})])
        await each.acknowledge()
    return len(chosen)


async def drop(broker: Broker, consumer: str, letters: Collection[DeadLetter]) -> list[DeadLetter]:
    """Deletes dead letters that `find` has shown, for good, and returns those that were still there; others stay.

    Raises: BrokerUnavailable, then some may be deleted.
    """
    shown, dropped = set(letters), []
    for each in await broker.fetch(dead_queue(consumer), MAXIMUM_READ_COUNT):
        if (letter := described(each)) in shown:
            await each.acknowledge()
            dropped.append(letter)
    return dropped


def described(delivery: Delivery) -> DeadLetter:
    """What a dead letter tells about itself; one that the broker buried carries the broker's own header."""
    headers = delivery.headers
    deaths = headers.get("x-death") or [{}]
    death: Mapping[str, Any] = deaths[0] if REASON not in headers else {}
    return DeadLetter(
        message_id=delivery.message_id,
        type=delivery.type,
        reason=str(headers.get(REASON) or death.get("reason") or "unknown"),
        detail=str(headers.get(DETAIL) or ""),
        died_at=str(headers.get(DIED_AT) or death.get("time") or "") or None,
        tries=tries_of(headers),
        body=delivery.body.decode(errors="replace"),
    )
