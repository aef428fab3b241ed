"""What llhttp takes for a request, beside what Tornado does: on bytes that are nearly HTTP, in any pieces."""

import asyncio
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tornado.httpserver import HTTPServer
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    ResponseStartLine,
)
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets

from hiring.http.tornado_server import ClientStream
from tests.http.test_tornado_suite import Server

TOLERATED = re.compile(
    rb"""(^|\r\n\r\n)[\r\n]+|(?<!\r\n\r)[\r\n](GET|POST|PUT)   # ends of lines before a request
    |[A-Z]\ {2,}|\ {2,}HTTP                                  # several blanks within the first line
    |\n[0-9a-fA-F]+\s*;                                      # extensions of chunks
    """,
    re.VERBOSE,
)
"""What llhttp takes, within and behind chunks, and Tornado does not; none of it moves the end of a request."""
KEPT_ALIVE = re.compile(rb"HTTP/1\.0(?s:.*)Connection")
"""Where Tornado ends a connection that llhttp goes on to read: of HTTP/1.0, with a list of options."""
HOST = "Host: a\r\n"


class Seen(NamedTuple):
    """A request as the application sees it."""

    line: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Recorder(HTTPServerConnectionDelegate):
    """An application that keeps what it is asked, and answers with nothing."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> HTTPMessageDelegate:
        """A request begins."""
        return Recorded(self.seen, request_conn)


class Recorded(HTTPMessageDelegate):
    """One request."""

    def __init__(self, seen: list[Seen], connection: HTTPConnection) -> None:
        self.seen, self.connection, self.body = seen, connection, b""

    def headers_received(self, start_line: Any, headers: HTTPHeaders) -> None:
        """Keeps the head."""
        self.line, self.headers = start_line, tuple(sorted(headers.get_all()))

    def data_received(self, chunk: bytes) -> None:
        """Keeps a part of the body."""
        self.body += chunk

    def finish(self) -> None:
        """The request is whole."""
        self.seen.append(Seen(tuple(self.line), self.headers, self.body))
        self.connection.write_headers(ResponseStartLine("", 204, "No Content"), HTTPHeaders())
        self.connection.finish()


class Strict(HTTPServer):
    """Tornado's server over its own connections, with our stream."""

    open_count = 0

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        """Begins a connection."""
        self.open_count += 1
        super().handle_stream(ClientStream(stream.socket, "", lambda connection, answer: connection.close()), address)

    def on_close(self, server_conn: object) -> None:
        """Forgets a connection that has ended."""
        self.open_count -= 1
        super().on_close(server_conn)


class Pair(NamedTuple):
    """The same application behind both."""

    loop: asyncio.AbstractEventLoop
    ours: Server
    theirs: Strict
    recorders: tuple[Recorder, Recorder]
    ports: tuple[int, int]

    def told(self, pieces: list[bytes], patience_s: float = 10) -> tuple[list[Seen], list[Seen]]:
        """What the application sees of these bytes, read by llhttp and by Tornado."""
        return self.loop.run_until_complete(self._told(pieces, patience_s))

    async def _told(self, pieces: list[bytes], patience_s: float) -> tuple[list[Seen], list[Seen]]:
        for recorder in self.recorders:
            recorder.seen.clear()
        await asyncio.gather(*(send(port, pieces, patience_s) for port in self.ports))
        async with asyncio.timeout(10):
            while self.ours.opened or self.theirs.open_count:  # noqa: ASYNC110  # two servers, and no event of theirs
                await asyncio.sleep(0.001)
        return self.recorders[0].seen[:], self.recorders[1].seen[:]


