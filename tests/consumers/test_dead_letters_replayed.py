"""Dead letters at the broker: what is told of each, and that a replay loses none."""

from collections.abc import AsyncIterator

import pytest

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, Letter, open_broker
from hiring.connectors.rabbitmq_topology import DEAD_EXCHANGE, DEFAULT_EXCHANGE, dead_queue, main_queue
from hiring.consumers.runner import DETAIL, DIED_AT, REASON, TRIES, topology_of
from hiring.dead_letters import DeadLetter, DeadLetters, find, replay, summarize
from tests.background import drain, until
from tests.consumers.trials import nothing, trial

CONSUMER = trial(nothing)._replace(name="trial-dead-letters")
DEAD, MAIN = dead_queue(CONSUMER.name), main_queue(CONSUMER.name)
DIED = "2030-01-01T00:00:00+00:00"


@pytest.fixture
async def dead(settings: Settings, broker: Broker) -> AsyncIterator[None]:
    """Three dead letters, of two reasons."""
    channel = await broker._connection.channel()
    for name in (MAIN, DEAD):
        await channel.queue_delete(name)
    await broker.declare([topology_of(CONSUMER, settings.rabbitmq)])
    await broker.publish(DEAD_EXCHANGE, [letter("a", "timeout"), letter("b", "not_found"), letter("c", "timeout")])
    yield
    for topology_queue in topology_of(CONSUMER, settings.rabbitmq).queues:
        await channel.queue_delete(topology_queue.name)


def letter(message_id: str, reason: str) -> Letter:
    headers = {TRIES: 6, REASON: reason, DETAIL: "It took too long.", DIED_AT: DIED}
    return Letter(routing_key=DEAD, body=b'{"n": 1}', message_id=message_id, type="trial", headers=headers)


async def ids_left(settings: Settings) -> list[str | None]:
    """The dead letters that another connection sees."""
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        return [each.message_id for each in await find(other, CONSUMER.name, None)]


async def test_letters_are_counted_and_shown(settings: Settings, dead: None) -> None:
    """By reason, the most frequent first; one that is named alone; a consumer without a queue has none."""
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        counted = await summarize(other, [CONSUMER.name, "trial-none"])
    assert counted == [DeadLetters(CONSUMER.name, 3, {"timeout": 2, "not_found": 1}), DeadLetters("trial-none", 0, {})]
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        shown = await find(other, CONSUMER.name, "b")
    assert shown == [DeadLetter("b", "trial", "not_found", "It took too long.", DIED, 6, '{"n": 1}')]
    assert await ids_left(settings) == ["a", "b", "c"]


async def test_letter_is_as_if_never_tried_when_it_is_replayed(settings: Settings, broker: Broker, dead: None) -> None:
    """The one that is named, once; then all that are left. Its tries and its reason begin anew."""
    for message_id, count, expected in (("b", 1, ["b"]), ("b", 0, []), (None, 2, ["a", "c"])):
        async with open_broker(settings.rabbitmq, name="hiring test") as other:
            assert await replay(other, CONSUMER.name, message_id) == count
        sent = await drain(broker, MAIN)
        assert [(each.message_id, each.type, each.body) for each in sent] == [
            (each, "trial", b'{"n": 1}') for each in expected
        ]
        assert [{TRIES, REASON, DETAIL, DIED_AT} & each.headers.keys() for each in sent] == [set()] * len(expected)
    assert await ids_left(settings) == []


async def test_letter_stays_when_the_broker_takes_no_copy_of_it(settings: Settings, broker: Broker, dead: None) -> None:
    """It leaves the dead letters after its copy was confirmed, never before: its queue is gone here."""
    await (await broker._connection.channel()).queue_delete(MAIN)
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        with pytest.raises(BrokerUnavailable):
            await replay(other, CONSUMER.name, None)

    async def all_are_back() -> bool:
        return await ids_left(settings) == ["a", "b", "c"]

    await until(all_are_back)


async def test_letter_tells_what_the_broker_says_when_the_broker_buried_it(
    settings: Settings, broker: Broker, dead: None
) -> None:
    """It was lent too often, and no worker lived long enough to say why."""
    await broker.publish(DEFAULT_EXCHANGE, [Letter(routing_key=MAIN, body=b"{}", message_id="d", type="trial")])

    async def is_buried() -> bool:
        for delivery in await broker.fetch(MAIN, 1):
            await delivery.give_back()
        return (await broker.count([DEAD]))[DEAD] == 4

    await until(is_buried)
    async with open_broker(settings.rabbitmq, name="hiring test") as other:
        [buried] = await find(other, CONSUMER.name, "d")
    assert (buried.reason, buried.detail, buried.tries, buried.body) == ("delivery_limit", "", 0, "{}")
    assert buried.died_at is not None
