"""RabbitMQ through aio-pika: connect, declare, publish with confirms, receive, count. The only importer of the driver.

A connection that was lost stays lost: its user gets BrokerUnavailable, and opens another when it starts again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import aio_pika
import msgspec
import pamqp.frame
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelPreconditionFailed, DeliveryError, PublishError
from pamqp.commands import Basic, Connection
from pamqp.constants import FRAME_HEADER_SIZE
from pamqp.exceptions import PAMQPException
from pamqp.header import ProtocolHeader

from hiring.config import RabbitMQ
from hiring.connectors.rabbitmq_topology import DEAD_EXCHANGE, EVENT_EXCHANGE, Binding, Topology
from hiring.foundation.logs import get_logger
from hiring.foundation.supervision import is_cancelled

HEARTBEAT_S = 10
"""Between two signs of life in both directions; three missing ones end a connection."""
CLOSE_TIMEOUT_S = 3.0
"""A broker that does not answer has this long to say goodbye."""
MAXIMUM_START_FRAME_BYTES = 65_536

log = get_logger(__name__)


class BrokerUnavailable(Exception):
    """The broker cannot be reached, did not answer in time, or refused."""


class NotAllPublished(BrokerUnavailable):
    """The broker has confirmed the first `confirmed_count` letters in full, and of the others perhaps some."""

    def __init__(self, sentence: str, confirmed_count: int) -> None:
        super().__init__(sentence)
        self.confirmed_count = confirmed_count


class Unroutable(NotAllPublished):
    """No queue takes a letter that must arrive: the broker has lost its queues."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A message to publish.

    `is_mandatory`: publishing fails when no queue takes it. `expires_ms`: a queue keeps it that long, None for ever.
    """

    routing_key: str
    body: bytes
    message_id: str | None
    type: str | None
    headers: Mapping[str, Any] = {}
    is_mandatory: bool = True
    expires_ms: int | None = None


class Delivery:
    """A message that a queue has lent; it comes back unless it is acknowledged."""

    __slots__ = ("_message", "_timeout_s")

    def __init__(self, message: AbstractIncomingMessage, timeout_s: float) -> None:
        self._message, self._timeout_s = message, timeout_s

    @property
    def body(self) -> bytes:
        return self._message.body

    @property
    def message_id(self) -> str | None:
        return self._message.message_id

    @property
    def type(self) -> str | None:
        return self._message.type

    @property
    def headers(self) -> Mapping[str, Any]:
        return self._message.headers

    async def acknowledge(self) -> None:
        """Takes the message out of its queue. Raises: BrokerUnavailable, then it will be delivered again."""
        async with _limited(self._timeout_s):
            await self._message.ack()

    async def give_back(self) -> None:
        """Returns the message to its queue, which counts the try. Raises: BrokerUnavailable."""
        async with _limited(self._timeout_s):
            await self._message.nack(requeue=True)


Receiver = Callable[[Delivery], Awaitable[None]]


class Broker:
    """One connection with its publishing channel. `lost` is set when the connection or a channel of it has ended."""

    def __init__(self, settings: RabbitMQ, connection: AbstractConnection) -> None:
        self._settings, self._connection = settings, connection
        self._publishing: Any = None
        self._timeout_s = settings.publish_timeout_ms / 1000
        self.lost = asyncio.Event()
        connection.close_callbacks.add(self._note_loss)

    async def prepare(self) -> None:
        """Opens the publishing channel; unroutable letters raise there, by default they would pass for delivered."""
        channel = self._connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.initialize()
        channel.close_callbacks.add(self._note_loss)
        self._publishing = await channel.get_underlay_channel()

    async def declare(self, topologies: Collection[Topology]) -> None:
        """Makes exchanges, queues and bindings; what is there stays as it is. Raises: BrokerUnavailable.

        A queue that was made with other settings is used as it is, and a warning says so.
        """
        async with _limited(self._timeout_s):
            async with self._connection.channel() as channel:
                await channel.declare_exchange(EVENT_EXCHANGE, "topic", durable=True)
                await channel.declare_exchange(DEAD_EXCHANGE, "direct", durable=True)
            for topology in topologies:
                for queue in topology.queues:
                    await self._declare_queue(queue.name, queue.arguments)
                await self._bind(topology.bindings)

    async def publish(self, exchange: str, letters: Sequence[Letter]) -> None:
        """Publishes letters in order and waits until the broker has confirmed all of them.

        Raises: Unroutable, NotAllPublished; then repeat all behind the letters that are confirmed.
        """
        outcomes = await asyncio.gather(*(self._publish(exchange, each) for each in letters), return_exceptions=True)
        failed = [(place, each) for place, each in enumerate(outcomes) if isinstance(each, BaseException)]
        if failed:
            confirmed_count, failure = failed[0]
            kind = Unroutable if isinstance(failure, PublishError) else NotAllPublished
            raise kind(_sentence(failure), confirmed_count) from failure

    @asynccontextmanager
    async def receiving(self, queue: str, prefetch_count: int, receive: Receiver) -> AsyncIterator[None]:
        """Calls `receive` with each message of a queue while the block runs, `prefetch_count` at once.

        After the block no more arrive; those that are held can still be acknowledged. Raises: BrokerUnavailable.
        """

        async def on_message(message: AbstractIncomingMessage) -> None:
            await receive(Delivery(message, self._timeout_s))

        async with _limited(self._timeout_s):
            channel = self._connection.channel(publisher_confirms=False)
            await channel.initialize()
            channel.close_callbacks.add(self._note_loss)
            underlay: Any = await channel.get_underlay_channel()
            underlay.on_consumer_cancel_callbacks.add(self._note_loss)
            await channel.set_qos(prefetch_count=prefetch_count)
            source = await channel.get_queue(queue, ensure=False)
            tag = await source.consume(on_message)
        yield
        if not self.lost.is_set():
            async with _limited(self._timeout_s):
                await source.cancel(tag)

    async def fetch(self, queue: str, maximum_count: int) -> list[Delivery]:
        """Lends up to `maximum_count` messages of a queue; those not acknowledged return when the connection closes.

        A queue that does not exist holds none: the worker has never run. Raises: BrokerUnavailable.
        """
        if not await self.count([queue]):
            return []
        deliveries: list[Delivery] = []
        async with _limited(None):
            channel = self._connection.channel(publisher_confirms=False)
            await channel.initialize()
            source = await channel.get_queue(queue, ensure=False)
            while len(deliveries) < maximum_count:
                message = await source.get(fail=False, timeout=self._timeout_s)
                if message is None:
                    break
                deliveries.append(Delivery(message, self._timeout_s))
        return deliveries

    async def count(self, queues: Sequence[str]) -> dict[str, int]:
        """How many messages wait in each queue; one that does not exist is left out. Raises: BrokerUnavailable."""
        counts: dict[str, int] = {}
        async with _limited(self._timeout_s):
            for name in queues:
                with suppress(aio_pika.exceptions.ChannelNotFoundEntity):
                    async with self._connection.channel(publisher_confirms=False) as channel:
                        queue = await channel.declare_queue(name, passive=True)
                        counts[name] = queue.declaration_result.message_count or 0
        return counts

    async def _publish(self, exchange: str, letter: Letter) -> None:
        properties = Basic.Properties(
            content_type="application/json",
            delivery_mode=2,
            message_id=letter.message_id,
            message_type=letter.type,
            headers=dict(letter.headers),
            expiration=None if letter.expires_ms is None else str(letter.expires_ms),
        )
        await self._publishing.basic_publish(
            letter.body, exchange=exchange, routing_key=letter.routing_key, properties=properties,
            mandatory=letter.is_mandatory, timeout=self._timeout_s, wait=False,
        )  # fmt: skip

    async def _declare_queue(self, name: str, arguments: Mapping[str, Any]) -> None:
        try:
            async with self._connection.channel() as channel:
                await channel.declare_queue(name, durable=True, arguments=dict(arguments))
        except ChannelPreconditionFailed as error:
            log.warning("rabbitmq.queue_differs", queue=name, detail=_sentence(error))

    async def _bind(self, bindings: Sequence[Binding]) -> None:
        async with self._connection.channel() as channel:
            for binding in bindings:
                queue = await channel.get_queue(binding.queue, ensure=False)
                await queue.bind(binding.exchange, binding.routing_key)

    def _note_loss(self, *_: Any) -> None:
        self.lost.set()


@asynccontextmanager
async def open_broker(settings: RabbitMQ, *, name: str) -> AsyncIterator[Broker]:
    """Connects to the broker under a name that its administrator sees; closes at the end. Raises: BrokerUnavailable."""
    timeout_s = settings.connect_timeout_ms / 1000
    async with _limited(timeout_s):
        connection = await aio_pika.connect(
            host=settings.host, port=settings.port, virtualhost=settings.virtual_host,
            login=settings.user, password=settings.password, timeout=timeout_s,
            heartbeat=HEARTBEAT_S, client_properties={"connection_name": name},
        )  # fmt: skip
    try:
        broker = Broker(settings, connection)
        async with _limited(timeout_s):
            await broker.prepare()
        yield broker
    finally:
        with suppress(BrokerUnavailable):
            async with _limited(CLOSE_TIMEOUT_S):
                await connection.close()


async def probe(settings: RabbitMQ) -> None:
    """Asks the broker for its first frame, which it gives before any login. Raises: BrokerUnavailable."""
    async with _limited(settings.connect_timeout_ms / 1000):
        reader, writer = await asyncio.open_connection(settings.host, settings.port)
        try:
            writer.write(ProtocolHeader().marshal())
            header = await reader.readexactly(FRAME_HEADER_SIZE)
            payload_bytes = pamqp.frame.frame_parts(header)[2] or 0
            if payload_bytes > MAXIMUM_START_FRAME_BYTES:
                raise BrokerUnavailable("It does not speak AMQP 0-9-1.")
            frame = pamqp.frame.unmarshal(header + await reader.readexactly(payload_bytes + 1))[2]
        except (PAMQPException, EOFError) as error:
            raise BrokerUnavailable("It does not speak AMQP 0-9-1.") from error
        finally:
            writer.close()
    if not isinstance(frame, Connection.Start):
        raise BrokerUnavailable("It does not speak AMQP 0-9-1.")


@asynccontextmanager
async def _limited(timeout_s: float | None) -> AsyncIterator[None]:
    """Limits the time of what is inside and turns what the driver raises into BrokerUnavailable."""
    with _typed():
        async with asyncio.timeout(timeout_s):
            yield


@contextmanager
def _typed() -> Iterator[None]:
    try:
        yield
    except BrokerUnavailable:
        raise
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise
        # what the driver tells a task that waits on a connection that ends
        raise BrokerUnavailable("The connection was lost.") from error
    except (*CONNECTION_EXCEPTIONS, DeliveryError) as error:
        raise BrokerUnavailable(_sentence(error)) from error


def _sentence(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
