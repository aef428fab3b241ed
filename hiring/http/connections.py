"""Connections of clients: how many there may be, and what of HTTP is refused before there is a request.

Tornado reads heads liberally, and answers what it cannot read with a bare status line or not at all. Here a head has
lines that end in CRLF alone (RFC 9112, section 2.2), and every refusal is a problem document. Only public interfaces of
Tornado are used, so that another HTTP parser can take its place.
"""

import asyncio
import re
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPInputError
from tornado.iostream import IOStream, StreamClosedError, UnsatisfiableReadError
from tornado.web import Application

from hiring.errors import ApiError, HeadTooLarge, Malformed
from hiring.foundation.ids import new_id
from hiring.http.admission import is_in, source_of
from hiring.http.answering import SECURITY_HEADERS
from hiring.http.dependencies import Dependencies
from hiring.http.replies import NO_STORE, problem
from hiring.services.api_metrics import REFUSED_CONNECTIONS

HEAD_BYTES = 65_536
"""The largest head of a request."""
READ_BYTES = 32_768
"""What Tornado reads at once, and so holds of a body that is only dropped."""
BUFFER_BYTES = 2 * HEAD_BYTES
"""What Tornado may hold of a connection that nobody has asked for yet."""
SMALL_CHUNK_BYTES = 64
MAXIMUM_SMALL_CHUNKS = 128
"""Of one body: each chunk costs the event loop the same time, however small it is."""
WRONG_LINE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")
TORNADO_REFUSAL = b"HTTP/1.1 400 Bad Request\r\n\r\n"
REASONS = {400: "Bad Request", 431: "Request Header Fields Too Large"}
LINGER_S = 2.0
LINGER_BYTES = 16 * 1024 * 1024
"""For so long, and so much, a refused client is read on: a reset would take away the answer before it is read."""
MAXIMUM_LINGERING = 100


class ClientStream(IOStream):
    """A client's connection, which refuses what is no request, with an answer that arrives.

    `is_refused`: the client may still be sending when the connection is closed.
    """

    is_refused = False

    def __init__(self, connection: socket.socket, client: str, linger: Callable[[socket.socket, bytes], None]) -> None:
        super().__init__(connection, max_buffer_size=BUFFER_BYTES, read_chunk_size=READ_BYTES)
        super().set_nodelay(True)
        self.client = client
        self._linger = linger
        self._reads_head = False
        self._small_chunk_count = 0

    def set_nodelay(self, value: bool) -> None:
        """Leaves it as it is: Tornado changes it twice for each request, and an answer is written at once anyway."""

    async def read_until_regex(self, regex: bytes, max_bytes: int | None = None) -> bytes:
        """Reads a head, which is all that Tornado reads in this way. Raises: HTTPInputError, StreamClosedError.

        What a client sent ahead is not answered once it is gone; Tornado would go through all that it holds.
        """
        if self.closed():
            raise StreamClosedError(self.error)
        self._reads_head, self._small_chunk_count = True, 0
        head = await super().read_until_regex(regex, max_bytes)
        self._reads_head = False
        if WRONG_LINE_END.search(head):
            raise HTTPInputError("A line of the head does not end in CRLF.")
        return head

    async def read_until(self, delimiter: bytes, max_bytes: int | None = None) -> bytes:
        """Reads the line that begins a chunk, which is all that Tornado reads in this way. Raises: HTTPInputError."""
        line = await super().read_until(delimiter, max_bytes)
        if is_small_chunk(line):
            self._small_chunk_count += 1
        if self._small_chunk_count > MAXIMUM_SMALL_CHUNKS:
            raise HTTPInputError("The body comes in too many small chunks.")
        return line

    def write(self, data: bytes | memoryview) -> "asyncio.Future[None]":
        """Sends bytes; Tornado's bare refusal becomes a problem document."""
        if data == TORNADO_REFUSAL:
            self.is_refused = True
            data = refusal_of(Malformed())
        return super().write(data)

    def close(self, exc_info: Any = False) -> None:
        """Closes the connection; a client that was refused is read on for a while."""
        answer = b""
        if isinstance(exc_info, UnsatisfiableReadError):  # a head, or the line of a chunk, does not end
            self.is_refused, answer = True, refusal_of(HeadTooLarge() if self._reads_head else Malformed())
        if self.is_refused and not self.closed():
            with suppress(OSError):  # the client may be gone already
                self._linger(self.socket.dup(), answer)
        super().close(exc_info)


