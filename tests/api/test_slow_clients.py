"""Who takes an answer slowly gets all of it, also from a process that stops; who takes none is cut off."""

import asyncio
import gc
import re
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

import msgspec
import pytest
from tornado.netutil import bind_sockets

from hiring.api import drain, http_server
from hiring.config import Settings
from hiring.http import lingering
from hiring.http.dependencies import Dependencies, Traffic
from hiring.http.reader import READ_BYTES, RequestReader
from tests.api.conftest import PARSERS, Serve
from tests.background import until


@pytest.fixture(params=PARSERS)
def parser(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


def bind_far_away(port: int, host: str) -> list[socket.socket]:
    """As for clients behind a long line: the system takes 64 KB of an answer at once, not megabytes."""
    sockets = bind_sockets(port, host)
    for each in sockets:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
    return sockets


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients are far away."""
    monkeypatch.setattr("tests.serving.bind_sockets", bind_far_away)


async def taken(address: str, request: str, began: Callable[[], None] = lambda: None) -> tuple[int, int]:
    """How many bytes of an answer come to a client that takes it slowly, and how many were announced."""
    where, loop = urlsplit(address), asyncio.get_running_loop()
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        client.settimeout(0)
        await loop.sock_connect(client, (where.hostname, where.port))
        await loop.sock_sendall(client, request.encode())
        text, announced = b"", 0
        async with asyncio.timeout(60):
            while len(text) < announced or not announced:
                piece = await loop.sock_recv(client, 16_384)
                if not piece:
                    break
                if not text:
                    began()
                text += piece
                head, _, _ = text.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: (\d+)", head)
                announced = len(head) + 4 + int(length[1]) if length else 0
                await asyncio.sleep(0.03)
    return len(text), announced


@pytest.mark.parametrize("more", ["", "Connection: close\r\n"])
async def test_whole_answer_comes_when_its_client_is_slower_than_the_limits(
    serve: Serve, far_away: None, monkeypatch: pytest.MonkeyPatch, more: str
) -> None:
    """Silence begins behind the answer; also where bytes that belong to nothing follow the last request."""
    monkeypatch.setattr(lingering, "LINGER_S", 0.2)
    async with serve(idle_timeout_ms=200) as address:
        ended = "\r\n" if more else ""
        count, announced = await taken(address, f"GET /openapi.json HTTP/1.1\r\nHost: a\r\n{more}\r\n{ended}")
        assert count == announced > 500_000


async def test_whole_answer_comes_when_the_process_stops(
    dependencies: Dependencies, settings: Settings, parser: str
) -> None:
    """Within the grace."""
    api = msgspec.structs.replace(settings.api, http_parser=parser)
    changed = replace(dependencies, settings=msgspec.structs.replace(settings, api=api), traffic=Traffic())
    server, stopping = http_server(changed), list[asyncio.Task[None]]()
    sockets = bind_far_away(0, "127.0.0.1")
    server.add_sockets(sockets)
    address = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    request = "GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
    began = time.monotonic()
    count, announced = await taken(
        address, request, lambda: stopping.append(asyncio.create_task(drain(server, changed)))
    )
    await stopping[0]
    assert count == announced > 500_000
    assert time.monotonic() - began < api.stop_grace_ms / 1000


async def test_answer_is_cut_off_when_nobody_takes_it(serve: Serve) -> None:
    """A client that asks for much and reads nothing loses its connection after `body_timeout_ms`."""
    async with serve(body_timeout_ms=300) as address:
        host, port = address.removeprefix("http://").split(":")
        _, writer = await asyncio.open_connection(host, int(port), limit=1_024)
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of a socket has it
        asset = "GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n"
        writer.write(asset.encode() * 50)

        async def is_cut() -> bool:
            writer.write(b"G")
            return writer.transport.is_closing()

        await until(is_cut)


@pytest.mark.parametrize("parser", ["httptools"])
async def test_little_is_kept_of_what_is_sent_ahead(serve: Serve, parser: str) -> None:
    """Of a client whose request is not answered yet, or who takes no answer; the rest waits in the system."""
    async with serve() as address:
        where = urlsplit(address)
        _, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of a socket has it
        ahead = f"GET /docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\nA: {'a' * 1_000}\r\n\r\n"
        writer.write(ahead.encode() * 1_000)

        async def is_held() -> bool:
            return max(kept()) > 0

        await until(is_held)
        await asyncio.sleep(0.5)
        assert max(kept()) <= len(ahead) + READ_BYTES
        writer.close()


def kept() -> list[int]:
    """How many bytes each connection has taken that nobody has read yet."""
    return [len(each.unread) for each in gc.get_objects() if isinstance(each, RequestReader)]
