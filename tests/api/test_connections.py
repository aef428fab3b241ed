"""What is no HTTP is refused with an answer that arrives, and what clients send takes no more memory than it may."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple

import pytest
from prometheus_client import REGISTRY

from hiring.config import SettingsError, load_settings
from hiring.connectors.files import FOLDER_PART_BYTES
from hiring.handlers.uploads import CHUNK_BYTES, QUEUED_CHUNKS
from hiring.http.admission import networks
from hiring.http.connections import HEAD_BYTES
from hiring.http.dependencies import Dependencies, Traffic
from hiring.http.reader import MAXIMUM_SMALL_CHUNKS, SMALL_CHUNK_BYTES
from hiring.http.receiving import FREE_BYTES
from hiring.services.held_bodies import HeldBodies
from tests.api.conftest import PARSERS, Serve
from tests.api.test_hostile_input import resident_bytes
from tests.background import until
from tests.client import Client

HOST = "Host: a\r\n"
MALFORMED = (
    f"GET / HTTP/1.1\n{HOST}\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
    f"GET / HTTP/1.1\r\n{HOST}\n", f"GET / HTTP/1.1\r\r\n{HOST}\r\n", f"\nGET / HTTP/1.1\r\n{HOST}\r\n",
    f"GET / HTTP/1.1\r\n{HOST}A: b\rX: c\r\n\r\n", f"GET / HTTP/1.1\r\n{HOST}A: b\r\n c\r\n\r\n",
    f"GET / HTTP/1.1\r\n{HOST}A : b\r\n\r\n", f"GET / HTTP/1.1\r\n{HOST} A: b\r\n\r\n",
    f"GET / HTTP/1.1\r\n{HOST}A\r\n\r\n",
    f"GET / HTTP/1.1\r\n{HOST}A: b\0c\r\n\r\n", f"GET /\0 HTTP/1.1\r\n{HOST}\r\n", f"GET  / HTTP/1.1\r\n{HOST}\r\n",
    f"GET / HTTP/2.0\r\n{HOST}\r\n", f"GET / HTTP/1.1 x\r\n{HOST}\r\n", "\0\1\2\r\n\r\n", "\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n", f"GET / HTTP/1.1\r\n{HOST}{HOST}\r\n", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    f"POST /livez HTTP/1.1\r\n{HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    f"POST /livez HTTP/1.1\r\n{HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    f"POST /livez HTTP/1.1\r\n{HOST}Content-Length: 0x3\r\n\r\nabc",
    f"POST /livez HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked, gzip\r\n\r\n",
    f"POST /livez HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
    f"POST /livez HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
    f"POST /livez HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n3;{'x' * 100_000}\r\nabc\r\n0\r\n\r\n",
)  # fmt: skip
"""What is no request: lines that end otherwise, folded lines, blanks, control characters, no host or two, two
lengths, wrong chunks."""
SIZES = (HEAD_BYTES + 1, HEAD_BYTES + 20_000, 200_000, 3_000_000)
BODY_BYTES = 1_000_000
CONNECTIONS = 60
MIB = 1024 * 1024
SENT_AHEAD = 800
UPLOAD_BYTES = 2 * FOLDER_PART_BYTES + QUEUED_CHUNKS * CHUNK_BYTES - FREE_BYTES
"""What an upload to a folder takes at the most, however large it is."""


@pytest.fixture(params=PARSERS)
def parser(request: pytest.FixtureRequest) -> str:
    """Both."""
    return str(request.param)


@pytest.fixture
async def address(serve: Serve) -> AsyncIterator[str]:
    """Where the API answers over connections of each."""
    async with serve() as address:
        yield address


class Answer(NamedTuple):
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def parsed(text: bytes) -> Answer:
    """The one answer of a connection that has ended."""
    head, _, body = text.partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    pairs = (each.split(": ", 1) for each in headers)
    return Answer(int(line.split(" ")[1]), {name.lower(): value for name, value in pairs}, body)


async def told(address: str, request: str) -> bytes:
    """Everything that the service answers until it ends the connection."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request.encode("latin-1"))
        async with asyncio.timeout(10):
            return await reader.read()
    finally:
        writer.close()


