"""Which exchanges and queues there are, and what each is for. Pure.

    hiring.events (topic, the key is the event's type)
        → hiring.<consumer>            quorum; a message leaves it acknowledged or dead
    hiring.<consumer>.retry.<n>        waits out the n-th delay, then returns to hiring.<consumer>
    hiring.dead (direct, the key is the queue)
        → hiring.<consumer>.dead       waits for an operator: `hiring dlq`

The delay travels with the message and is no property of its queue, so that settings may change while queues exist.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

EVENT_EXCHANGE = "hiring.events"
DEAD_EXCHANGE = "hiring.dead"
DEFAULT_EXCHANGE = ""
MAXIMUM_LOOKS = 1_000_000_000
"""Times that a dead letter may be lent to who looks at it: newer brokers would drop it after twenty."""
MAXIMUM_QUEUE_LENGTH = 1_000_000
"""Messages that wait for one consumer; beyond them the broker refuses, and events wait in the feed instead."""


class Queue(NamedTuple):
    """A queue to declare."""

    name: str
    arguments: Mapping[str, Any]


class Binding(NamedTuple):
    """Which messages of an exchange a queue gets."""

    queue: str
    exchange: str
    routing_key: str


class Topology(NamedTuple):
    """What one consumer needs at the broker."""

    consumer: str
    queues: Sequence[Queue]
    bindings: Sequence[Binding]


def main_queue(consumer: str) -> str:
    """The queue that a consumer reads."""
    return f"hiring.{consumer}"


def retry_queue(consumer: str, level: int) -> str:
    """The queue where a message waits for its next try; the first level is 1."""
    return f"hiring.{consumer}.retry.{level}"


def dead_queue(consumer: str) -> str:
    """The queue of a consumer's dead letters."""
    return f"hiring.{consumer}.dead"


def topology(consumer: str, event_types: Sequence[str], *, retry_count: int, delivery_limit: int) -> Topology:
    """What a consumer of these event types needs; a type may be a pattern of the topic exchange (`*`, `#`)."""
    main, dead = main_queue(consumer), dead_queue(consumer)
    queues = [
        Queue(dead, {"x-queue-type": "quorum", "x-delivery-limit": MAXIMUM_LOOKS}),
        Queue(
            main,
            _dead_lettering(DEAD_EXCHANGE, dead)
            | {"x-delivery-limit": delivery_limit, "x-max-length": MAXIMUM_QUEUE_LENGTH},
        ),
        *(
            Queue(retry_queue(consumer, level), _dead_lettering(DEFAULT_EXCHANGE, main))
            for level in range(1, retry_count + 1)
        ),
    ]
    bindings = [Binding(dead, DEAD_EXCHANGE, dead), *(Binding(main, EVENT_EXCHANGE, each) for each in event_types)]
    return Topology(consumer, queues, bindings)


def _dead_lettering(exchange: str, routing_key: str) -> dict[str, Any]:
    """At least once: the broker keeps a message until the next queue has confirmed it, which needs reject-publish."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": routing_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def takes(pattern: str, event_type: str) -> bool:
    """Whether a binding's pattern matches a routing key, as the topic exchange does: `*` one word, `#` any number."""
    return _matches(pattern.split("."), event_type.split("."))


def _matches(pattern: Sequence[str], words: Sequence[str]) -> bool:
    if not pattern:
        return not words
    first, rest = pattern[0], pattern[1:]
    if first == "#":
        return any(_matches(rest, words[skipped:]) for skipped in range(len(words) + 1))
    return bool(words) and first in ("*", words[0]) and _matches(rest, words[1:])
