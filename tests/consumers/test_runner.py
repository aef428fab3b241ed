"""What becomes of a message, point by point: handled, tried again, dead; nothing is lost wherever it is cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
import pytest

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, open_broker
from hiring.connectors.rabbitmq_topology import DEAD_EXCHANGE, dead_queue, main_queue, retry_queue
from hiring.consumers.base import Context
from hiring.consumers.runner import Runner, topology_of
from hiring.database import Database
from hiring.domain.events import Event
from hiring.errors import DatabaseUnavailable, MessageDone, NotFound
from tests.background import PATIENCE_S, drain, until
from tests.consumers.trials import NAME, RETRY_DELAYS_MS, TYPE, Tries, consuming, counts, nothing, publish, trial


@pytest.fixture
def quick(settings: Settings) -> Settings:
    """Settings with delays that a test can wait for, and a short grace."""
    return msgspec.structs.replace(
        settings,
        rabbitmq=msgspec.structs.replace(settings.rabbitmq, retry_delays_ms=RETRY_DELAYS_MS),
        api=msgspec.structs.replace(settings.api, stop_grace_ms=300),
    )


@pytest.fixture
async def queues(quick: Settings, broker: Broker) -> AsyncIterator[None]:
    """The queues of the trial, empty; gone afterwards."""
    names = [main_queue(NAME), dead_queue(NAME), *(retry_queue(NAME, level) for level in (1, 2, 3))]
    channel = await broker._connection.channel()
    for name in names:
        await channel.queue_delete(name)
    await broker.declare([topology_of(trial(nothing), quick.rabbitmq)])
    yield
    for name in names:
        await channel.queue_delete(name)


async def test_message_is_dead_when_the_first_try_and_one_after_each_delay_have_failed(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Four tries with three delays; the dead letter is the message, and tells how often and why."""
    handle = Tries(*[RuntimeError("nobody sees this")] * 9)
    async with consuming(quick, worker_db, trial(handle)):
        event_id = await publish(broker)
        await until(lambda: is_dead(broker))
    assert handle.count == len(RETRY_DELAYS_MS) + 1
    [letter] = await drain(broker, dead_queue(NAME))
    assert (letter.message_id, letter.type) == (str(event_id), TYPE)
    assert msgspec.json.decode(letter.body, type=Event).id == event_id
    told = {name: letter.headers[f"hiring-{name}"] for name in ("tries", "reason", "detail")}
    assert told == {"tries": 4, "reason": "RuntimeError", "detail": ""}
    assert await counts(broker) == (0, 0)


async def is_dead(broker: Broker) -> bool:
    return (await counts(broker))[1] == 1


