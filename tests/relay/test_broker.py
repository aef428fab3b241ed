"""What a letter carries to the broker and back, what a queue lends, and what a server is that is no broker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext

import msgspec
import pytest
from pamqp.commands import Connection
from pamqp.frame import marshal
from structlog.testing import capture_logs

from hiring.config import Settings
from hiring.connectors.rabbitmq import (
    Broker,
    BrokerUnavailable,
    Delivery,
    Letter,
    NotAllPublished,
    Unroutable,
    open_broker,
    probe,
)
from hiring.connectors.rabbitmq_topology import DEFAULT_EXCHANGE, EVENT_EXCHANGE, Queue, Topology, main_queue, topology
from tests.background import drain, until

TRIAL = topology("trial-broker", ["trial_broker.*"], retry_count=1, delivery_limit=20)
FRAME_AROUND_BYTES = 8
"""What a frame has around its payload: seven bytes before and one behind."""
QUEUE, TYPE = main_queue("trial-broker"), "trial_broker.happened"


@pytest.fixture
async def queue(broker: Broker) -> str:
    await broker.declare([TRIAL])
    await drain(broker, QUEUE)
    return QUEUE


def letter(number: int = 1, **changes: object) -> Letter:
    """An event of the trial, or a letter that differs from one."""
    made = Letter(routing_key=TYPE, body=b"%d" % number, message_id=str(number), type=TYPE)
    return msgspec.structs.replace(made, **changes)


async def waiting(broker: Broker, queue: str) -> int:
    return (await broker.count([queue]))[queue]


async def test_peer_that_is_gone_is_noticed_after_seconds(broker: Broker) -> None:
    """Both sides have agreed on a sign of life every ten seconds; the broker's own default is a minute."""
    tuned = broker._connection.transport.connection.connection_tune  # type: ignore[union-attr]  # it is connected
    assert tuned.heartbeat == 10


async def test_letter_arrives_as_it_was_published(broker: Broker, queue: str) -> None:
    """With its id, type and headers; it outlives the broker's restart and is known as JSON."""
    await broker.publish(EVENT_EXCHANGE, [letter(headers={"hiring-tries": 3})])
    [delivery] = await drain(broker, queue)
    assert (delivery.body, delivery.message_id, delivery.type) == (b"1", "1", TYPE)
    assert delivery.headers["hiring-tries"] == 3
    message = delivery._message
    assert (message.content_type, int(message.delivery_mode), message.expiration) == ("application/json", 2, None)
    await broker.publish(DEFAULT_EXCHANGE, [letter(routing_key=queue, expires_ms=60_000)])
    [delivery] = await drain(broker, queue)
    assert delivery._message.expiration == 60.0


async def test_letter_waits_out_its_time_and_returns(broker: Broker, queue: str) -> None:
    """From the queue of a retry to that of its consumer."""
    await broker.publish(DEFAULT_EXCHANGE, [letter(routing_key=f"{queue}.retry.1", expires_ms=1)])

    async def is_back() -> bool:
        return await waiting(broker, queue) == 1

    await until(is_back)


@pytest.mark.parametrize(("place", "confirmed_count"), [(0, 0), (2, 2)])
async def test_letter_without_a_queue_is_told_when_it_must_have_one(
    broker: Broker, queue: str, place: int, confirmed_count: int
) -> None:
    """With the number of those before it; one that need not arrive is dropped in silence."""
    letters = [letter(number) for number in range(3)]
    letters[place] = letter(place, routing_key="nobody.wants")
    with pytest.raises(Unroutable) as refused:
        await broker.publish(EVENT_EXCHANGE, letters)
    assert refused.value.confirmed_count == confirmed_count and isinstance(refused.value, NotAllPublished)
    letters[place] = letter(place, routing_key="nobody.wants", is_mandatory=False)
    await broker.publish(EVENT_EXCHANGE, letters)
    assert len(await drain(broker, queue)) == 4


