"""Connections of clients: how many there may be, and how what is no request is answered."""

import asyncio
import socket
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import msgspec
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from hiring.errors import HeadTooLarge, Malformed
from hiring.foundation.ids import new_id
from hiring.http.admission import is_in, source_of
from hiring.http.answering import SECURITY_HEADERS
from hiring.http.dependencies import Dependencies
from hiring.http.reader import READ_BYTES, Fault
from hiring.http.replies import NO_STORE, problem
from hiring.http.routing import Application
from hiring.services.api_metrics import REFUSED_CONNECTIONS

HEAD_BYTES = 65_536
"""The largest head of a request."""
SENDING_S = 0.02
"""How often a stopping process looks whether clients have taken their answers."""
REASONS = {400: "Bad Request", 431: "Request Header Fields Too Large"}


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
        self._count = 0
        self._listeners: list[socket.socket] = []

    def add_sockets(self, sockets: Iterable[socket.socket]) -> None:
        """Accepts connections from them."""
        self._listeners = list(sockets)
        super().add_sockets(self._listeners)

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Lets a connection in, or closes it."""
        client = source_of(address[0])
        if self._count >= self._api.max_connections:
            refuse_connection(stream, "all")
        elif self._by_client[client] >= self._api.max_connections_per_client and not is_in(address[0], self._proxies):
            refuse_connection(stream, "client")
        else:
            self._by_client[client] += 1
            self._count += 1
            # the system cuts off a client that does not take its answer, in whatever buffer that waits
            stream.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, self._api.body_timeout_ms)
            self.serve(stream.socket, client, address)

    def serve(self, connection: socket.socket, client: str, address: Any) -> None:
        """Answers the requests of a connection; calls `leave` at its end."""
        raise NotImplementedError

    def is_sending(self) -> bool:
        """Whether a client has not taken all that it was answered."""
        raise NotImplementedError

    async def delivered(self) -> None:
        """Waits until every client has taken what it was answered; give it a time limit."""
        while self.is_sending():  # noqa: ASYNC110  # a transport tells nobody when it has sent the last byte
            await asyncio.sleep(SENDING_S)

    def leave(self, client: str) -> None:
        """Forgets a connection that has ended."""
        self._count -= 1
        self._by_client[client] -= 1
        if not self._by_client[client]:
            del self._by_client[client]

    def stop(self) -> None:
        """Listens no more; who was connected before is let in, where closing the socket would cut them off."""
        for listener in self._listeners:
            with suppress(BlockingIOError):
                while True:
                    connection, address = listener.accept()
                    self.handle_stream(IOStream(connection), address)
        super().stop()


def refuse_connection(stream: IOStream, limit: str) -> None:
    """Closes a connection that is one too many."""
    REFUSED_CONNECTIONS.labels(limit).inc()
    stream.close()


def refusal_of(fault: Fault) -> bytes:
    """The answer to what is no request: a problem document and the end of the connection."""
    error = HeadTooLarge() if fault is Fault.HEAD_TOO_LARGE else Malformed()
    request_id = new_id()
    body = msgspec.json.encode(problem(error, request_id))
    headers = SECURITY_HEADERS | {
        "Request-Id": str(request_id), "Content-Type": "application/problem+json", "Cache-Control": NO_STORE,
        "Connection": "close", "Content-Length": str(len(body)),
    }  # fmt: skip
    status = error.kind.status
    lines = [f"HTTP/1.1 {status} {REASONS[status]}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body