async def test_message_is_handled_when_its_last_try_succeeds(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Three failures are not too many."""
    handle = Tries(*[DatabaseUnavailable()] * 3)
    async with consuming(quick, worker_db, trial(handle)):
        await publish(broker)
        await until(lambda: reached(handle, 4))
    assert await counts(broker) == (0, 0)


async def reached(handle: Tries, count: int) -> bool:
    return handle.count >= count


@pytest.mark.parametrize("length", [300, 301])
async def test_message_is_dead_at_once_when_no_other_try_can_help(
    quick: Settings, worker_db: Database, broker: Broker, queues: None, length: int
) -> None:
    """The kind of the error says so; its detail is cut to 300 characters."""
    handle = Tries(NotFound("x" * length))
    async with consuming(quick, worker_db, trial(handle)):
        await publish(broker)
        await until(lambda: is_dead(broker))
    [letter] = await drain(broker, dead_queue(NAME))
    assert handle.count == 1 and (letter.headers["hiring-tries"], letter.headers["hiring-reason"]) == (1, "not_found")
    assert letter.headers["hiring-detail"] == "x" * 300


async def test_message_is_acknowledged_when_it_was_handled_before(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Its effect is there already: neither a retry nor a dead letter."""
    handle = Tries(MessageDone())
    async with consuming(quick, worker_db, trial(handle)):
        await publish(broker)
        await until(lambda: reached(handle, 1))
    assert await counts(broker) == (0, 0) and handle.count == 1


async def test_message_is_dead_when_it_is_no_event(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """It is kept as it was, and nobody tried to handle it."""
    handle = Tries()
    async with consuming(quick, worker_db, trial(handle)):
        await publish(broker, b'{"id": 1}')
        await until(lambda: is_dead(broker))
    [letter] = await drain(broker, dead_queue(NAME))
    assert (letter.body, letter.headers["hiring-reason"], handle.count) == (b'{"id": 1}', "malformed", 0)


async def test_message_is_tried_again_when_it_took_too_long(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """The handler is given up; the dead letter names the limit."""
    ended = []

    async def hang(_: Event) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("given up")

    async with consuming(quick, worker_db, trial(hang, limit_s=0.05)):
        await publish(broker)
        await until(lambda: is_dead(broker))
    [letter] = await drain(broker, dead_queue(NAME))
    assert ended == ["given up"] * 4
    assert (letter.headers["hiring-reason"], letter.headers["hiring-detail"]) == ("timeout", "longer than 0.05 s")


async def test_message_stays_when_the_broker_takes_no_copy_for_a_retry(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """It is acknowledged after its copy was confirmed, never before: the queue of the first delay is gone here."""
    handle = Tries(RuntimeError())
    async with consuming(quick, worker_db, trial(handle)):
        await until(lambda: is_consuming(broker))
        await (await broker._connection.channel()).queue_delete(retry_queue(NAME, 1))
        await publish(broker)
        await until(lambda: reached(handle, 2))
    assert await counts(broker) == (0, 0)


async def is_consuming(broker: Broker) -> bool:
    """Whether the consumer has asked for messages."""
    channel = await broker._connection.channel(publisher_confirms=False)
    queue = await channel.declare_queue(main_queue(NAME), passive=True)
    await channel.close()
    return bool(queue.declaration_result.consumer_count)


async def test_message_stays_when_the_broker_takes_no_dead_letter(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Until the binding of the dead letters is there again."""
    handle = Tries(NotFound(), NotFound(), NotFound())
    async with consuming(quick, worker_db, trial(handle)):
        await until(lambda: is_consuming(broker))
        channel = await broker._connection.channel()
        dead = await channel.get_queue(dead_queue(NAME), ensure=False)
        await dead.unbind(DEAD_EXCHANGE, dead_queue(NAME))
        event_id = await publish(broker)
        await until(lambda: reached(handle, 2))
        await dead.bind(DEAD_EXCHANGE, dead_queue(NAME))
        await until(lambda: is_dead(broker))
    assert [letter.message_id for letter in await drain(broker, dead_queue(NAME))] == [str(event_id)]


async def test_message_comes_again_when_the_connection_is_lost_after_its_effect(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """The effect is there, the acknowledgement is not: it is handled a second time over the next connection."""
    brokers: list[Broker] = []
    count, repeated = 0, asyncio.Event()

    async def cut_once(_: Event) -> None:
        nonlocal count
        count += 1
        if count == 1:
            await brokers[0]._connection.close()
        else:
            repeated.set()

    @asynccontextmanager
    async def connect(*, name: str) -> AsyncIterator[Broker]:
        async with open_broker(quick.rabbitmq, name=name) as opened:
            brokers.append(opened)
            yield opened

    stop, context = asyncio.Event(), Context(quick, worker_db, asyncio.Event())
    runner = Runner(trial(cut_once), context, connect, asyncio.Semaphore(4), stop)
    first = asyncio.create_task(runner.run())
    await publish(broker)
    with pytest.raises(BrokerUnavailable):
        await first
    second = asyncio.create_task(runner.run())
    await asyncio.wait_for(repeated.wait(), PATIENCE_S)
    stop.set()
    await second
    assert count == 2 and await counts(broker) == (0, 0)


async def test_message_is_finished_when_the_worker_stops(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """What has begun ends within the grace; a message that takes longer is cut and goes back to its queue."""
    begun: list[UUID] = []
    finished: list[UUID] = []
    cut: list[UUID] = []

    async def work(envelope: Event) -> None:
        begun.append(envelope.id)
        try:
            await asyncio.sleep(60 if len(begun) == 1 else 0.1)
        except asyncio.CancelledError:
            cut.append(envelope.id)
            raise
        finished.append(envelope.id)

    async with consuming(quick, worker_db, trial(work)) as stop:
        first_id = await publish(broker)
        await until(lambda: all_begun(begun, 1))
        second_id = await publish(broker)
        await until(lambda: all_begun(begun, 2))
        stop.set()
    assert (finished, cut) == ([second_id], [first_id])
    await until(lambda: has_returned(broker))


async def all_begun(begun: list[UUID], count: int) -> bool:
    return len(begun) == count


async def has_returned(broker: Broker) -> bool:
    """The message that was cut waits for another worker."""
    return await counts(broker) == (1, 0)