async def test_queue_lends_as_many_as_are_asked_for(broker: Broker, settings: Settings, queue: str) -> None:
    """What is not acknowledged is there again; a queue that does not exist holds none and is not counted."""
    await broker.publish(EVENT_EXCHANGE, [letter(number) for number in range(3)])
    async with open_broker(settings.rabbitmq, name="hiring test lends") as other:
        lent = await other.fetch(queue, 2)
        assert [each.body for each in lent] == [b"0", b"1"]
        await lent[1].give_back()
        assert await other.fetch(queue, 0) == [] and await other.fetch("hiring.nobody", 5) == []

        async def is_back() -> bool:
            return await other.count(["hiring.nobody", queue]) == {queue: 2}

        await until(is_back)

    async def are_back() -> bool:
        return await waiting(broker, queue) == 3

    await until(are_back)
    assert await broker.count([queue]) == {queue: 3}
    assert len(await broker.fetch(queue, 3)) == 3


async def test_nothing_arrives_after_the_receiving(broker: Broker, queue: str) -> None:
    """At most so many are lent at once; what is held can be acknowledged after the block."""
    held: list[Delivery] = []
    second = asyncio.Event()

    async def receive(delivery: Delivery) -> None:
        held.append(delivery)
        if len(held) == 2:
            second.set()

    await broker.publish(EVENT_EXCHANGE, [letter(number) for number in range(3)])
    async with broker.receiving(queue, 2, receive):
        async with asyncio.timeout(60):
            await second.wait()
        assert await waiting(broker, queue) == 1
    for delivery in held:
        await delivery.acknowledge()
    assert len(held) == 2 and await waiting(broker, queue) == 1


async def test_queue_stays_as_it_was_made_when_its_settings_differ(broker: Broker, queue: str) -> None:
    """The worker goes on with it, and tells which it is and what the broker said."""
    changed = [Queue(each.name, dict(each.arguments) | {"x-delivery-limit": 5}) for each in TRIAL.queues]
    with capture_logs() as lines:
        await broker.declare([Topology("trial-broker", changed, TRIAL.bindings)])
    assert not broker.lost.is_set()
    assert all("x-delivery-limit" in line.pop("detail") for line in lines)
    differs = {"event": "rabbitmq.queue_differs", "log_level": "warning"}
    assert lines == [differs | {"queue": each.name} for each in TRIAL.queues]
    await broker.publish(EVENT_EXCHANGE, [letter()])
    assert len(await drain(broker, queue)) == 1


@asynccontextmanager
async def answering(answer: bytes) -> AsyncIterator[int]:
    """A server that says something and hangs up; its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"HTTP/1.1 400 Bad\r\n\r\n", b"AMQP\0\1\0\0", b"\x01\0\0\0\xff\xff\xff", b"\x08\0\0\0\0\0\0\xce",
        b"\x01\0\0\0\0\0\x04\0\x0a\0\x1e\xce",
    ],
)  # fmt: skip
async def test_server_is_no_broker_when_it_says_something_else(settings: Settings, answer: bytes) -> None:
    """Nothing, another protocol, a frame that is too long, or another frame than the first one."""
    await probe(settings.rabbitmq)
    async with answering(answer) as port:
        with pytest.raises(BrokerUnavailable):
            await probe(msgspec.structs.replace(settings.rabbitmq, host="127.0.0.1", port=port))


def greeting(payload_bytes: int) -> bytes:
    """A broker's first frame, so long."""

    def frame(padding: int) -> bytes:
        return marshal(Connection.Start(server_properties={"product": "x" * padding}), 0)

    return frame(payload_bytes - (len(frame(1)) - FRAME_AROUND_BYTES) + 1)


async def test_first_frame_is_read_when_it_is_short_enough(settings: Settings) -> None:
    """64 KiB, and not a byte more, whoever says that it is a broker."""
    for payload_bytes, expected in ((65_536, nullcontext()), (65_537, pytest.raises(BrokerUnavailable))):
        async with answering(greeting(payload_bytes)) as port:
            with expected:
                await probe(msgspec.structs.replace(settings.rabbitmq, host="127.0.0.1", port=port))
