"""What is declared at the broker, word for word: a queue that lacks one of its arguments loses messages."""

import pytest

from hiring.connectors.rabbitmq_topology import Binding, Queue, takes, topology

COPIED = {"x-queue-type": "quorum", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


def test_consumer_has_a_queue_its_retries_and_its_dead_letters() -> None:
    """Each retry returns to the queue; what is refused too often is dead; nothing is dropped where queues end."""
    made = topology("trial", ["a.*", "b.c"], retry_count=2, delivery_limit=20)
    assert made.consumer == "trial"
    assert list(made.queues) == [
        Queue("hiring.trial.dead", {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000_000}),
        Queue(
            "hiring.trial",
            COPIED
            | {"x-dead-letter-exchange": "hiring.dead", "x-dead-letter-routing-key": "hiring.trial.dead"}
            | {"x-delivery-limit": 20, "x-max-length": 1_000_000},
        ),
        *(
            Queue(
                f"hiring.trial.retry.{level}",
                COPIED | {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "hiring.trial"},
            )
            for level in (1, 2)
        ),
    ]
    assert list(made.bindings) == [
        Binding("hiring.trial.dead", "hiring.dead", "hiring.trial.dead"),
        Binding("hiring.trial", "hiring.events", "a.*"),
        Binding("hiring.trial", "hiring.events", "b.c"),
    ]


@pytest.mark.parametrize(
    ("pattern", "event_type", "is_match"),
    [
        ("a.b", "a.b", True), ("a.b", "a.c", False), ("a.b", "a", False), ("a", "a.b", False), ("a.*", "a.b", True),
        ("a.*", "a", False), ("a.*", "a.b.c", False), ("*", "a", True), ("*", "a.b", False), ("#", "a.b.c", True),
        ("a.#", "a", True), ("a.#", "b.a", False), ("#.c", "a.b.c", True), ("#.c", "c.a", False),
        ("a.#.c", "a.c", True), ("a.#.c", "a.b.b.c", True), ("a.#.c", "a.b", False), ("#.*", "a", True),
    ],
)  # fmt: skip
def test_pattern_takes_what_the_exchange_would_give_it(pattern: str, event_type: str, is_match: bool) -> None:
    """`*` is one word, `#` any number of words."""
    assert takes(pattern, event_type) is is_match