def is_small_chunk(line: bytes) -> bool:
    """Whether the line that begins a chunk announces few bytes; Tornado refuses a line that announces nothing."""
    try:
        return int(line, 16) < SMALL_CHUNK_BYTES
    except ValueError:
        return False


class LimitedServer(HTTPServer):
    """Tornado's server with a limit on connections, of each client and of all."""

    def initialize(self, application: Application, dependencies: Dependencies) -> None:  # type: ignore[override]
        """Takes the place of `__init__`, as Tornado has it."""
        api = dependencies.settings.api
        super().initialize(
            application, max_header_size=HEAD_BYTES, max_body_size=api.max_upload_bytes, chunk_size=READ_BYTES,
            idle_connection_timeout=api.idle_timeout_ms / 1000, body_timeout=api.body_timeout_ms / 1000,
        )  # fmt: skip
        self._api, self._proxies = api, dependencies.trusted_proxies
        self._by_client: Counter[str] = Counter()
        self._lingering: set[asyncio.Task[None]] = set()

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Lets a connection in, or closes it."""
        client = source_of(address[0])
        if len(self._connections) >= self._api.max_connections:
            refuse_connection(stream, "all")
        elif self._by_client[client] >= self._api.max_connections_per_client and not is_in(address[0], self._proxies):
            refuse_connection(stream, "client")
        else:
            self._by_client[client] += 1
            # the system cuts off a client that does not take its answer, in whatever buffer that waits
            stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self._api.body_timeout_ms)
            super().handle_stream(ClientStream(stream.socket, client, self.linger), address)

    def on_close(self, server_conn: object) -> None:
        """Forgets a connection that has ended."""
        super().on_close(server_conn)
        client = server_conn.stream.client  # type: ignore[attr-defined]  # the stream above
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]

    def linger(self, connection: socket.socket, answer: bytes) -> None:
        """Reads a refused client on, beside the connections that are served; no more than MAXIMUM_LINGERING."""
        if len(self._lingering) >= MAXIMUM_LINGERING:
            connection.close()
            return
        task = asyncio.create_task(say_goodbye(connection, answer))
        self._lingering.add(task)
        task.add_done_callback(self._lingering.discard)

    def stop(self) -> None:
        """Listens no more; who was connected before is let in, where closing the socket would cut them off."""
        for listener in self._sockets.values():
            with suppress(BlockingIOError):
                while True:
                    self._handle_connection(*listener.accept())
        super().stop()

    async def close_all_connections(self) -> None:
        """Closes every connection, also those of refused clients."""
        await super().close_all_connections()
        for task in self._lingering:
            task.cancel()
        await asyncio.gather(*self._lingering, return_exceptions=True)


def refuse_connection(stream: IOStream, limit: str) -> None:
    """Closes a connection that is one too many."""
    REFUSED_CONNECTIONS.labels(limit).inc()
    stream.close()


def refusal_of(error: ApiError) -> bytes:
    """The answer to what is no request: a problem document and the end of the connection."""
    request_id = new_id()
    body = msgspec.json.encode(problem(error, request_id))
    headers = SECURITY_HEADERS | {
        "Request-Id": str(request_id), "Content-Type": "application/problem+json", "Cache-Control": NO_STORE,
        "Connection": "close", "Content-Length": str(len(body)),
    }  # fmt: skip
    status = error.kind.status
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def say_goodbye(connection: socket.socket, answer: bytes) -> None:
    """Sends the answer, if it is still to be sent, then drops what comes until the client ends or LINGER_S is over."""
    loop, left = asyncio.get_running_loop(), LINGER_BYTES
    with connection, suppress(OSError, TimeoutError):
        async with asyncio.timeout(LINGER_S):
            await loop.sock_sendall(connection, answer)
            connection.shutdown(socket.SHUT_WR)
            while left > 0 and (chunk := await loop.sock_recv(connection, HEAD_BYTES)):
                left -= len(chunk)
