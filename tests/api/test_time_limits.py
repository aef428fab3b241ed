"""How long a client may take, a request, and a stop: each limit from both sides."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from uuid import UUID

import msgspec
import pytest
from tornado.netutil import bind_sockets

from hiring.api import drain, http_server
from hiring.http import lingering
from hiring.http.dependencies import Dependencies, Traffic
from tests.api.conftest import PARSERS, Rows, Serve
from tests.background import until
from tests.client import Client

HEAD = "Host: a\r\nContent-Type: application/json\r\n"
LOGIN = f"POST /api/v1/login HTTP/1.1\r\n{HEAD}Content-Length: 20\r\n\r\n"
REFUSED = f"GET / HTTP/1.1\n{HEAD}\r\n"
ALIVE = f"GET /livez HTTP/1.1\r\n{HEAD}\r\n"
SHORT_MS, LONG_MS = 400, 60_000
PATIENCE_S = 30.0
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(params=PARSERS)
def parser(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@asynccontextmanager
async def connected(address: str, sent: str) -> AsyncIterator[Connection]:
    """A connection that has sent something."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(sent.encode())
        yield reader, writer
    finally:
        writer.close()


async def ends_after_s(address: str, sent: str) -> float:
    """How long a client is waited for that sends this and no more."""
    began = time.monotonic()
    async with connected(address, sent) as (reader, _):
        async with asyncio.timeout(PATIENCE_S):
            await reader.read()
        return time.monotonic() - began


@pytest.mark.parametrize("sent", ["", "GET /livez HTTP/1.1\r\nHost:", ALIVE])
async def test_connection_ends_when_no_head_comes_in_time(serve: Serve, sent: str) -> None:
    """None at all, half of one, or none after an answer; a client in time is answered."""
    async with serve(idle_timeout_ms=SHORT_MS, body_timeout_ms=LONG_MS) as address:
        assert SHORT_MS / 1000 * 0.9 < await ends_after_s(address, sent) < PATIENCE_S
    async with (
        serve(idle_timeout_ms=LONG_MS, body_timeout_ms=SHORT_MS) as address,
        connected(address, "GET /livez") as (reader, writer),
    ):
        await asyncio.sleep(2.5 * SHORT_MS / 1000)
        writer.write(f" HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n".encode())
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")


async def test_connection_ends_when_a_body_does_not_come_in_time(serve: Serve) -> None:
    """Whatever time its head may take; one that comes in time is read."""
    async with serve(idle_timeout_ms=LONG_MS, body_timeout_ms=SHORT_MS) as address:
        assert SHORT_MS / 1000 * 0.9 < await ends_after_s(address, LOGIN + "{") < PATIENCE_S
    async with (
        serve(idle_timeout_ms=SHORT_MS, body_timeout_ms=LONG_MS) as address,
        connected(address, LOGIN + "{") as (reader, writer),
    ):
        await asyncio.sleep(2.5 * SHORT_MS / 1000)
        writer.write(b"}".ljust(19))
        assert (await reader.readline()).startswith(b"HTTP/1.1 422 ")


async def test_request_is_answered_when_it_takes_too_long(ada: Client, serve: Serve, rows: Rows) -> None:
    """503 before the lock that it waits for could be given up; nothing is changed."""
    department = await ada.made("/departments", {"name": "A"})
    token = ada.headers["Authorization"].removeprefix("Bearer ")
    async with serve(request_timeout_ms=300) as address, Client(address, token) as client:
        await rows("BEGIN; SELECT id FROM departments WHERE id = %(id)s FOR UPDATE", id=UUID(department["id"]))
        try:
            answer = await client.patch(f"/api/v1/departments/{department['id']}", json={"name": "B"})
        finally:
            await rows("COMMIT; SELECT 1")
    assert (answer.status_code, answer.json()["detail"]) == (503, "The request took too long.")
    assert answer.headers["Retry-After"] == "1"


async def stopped_s(dependencies: Dependencies, grace_ms: int, answered_after_s: float | None = None) -> float:
    """How long a stop takes while a client sends its body, and that the client has its answer if it ends in time."""
    api = msgspec.structs.replace(dependencies.settings.api, stop_grace_ms=grace_ms)
    own = replace(
        dependencies, settings=msgspec.structs.replace(dependencies.settings, api=api), traffic=Traffic()
    )  # fmt: skip
    server = http_server(own)
    [socket] = bind_sockets(0, "127.0.0.1")
    server.add_sockets([socket])

    async def has_begun() -> bool:
        return own.traffic.running_count == 1

    async with connected(f"http://127.0.0.1:{socket.getsockname()[1]}", LOGIN + "{") as (reader, writer):
        await until(has_begun)
        began = time.monotonic()
        if answered_after_s is not None:
            asyncio.get_running_loop().call_later(answered_after_s, writer.write, b"}".ljust(19))
        async with asyncio.timeout(PATIENCE_S):
            await drain(server, own)
            took_s = time.monotonic() - began
            answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 422 ") is (answered_after_s is not None)
    return took_s


async def test_stop_waits_for_a_request_within_the_grace(dependencies: Dependencies) -> None:
    """And no longer: who is not done by then is cut off."""
    assert 0.45 < await stopped_s(dependencies, 500) < 15
    assert 0.65 < await stopped_s(dependencies, 20_000, answered_after_s=0.7) < 15


@pytest.mark.parametrize(("seconds", "count"), [(0.3, 1_000_000_000), (600.0, 100_000)])
async def test_refused_client_is_read_on_for_a_while(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, seconds: float, count: int
) -> None:
    """For so long, and so much."""
    monkeypatch.setattr(lingering, "LINGER_S", seconds)
    monkeypatch.setattr(lingering, "LINGER_BYTES", count)
    async with serve() as address, connected(address, REFUSED) as (reader, writer):
        assert b" 400 " in await reader.read()
        await until(lambda: is_cut(writer))


async def test_refused_clients_are_read_on_when_they_are_few(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many loses its connection at once; when another has gone there is room again."""
    monkeypatch.setattr(lingering, "LINGER_S", 600.0)
    monkeypatch.setattr(lingering, "MAXIMUM_LINGERING", 1)
    async with serve() as address:
        for _ in range(2):
            async with connected(address, REFUSED) as (reader, writer):
                assert b" 400 " in await reader.read()
                async with connected(address, REFUSED) as (_, other):
                    await until(partial(is_cut, other))
                for _ in range(5):
                    assert not await is_cut(writer)
                    await asyncio.sleep(0.1)
            await asyncio.sleep(0.2)


async def is_cut(writer: asyncio.StreamWriter) -> bool:
    """Whether the other side takes no more."""
    writer.write(b"x" * 10_000)
    return writer.transport.is_closing()
