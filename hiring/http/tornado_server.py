"""The server over Tornado's own HTTP/1 connection, which can take the place of ours (`http1_server.py`).

Tornado reads heads liberally, and answers what it cannot read with a bare status line or not at all. Here a head has
lines that end in CRLF alone (RFC 9112, section 2.2), and every refusal is a problem document.
"""

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPInputError
from tornado.iostream import IOStream, StreamClosedError, UnsatisfiableReadError

from hiring.http import lingering
from hiring.http.connections import HEAD_BYTES, LimitedServer, refusal_of
from hiring.http.dependencies import Dependencies
from hiring.http.reader import MAXIMUM_SMALL_CHUNKS, READ_BYTES, SMALL_CHUNK_BYTES, Fault
from hiring.http.routing import Application

BUFFER_BYTES = 2 * HEAD_BYTES
"""What Tornado may hold of a connection that nobody has asked for yet."""
WRONG_LINE_END = re.compile(rb"\r(?!\n)|(?<!\r)\n")
TORNADO_REFUSAL = b"HTTP/1.1 400 Bad Request\r\n\r\n"


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
            data = refusal_of(Fault.MALFORMED)
        return super().write(data)

    def close(self, exc_info: Any = False) -> None:
        """Closes the connection; a client that was refused is read on for a while."""
        answer = b""
        if isinstance(exc_info, UnsatisfiableReadError):  # a head, or the line of a chunk, does not end
            self.is_refused, answer = True, refusal_of(Fault.HEAD_TOO_LARGE if self._reads_head else Fault.MALFORMED)
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


class TornadoServer(LimitedServer):
    """Answers requests over Tornado's connections."""

    def initialize(self, application: Application, dependencies: Dependencies) -> None:  # type: ignore[override]
        """Takes the place of `__init__`, as Tornado has it."""
        super().initialize(application, dependencies)
        self._lingering: set[asyncio.Task[None]] = set()
        self._streams: WeakSet[ClientStream] = WeakSet()

    def serve(self, connection: socket.socket, client: str, address: Any) -> None:
        """Begins a connection."""
        stream = ClientStream(connection, client, self.linger)
        self._streams.add(stream)
        HTTPServer.handle_stream(self, stream, address)

    def is_sending(self) -> bool:
        """Whether a client has not taken all that it was answered."""
        return any(stream.writing() for stream in self._streams)

    def on_close(self, server_conn: object) -> None:
        """Forgets a connection that has ended."""
        super().on_close(server_conn)
        self.leave(server_conn.stream.client)  # type: ignore[attr-defined]  # the stream above

    def linger(self, connection: socket.socket, answer: bytes) -> None:
        """Reads a refused client on, beside the connections that are served; no more than a few."""
        if len(self._lingering) >= lingering.MAXIMUM_LINGERING:
            connection.close()
            return
        task = asyncio.create_task(say_goodbye(connection, answer))
        self._lingering.add(task)
        task.add_done_callback(self._lingering.discard)

    async def close_all_connections(self) -> None:
        """Closes every connection, also those of refused clients."""
        await super().close_all_connections()
        for task in self._lingering:
            task.cancel()
        await asyncio.gather(*self._lingering, return_exceptions=True)


async def say_goodbye(connection: socket.socket, answer: bytes) -> None:
    """Sends the answer, if it is still to be sent, then drops what comes until the client ends or the time is over."""
    loop, left = asyncio.get_running_loop(), lingering.LINGER_BYTES
    with connection, suppress(OSError, TimeoutError):
        async with asyncio.timeout(lingering.LINGER_S):
            await loop.sock_sendall(connection, answer)
            connection.shutdown(socket.SHUT_WR)
            while left > 0 and (chunk := await loop.sock_recv(connection, HEAD_BYTES)):
                left -= len(chunk)
