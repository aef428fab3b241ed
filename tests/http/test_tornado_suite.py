"""Tornado's own tests of its HTTP server and of its past vulnerabilities, against connections read by llhttp."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.test import httpserver_test, security_corpus_test
from tornado.testing import AsyncTestCase, ExpectLog

from hiring.http.http1 import ServerConnection
from hiring.http.http1_server import Context
from hiring.http.reader import Fault

REFUSALS = {
    Fault.MALFORMED: b"HTTP/1.1 400 Bad Request\r\n\r\n", Fault.HEAD_TOO_LARGE: b"HTTP/1.1 431 Too Large\r\n\r\n",
}  # fmt: skip
LEFT_OUT = {
    "SSLTest": "TLS ends at a proxy",
    "SSLXHeaderTest": "TLS ends at a proxy",
    "BadSSLOptionsTest": "TLS ends at a proxy",
    "UnixSocketTest": "clients come by TCP",
    "XHeaderTest": "admission reads what a proxy forwards",
    "GzipTest": "a body with a content coding is refused",
    "GzipMemoryTest": "a body with a content coding is refused",
    "StreamingChunkSizeTest.test_compressed_body": "a body with a content coding is refused",
    "StreamingChunkSizeTest.test_chunked_compressed": "a body with a content coding is refused",
    "StreamingChunkSizeTest.test_regular_body": "pieces of a body are never larger than asked for, but may be smaller",
    "HTTPConnectionTest.test_newlines": "a line of a head ends in CRLF alone",
}
"""What of it does not hold for our connections, and why: whole classes, or single tests."""


class Server(HTTPServer):
    """Tornado's server, over connections of ours."""

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        """Takes the place of `__init__`."""
        super().initialize(*args, **kwargs)
        self.opened: dict[ServerConnection, asyncio.Task[Any]] = {}

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Begins a connection."""
        context = Context(address[0], self.protocol or "http")
        opened = ServerConnection(self, self.conn_params, context, REFUSALS.__getitem__, lambda connection: True)
        loop = asyncio.get_running_loop()
        self.opened[opened] = loop.create_task(loop.connect_accepted_socket(lambda: opened, stream.socket))

    def on_close(self, server_conn: Any) -> None:
        """Forgets a connection that has ended."""
        self.opened.pop(server_conn, None)

    async def close_all_connections(self) -> None:
        """Cuts every connection."""
        for connection, begun in list(self.opened.items()):
            await begun
            connection.close()
            await connection.ended


def no_line_needed(logger: logging.Logger, regex: str, *args: Any, **kwargs: Any) -> ExpectLog:
    """Stands for ExpectLog: what Tornado's connection logs of a malformed request, ours does not."""
    return ExpectLog(logger, regex, required=False)


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tornado's tests make our server."""
    for module in (httpserver_test, security_corpus_test):
        monkeypatch.setattr(module, "ExpectLog", no_line_needed, raising=False)
        monkeypatch.setattr(module, "HTTPServer", Server)
    monkeypatch.setattr("tornado.testing.HTTPServer", Server)
    monkeypatch.setattr(logging.getLogger("tornado.access"), "level", logging.ERROR)


def adopted() -> Iterator[tuple[str, type]]:
    """Tornado's classes of tests, without what is left out."""
    for module in (httpserver_test, security_corpus_test):
        for name, found in vars(module).items():
            is_test = (
                isinstance(found, type) and issubclass(found, AsyncTestCase) and found.__module__ == module.__name__
            )
            if is_test and name.endswith("Test") and name not in LEFT_OUT:
                without = {each.partition(".")[2]: None for each in LEFT_OUT if each.startswith(f"{name}.")}
                yield name, type(name, (found,), without | {"__module__": __name__})


globals().update(adopted())


def test_what_is_left_out_is_there() -> None:
    """A release of Tornado that renames a test is looked at."""
    for name in LEFT_OUT:
        group, _, test = name.partition(".")
        assert hasattr(getattr(httpserver_test, group), test or "run"), name
    assert sum(len([each for each in dir(found) if each.startswith("test_")]) for _, found in adopted()) > 50
