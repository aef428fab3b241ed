"""What bounds the handling of messages: how many at once, for how long, and how long one waits for its next try."""

import asyncio
from functools import partial
from itertools import pairwise

import msgspec
import pytest

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, open_broker
from hiring.connectors.rabbitmq_topology import main_queue, retry_queue
from hiring.consumers.all import CONSUMERS
from hiring.consumers.base import Context
from hiring.consumers.runner import TRIES, Runner
from hiring.database import Database
from hiring.domain.events import Event
from tests.background import drain, until
from tests.consumers.test_runner import is_consuming, queues, quick
from tests.consumers.trials import NAME, Tries, consuming, counts, publish, trial

__all__ = ["queues", "quick"]


@pytest.mark.parametrize("tries", [0, 1, 2])
async def test_message_waits_out_the_delay_of_its_try(
    quick: Settings, worker_db: Database, broker: Broker, queues: None, tries: int
) -> None:
    """The first delay after the first try in vain, and so on; the delay travels with the message."""
    rabbitmq = msgspec.structs.replace(quick.rabbitmq, retry_delays_ms=(60_000, 120_000, 180_000))
    settings, queue = msgspec.structs.replace(quick, rabbitmq=rabbitmq), retry_queue(NAME, tries + 1)

    async def is_waiting() -> bool:
        return (await broker.count([queue]))[queue] == 1

    async with consuming(settings, worker_db, trial(Tries(RuntimeError()))):
        await publish(broker, tries=tries)
        await until(is_waiting)
    [letter] = await drain(broker, queue)
    assert (letter._message.expiration, letter.headers[TRIES]) == (60 * (tries + 1), tries + 1)


async def test_message_is_left_alone_for_a_moment_when_the_broker_takes_no_copy(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """A broker that is full is not asked a thousand times a second."""
    clock = asyncio.get_running_loop().time
    tried_s: list[float] = []

    async def fail(_: Event) -> None:
        tried_s.append(clock())
        raise RuntimeError

    async def is_tried_again() -> bool:
        return len(tried_s) >= 3

    async with consuming(quick, worker_db, trial(fail)):
        await until(lambda: is_consuming(broker))
        await (await broker._connection.channel()).queue_delete(retry_queue(NAME, 1))
        await publish(broker)
        await until(is_tried_again)
    assert all(later - earlier >= 0.9 for earlier, later in pairwise(tried_s))


async def test_messages_are_handled_side_by_side_up_to_the_slots_of_the_process(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """The broker lends as many as the settings say; those without a slot wait, and the others stay in their queue."""
    running, most, let_go = 0, 0, asyncio.Event()

    async def hold(_: Event) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await let_go.wait()
        running -= 1

    async def is_lent() -> bool:
        return running == 2 and await counts(broker) == (3, 0)

    async def is_empty() -> bool:
        return await counts(broker) == (0, 0) and running == 0

    settings = msgspec.structs.replace(quick, rabbitmq=msgspec.structs.replace(quick.rabbitmq, prefetch=4))
    stop, context = asyncio.Event(), Context(settings, worker_db, asyncio.Event())
    connect = partial(open_broker, settings.rabbitmq)
    task = asyncio.create_task(Runner(trial(hold), context, connect, asyncio.Semaphore(2), stop).run())
    for _ in range(7):
        await publish(broker)
    await until(is_lent)
    let_go.set()
    await until(is_empty)
    stop.set()
    await task
    assert most == 2 and await broker.count([main_queue(NAME)]) == {main_queue(NAME): 0}


def test_handling_ends_within_a_minute() -> None:
    """Whatever the consumer: what takes longer hangs, and is tried again."""
    assert [consumer.limit_s for consumer in CONSUMERS] == [60.0] * len(CONSUMERS)