async def test_request_is_refused_when_it_is_no_http(address: str) -> None:
    """400 as a problem document, once, and the connection's end; nothing behind it is taken for a request."""
    for request in MALFORMED:
        text = await told(address, f"{request}GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        assert text.startswith(b"HTTP/1.1 400 Bad Request\r\n") and text.count(b"HTTP/1.1") == 1, (request, text)
        answer = parsed(text)
        assert json.loads(answer.body)["code"] == "malformed", request
        assert answer.headers["content-type"] == "application/problem+json", request
        assert answer.headers["connection"] == "close" and answer.headers["request-id"], request
        assert answer.headers["cache-control"] == "no-store" and answer.headers["x-content-type-options"] == "nosniff"


async def test_request_is_answered_when_its_lines_end_in_crlf(address: str) -> None:
    """Also behind an empty line, byte by byte, and with a head of just the largest size."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"GET /livez HTTP/1.1\r\n{HOST}"
    filled = f"{head}A: {'a' * (HEAD_BYTES - len(head) - 7)}\r\n\r\n"
    assert len(filled) == HEAD_BYTES
    for request in (f"{head}\r\n", f"\r\n{head}\r\n", filled):
        for piece in (request,) if len(request) > 100 else request:
            writer.write(piece.encode())
            await writer.drain()
        async with asyncio.timeout(10):
            assert (await reader.readuntil(b"\r\n")) == b"HTTP/1.1 200 OK\r\n"
            await reader.readuntil(b'"}')
    writer.close()


async def test_body_is_refused_when_it_comes_in_too_many_small_chunks(address: str) -> None:
    """Each costs the event loop the same; so many of one body are taken, in any spelling of their size."""
    head = f"POST /livez HTTP/1.1\r\n{HOST}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    small, large = "1\r\na\r\n", f"40\r\n{'a' * SMALL_CHUNK_BYTES}\r\n"
    fitting = small * (MAXIMUM_SMALL_CHUNKS - 1) + large * 1_000 + "0\r\n\r\n"
    assert parsed(await told(address, head + fitting)).status == 405
    for chunks in (small, "0001\r\na\r\n", f"3f\r\n{'a' * (SMALL_CHUNK_BYTES - 1)}\r\n"):
        text = await told(address, head + chunks * 50_000)
        assert text.count(b"HTTP/1.1") == 1 and json.loads(parsed(text).body)["code"] == "malformed", chunks


async def test_small_chunks_are_counted_anew_when_another_request_comes(address: str) -> None:
    """Over one connection."""
    body = "1\r\na\r\n" * (MAXIMUM_SMALL_CHUNKS - 1) + "0\r\n\r\n"
    request = f"POST /livez HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n{body}"
    last = request.replace(HOST, f"{HOST}Connection: close\r\n")
    assert (await told(address, request * 3 + last)).count(b"HTTP/1.1 405") == 4


@pytest.mark.parametrize("size", SIZES)
async def test_head_is_refused_when_it_is_too_large(address: str, size: int) -> None:
    """431 that the client reads, however much it still sends; in one header, in many, in the path; also as a second."""
    line = f"GET /livez HTTP/1.1\r\n{HOST}"
    many = "".join(f"A{place}: {'a' * 1_000}\r\n" for place in range(size // 1_000 + 1))
    ended = f"GET /livez HTTP/1.1\r\n{HOST}Connection: keep-alive\r\n\r\n"
    for request in (
        f"{line}A: {'a' * size}\r\n\r\n", f"{line}{many}\r\n", f"GET /{'a' * size} HTTP/1.1\r\n{HOST}\r\n",
        f"{line}A: {'a' * size}", f"{ended}{line}A: {'a' * size}\r\n\r\n",
    ):  # fmt: skip
        text = await told(address, request)
        refused = text[text.index(b"HTTP/1.1 431") :]
        answer = parsed(refused)
        assert json.loads(answer.body)["code"] == "head_too_large" and answer.headers["connection"] == "close"
        assert text.startswith(b"HTTP/1.1 200 OK") is request.startswith(ended)


@asynccontextmanager
async def unfinished(address: str, head: str, count: int = CONNECTIONS) -> AsyncIterator[list[asyncio.StreamReader]]:
    """Connections that have sent the head and a large body without its last byte."""
    host, port = address.removeprefix("http://").split(":")
    opened = [await asyncio.open_connection(host, int(port)) for _ in range(count)]
    try:
        for _, writer in opened:
            writer.write(head.encode() + b" " * (BODY_BYTES - 1))
        await asyncio.gather(*(writer.drain() for _, writer in opened))
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.close()


def body_of(path: str, more: str = "", method: str = "POST") -> str:
    """The head of a request with a body of BODY_BYTES."""
    return f"{method} {path} HTTP/1.1\r\n{HOST}{more}Content-Length: {BODY_BYTES}\r\n\r\n"


async def test_body_is_not_kept_when_nothing_takes_it(address: str, ada: Client, dependencies: Dependencies) -> None:
    """Of a GET, a DELETE, an unknown route, a page, a refused method, a stranger: read, dropped, no memory grows."""
    token = f"Authorization: {ada.headers['Authorization']}\r\n"
    before = resident_bytes()
    for head in (
        body_of("/livez", method="GET"), body_of("/livez"), body_of("/docs", method="GET"), body_of("/nowhere"),
        body_of("/api/v1/jobs"), body_of("/api/v1/jobs", token, "GET"), body_of("/api/v1/jobs", token, "PUT"),
        body_of("/api/v1/jobs", token, "BREW"), body_of("/api/v1/jobs", f"{token}Content-Type: text/plain\r\n"),
    ):  # fmt: skip
        async with unfinished(address, head, 20):
            assert dependencies.bodies.held_bytes == 0, head
    assert resident_bytes() - before < 16 * MIB


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/api/v1/departments", "application/json"), ("/api/v1/uploads?file_name=a.txt", "text/plain")],
)
async def test_bodies_are_bounded_together_when_many_arrive(
    ada: Client, serve: Serve, path: str, media_type: str
) -> None:
    """What does not fit is a 503, small bodies still fit, no more memory is taken, and all of it is given back."""
    bodies, token = HeldBodies(16 * MIB), ada.headers["Authorization"]
    head = body_of(path, f"Authorization: {token}\r\nContent-Type: {media_type}\r\n")
    kept = len(b"x" * BODY_BYTES) - FREE_BYTES if media_type == "application/json" else UPLOAD_BYTES

    async def holds(count: int) -> bool:
        return bodies.held_bytes >= count

    async with serve({"bodies": bodies}) as address, Client(address, token[7:]) as client:
        async with unfinished(address, head, 8 * MIB // kept):
            await until(lambda: holds((8 * MIB // kept) * (kept - 1)))
            assert (await client.post("/api/v1/departments", json={"name": "Small"})).status_code == 201
            large = await client.post("/api/v1/departments", json={"name": "x" * BODY_BYTES})
            assert (large.status_code, large.json()["code"]) == (503, "service_busy"), large.text
            assert large.headers["Retry-After"]
        before = resident_bytes()
        async with unfinished(address, head):
            await until(lambda: holds(4 * MIB))
            assert bodies.held_bytes <= 8 * MIB
            assert resident_bytes() - before < 32 * MIB
        await until(lambda: asyncio.sleep(0, bodies.held_bytes == 0))
        assert (await client.post("/api/v1/departments", json={"name": "x" * BODY_BYTES})).status_code == 422


def test_client_holds_its_share_when_others_hold_theirs() -> None:
    """Half of it for one client, all of it for all together; what was refused is not counted."""
    bodies = HeldBodies(1_000)
    assert bodies.take("a", 500) and not bodies.take("a", 1)
    assert bodies.take("b", 400) and not bodies.take("c", 101) and bodies.take("c", 100)
    assert bodies.held_bytes == 1_000 and not bodies.take("d", 1)
    bodies.give_back("a", 200)
    assert bodies.held_bytes == 800 and bodies.take("a", 200) and not bodies.take("a", 1)


async def test_connection_is_refused_when_a_client_has_too_many(serve: Serve) -> None:
    """The third of two; a proxy that is trusted may have more; when one is gone, another may come."""

    async def is_let_in(address: str) -> bool:
        return (await told(address, f"GET /livez HTTP/1.1\r\n{HOST}Connection: close\r\n\r\n")).startswith(
            b"HTTP/1.1 200"
        )

    for proxies, expected in (([], False), (["127.0.0.0/8"], True)):
        other = {"trusted_proxies": networks(proxies)}
        async with serve(other, max_connections_per_client=2) as address:
            host, port = address.removeprefix("http://").split(":")
            opened = [await asyncio.open_connection(host, int(port)) for _ in range(2)]
            for reader, writer in opened:
                writer.write(f"GET /livez HTTP/1.1\r\n{HOST}\r\n".encode())
                await asyncio.wait_for(reader.readuntil(b'"}'), 10)
            assert await is_let_in(address) is expected
            opened[0][1].close()
            await until(partial(is_let_in, address))
            opened[1][1].close()


def test_start_is_refused_when_two_bodies_do_not_fit() -> None:
    """In one line that names the setting."""
    environ = {"HIRING_DEPLOYMENT": "test", "HIRING__API__MAX_HELD_BYTES": "2000000"}
    with pytest.raises(SettingsError, match="max_held_bytes"):
        load_settings(environ={**os.environ, **environ})


async def test_request_ends_when_its_client_leaves_within_the_body(serve: Serve) -> None:
    """Nothing waits for the rest of the body: a stopping process does not, either."""
    traffic = Traffic()
    async with serve({"traffic": traffic}) as address:
        for head in (body_of("/livez"), body_of("/api/v1/login", "Content-Type: application/json\r\n")):
            async with unfinished(address, head, 20):
                await until(lambda: asyncio.sleep(0, traffic.running_count >= 20))
            await until(lambda: asyncio.sleep(0, traffic.running_count == 0))


async def test_requests_sent_ahead_are_not_answered_when_the_client_is_gone(address: str) -> None:
    """What Tornado has read of them is dropped: else each connection keeps the process busy for as long as it liked."""
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    before = answered()
    writer.write(f"GET /livez HTTP/1.1\r\n{HOST}\r\n".encode() * SENT_AHEAD)
    await asyncio.wait_for(reader.readexactly(1), 5)
    writer.transport.abort()
    await asyncio.sleep(0.5)
    assert 0 < answered() - before < SENT_AHEAD / 4


def answered() -> float:
    return REGISTRY.get_sample_value("hiring_http_request_duration_seconds_count") or 0.0


async def test_connection_ends_when_its_answer_says_so(address: str) -> None:
    """A method that no standard knows is refused before it is admitted; nothing behind it is answered."""
    for method in ("PURGE", "CONNECT"):
        text = await told(address, f"{method} /livez HTTP/1.1\r\n{HOST}\r\nGET /livez HTTP/1.1\r\n{HOST}\r\n")
        assert text.startswith(b"HTTP/1.1 405 ") and text.count(b"HTTP/1.1") == 1, text
        assert parsed(text).headers["connection"] == "close"