async def send(port: int, pieces: list[bytes], patience_s: float) -> None:
    """Sends pieces one by one, and waits until the server ends the connection, or is silent: it waits for more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        while True:
            async with asyncio.timeout(patience_s):
                if not await reader.read(65_536):
                    break
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Both, on ports of this machine."""
    loop = asyncio.new_event_loop()

    async def begin() -> Pair:
        recorders, ports = (Recorder(), Recorder()), []
        ours, theirs = Server(recorders[0]), Strict(recorders[1])
        for server in (ours, theirs):
            sockets = bind_sockets(0, "127.0.0.1")
            server.add_sockets(sockets)
            ports.append(sockets[0].getsockname()[1])
        return Pair(loop, ours, theirs, recorders, (ports[0], ports[1]))

    async def end(made: Pair) -> None:
        for server in (made.ours, made.theirs):
            server.stop()
            await server.close_all_connections()

    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    made = loop.run_until_complete(begin())
    yield made
    loop.run_until_complete(end(made))
    loop.close()
    logging.getLogger("tornado.general").setLevel(logging.NOTSET)


def chunked(body: bytes, size: int) -> bytes:
    """A body in chunks."""
    chunks = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
NAMES = st.sampled_from(
    ["A", "x-y", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade", "Host", "A "]
)
VALUES = st.sampled_from([
    "", "b", "3", "+3", "3, 3", "0x3", "chunked", "chunked, chunked", "gzip, chunked", "identity", "close",
    "keep-alive", "upgrade", "h2c", "100-continue", "\xe4", "\x01", "a\tb", "x" * 300,
])  # fmt: skip


@st.composite
def requests(draw: Callable[..., Any]) -> bytes:
    """A request that is right, but for headers that may be anything."""
    method, target = (
        draw(st.sampled_from(["GET", "POST", "PUT"])),
        draw(st.sampled_from(["/", "/a?b=%20", "/" + "c" * 99])),
    )
    body = draw(st.binary(max_size=40))
    framing = draw(st.sampled_from(["none", "length", "chunks"]))
    lines = [f"{method} {target} {draw(st.sampled_from(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0']))}", "Host: a"]
    lines += [f"{name}: {value}" for name, value in draw(st.lists(st.tuples(NAMES, VALUES), max_size=2))]
    if framing == "length":
        lines.append(f"Content-Length: {len(body)}")
    if framing == "chunks":
        lines.append("Transfer-Encoding: chunked")
    sent = {"none": b"", "length": body, "chunks": chunked(body, draw(st.integers(1, 41)))}[framing]
    return b"\r\n".join(line.encode("latin-1") for line in [*lines, "", ""]) + bytes(sent)


@st.composite
def pieces(draw: Callable[..., Any]) -> list[bytes]:
    """Several requests over a connection, with some bytes wrong, as they may come."""
    data = bytearray(b"".join(draw(st.lists(requests(), min_size=1, max_size=3))))
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(data) - 1))
        wrong = draw(st.sampled_from([b"\r", b"\n", b"\r\n", b" ", b"\t", b"\0", b":", b";", b"0", b"\x80", b""]))
        data[place : place + draw(st.integers(0, 2))] = wrong
        data = data or bytearray(b"\r")
    whole = bytes(data) + LAST
    cuts = sorted(draw(st.sets(st.integers(1, len(whole) - 1), max_size=4)))
    return [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(sent=pieces())
def test_no_request_is_seen_that_tornado_does_not_see(pair: Pair, sent: list[bytes]) -> None:
    """llhttp may refuse what Tornado takes, but it never finds a request in a body, nor a body in a request."""
    if b"chunked" in b"".join(sent) and TOLERATED.search(b"".join(sent)):
        return
    ours, theirs = pair.told(sent, patience_s=0.02)
    if ours != theirs[: len(ours)]:  # Tornado may only have been slow
        ours, theirs = pair.told(sent, patience_s=2)
    if KEPT_ALIVE.search(b"".join(sent)):
        ours = ours[: len(theirs)]
    assert ours == theirs[: len(ours)], b"".join(sent)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_right_requests_are_seen_whole(pair: Pair, data: st.DataObject) -> None:
    """In every number of pieces, each with its own head and body."""
    bodies = data.draw(st.lists(st.binary(max_size=60), min_size=1, max_size=4))
    whole = b""
    for place, body in enumerate(bodies):
        is_chunked = data.draw(st.booleans())
        head = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {len(body)}"
        sent = chunked(body, data.draw(st.integers(1, 61))) if is_chunked else body
        whole += f"POST /{place} HTTP/1.1\r\n{HOST}{head}\r\n\r\n".encode() + sent
    whole += LAST
    size = data.draw(st.integers(1, len(whole)))
    ours, theirs = pair.told([whole[start : start + size] for start in range(0, len(whole), size)])
    assert ours == theirs and [each.body for each in ours] == [*bodies, b""]


HEAD, HIDDEN = f"POST / HTTP/1.1\r\n{HOST}", "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
SMUGGLED = [
    f"{HEAD}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    f"{HEAD}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n{HIDDEN}\r\n0\r\n\r\n",
    f"{HEAD}Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    f"{HEAD}Content-Length: {len(HIDDEN)}\r\nContent-Length: 0\r\n\r\n{HIDDEN}",
    f"{HEAD}Content-Length: 0, {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    *(f"{HEAD}Content-Length: {length}\r\n\r\n{HIDDEN}" for length in (
        "-1", "+0", "0x0", "0 0", "0_0", "1e0", "\xb9", "",
    )),
    f"{HEAD}Content-Length : 0\r\n\r\n{HIDDEN}", f"{HEAD}Content-Length\t: 0\r\n\r\n{HIDDEN}",
    f"{HEAD}Content-Length: 0\r\n {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    *(f"{HEAD}Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n{HIDDEN}" for coding in (
        "xchunked", "chunked, identity", "identity, chunked", "chunked, chunked", "gzip", "chunked;q=1", "\x0bchunked",
        "chunked\x00", "chunked,", ", chunked", '"chunked"', "chunked\xa0",
    )),
    f"{HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    f"{HEAD}Transfer-Encoding\r\n: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    f"{HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{HIDDEN}",
    f"{HEAD}X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    f"{HEAD}X: a\nContent-Length: 0\r\n\r\n{HIDDEN}",
    f"POST / HTTP/1.0\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    *(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n{chunks}{HIDDEN}" for chunks in (
        "0\n\r\n", "0\r\n\n", "00x0\r\n\r\n", "-0\r\n\r\n", "+0\r\n\r\n", " 0\r\n\r\n", "0 \n\r\n", "\r\n0\r\n\r\n",
        "1\r\naa0\r\n\r\n", "1\r\na0\r\n\r\n", "2\r\na\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n", "ffffffffffffffff1\r\n",
        "0\r\nX\r\n\r\n", "0\r\n X: y\r\n\r\n", "1;\n\r\na\r\n0\r\n\r\n",
    )),
    f"GET / HTTP/1.1\r\n{HOST}Content-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    f"GET / HTTP/1.1\r\n{HOST}Upgrade: h2c\r\nConnection: upgrade\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    f"CONNECT a:80 HTTP/1.1\r\n{HOST}Content-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
]  # fmt: skip
"""Requests that two readers in a row may take for different ones: two lengths, spoilt codings, wrong chunks."""


@pytest.mark.parametrize("sent", SMUGGLED)
def test_no_request_is_hidden_in_another(pair: Pair, sent: str) -> None:
    """Whatever the first request is taken for, what is in its body is no request."""
    ours, _ = pair.told([sent.encode("latin-1"), LAST], patience_s=0.5)
    assert "/hidden" not in [each.line[1] for each in ours], ours


def test_body_ends_where_it_should_when_another_protocol_is_asked_for(pair: Pair) -> None:
    """The request is answered as any other, as a server may that does not know the protocol."""
    asks = f"{HEAD}Connection: upgrade\r\nUpgrade: h2c\r\n"
    for framing in ("Content-Length: 3\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"):
        for cut in range(1, len(asks + framing)):
            whole = (asks + framing).encode()
            ours, theirs = pair.told([whole[:cut], whole[cut:] + LAST])
            assert ours == theirs and [each.body for each in ours] == [b"abc", b""]
