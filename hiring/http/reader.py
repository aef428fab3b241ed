"""From the bytes of a connection to the parts of its requests, by llhttp (httptools), which is strict as it comes.

It is given a head when that is whole, and is a little stricter then: a head begins with a method, behind one empty line
at the most, and has no blank too many in its first line. A request that begins within a piece of a chunked body before
it is read by llhttp alone.
"""

import re
from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from tornado.httputil import HTTPHeaders, HTTPInputError, RequestStartLine

from hiring.http.exchange import Exchange

READ_BYTES = 16_384
"""What is read at once, and so held of a body that is only dropped, or of requests that are sent ahead."""
SMALL_CHUNK_BYTES = 64
MAXIMUM_SMALL_CHUNKS = 128
"""Of one body: each chunk costs the event loop the same time, however small it is."""
VERSIONS = {"1.0": "HTTP/1.0", "1.1": "HTTP/1.1"}
EMPTY_LINE, END_OF_HEAD = b"\r\n", b"\r\n\r\n"
FIRST_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+) [!-~]+ HTTP/1\.[01]\r\n")
BEGINS_A_METHOD = frozenset(b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
WRONG_LINE_END = re.compile(rb"\r(?!\n|\Z)|(?<!\r)\n")
METHODS = {b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"CONNECT"}
STAND_IN = b"POST"
"""What llhttp reads for every other method, most of which it does not know."""


class End(Enum):
    """The end of a request."""

    REQUEST = auto()


class Fault(Enum):
    """Why what a client sent is no request. Nothing is read behind it."""

    MALFORMED = auto()
    HEAD_TOO_LARGE = auto()


Part = Exchange | bytes | End | Fault


class RequestReader:
    """Makes parts of what has come: an exchange, with the head of its request, chunks of a body, an end; or a fault.

    `unread` is what has come and is not read; `parts` are read, and wait for whom they are for: those of one piece at
    the most, however small the requests are.
    """

    def __init__(
        self, begin: Callable[[RequestStartLine, HTTPHeaders, bool], Exchange], *, maximum_head_bytes: int,
        piece_bytes: int,
    ) -> None:  # fmt: skip
        self._begin, self._maximum_head_bytes, self._piece_bytes = begin, maximum_head_bytes, piece_bytes
        self._parser = HttpRequestParser(self)
        self._fault = Fault.MALFORMED
        self._method = b""
        self._barren_bytes = self._searched_bytes = 0
        self._left_bytes: int | None = None
        self._is_between, self._is_in_head, self._has_first_line, self._has_skipped = True, True, False, False
        self.unread = b""
        self.parts: deque[Part] = deque()

    def read(self) -> bool:
        """Reads a piece of what has come; tells whether that was enough for one."""
        if self._is_between:
            return self._read_head()
        self._feed(
            self._take(self._piece_bytes if self._left_bytes is None else min(self._piece_bytes, self._left_bytes))
        )
        return True

    def _read_head(self) -> bool:
        """Reads a head when it is whole, and refuses one as soon as it is wrong or too long."""
        if self.unread.startswith(EMPTY_LINE) and not self._has_skipped:
            self._take(len(EMPTY_LINE))
            self._has_skipped = True
        if self.unread in {b"", b"\r"}:
            return False
        searched = max(0, self._searched_bytes - len(END_OF_HEAD) + 1)
        end = self.unread.find(END_OF_HEAD, searched)
        head = self.unread if end < 0 else self.unread[: end + len(END_OF_HEAD)]
        is_wrong = head[0] not in BEGINS_A_METHOD or has_wrong_line_end(head, searched, is_whole=end >= 0)
        if not is_wrong and not self._has_first_line and EMPTY_LINE in head:
            first_line = FIRST_LINE.match(head)
            self._has_first_line, is_wrong = True, first_line is None
            self._method = first_line[1] if first_line is not None else b""
        if is_wrong or len(head) > self._maximum_head_bytes:
            self._fail(Fault.MALFORMED if is_wrong else Fault.HEAD_TOO_LARGE)
        elif end < 0:
            self._searched_bytes = len(head)
            return False
        else:
            self._take(len(head))
            self._feed(head if self._method in METHODS else STAND_IN + head[len(self._method) :])
            self._method, self._searched_bytes, self._has_first_line, self._has_skipped = b"", 0, False, False
        return True

    def _take(self, count: int) -> bytes:
        data, self.unread = self.unread[:count], self.unread[count:]
        return data

    def _feed(self, data: bytes) -> None:
        """Gives bytes to the parser. What never becomes a part, however long it goes on, is a fault."""
        self._barren_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade as upgrade:
            self.unread = data[upgrade.args[0] :] + self.unread
            self._ignore_upgrade()
        except HttpParserError:
            self._fail(self._fault)
        else:
            if self._barren_bytes > self._maximum_head_bytes:
                self._fail(Fault.HEAD_TOO_LARGE if self._is_in_head else Fault.MALFORMED)

    def _fail(self, fault: Fault) -> None:
        """A request whose end has not come is left out, as far as nobody has taken it."""
        while self.parts and self.parts[-1] is not End.REQUEST:
            self.parts.pop()
        self.parts.append(fault)

    def _ignore_upgrade(self) -> None:
        """Reads on behind a head that asks for another protocol, where the parser stops, as if it did not ask."""
        self._parser, headers = HttpRequestParser(self), self._headers
        framing = [f"{name}: {headers[name]}" for name in ("Content-Length", "Transfer-Encoding") if name in headers]
        if framing:
            self.parts.pop()  # the parser takes the end of the head for that of the request
            place = len(self.parts)
            self._parser.feed_data(f"POST / HTTP/1.1\r\n{framing[0]}\r\n\r\n".encode())
            del self.parts[place]

    # -- what the parser calls; what these raise becomes an HttpParserError --

    def on_message_begin(self) -> None:
        """A request begins."""
        self._is_between, self._left_bytes = False, None
        self._url, self._headers, self._is_in_head, self._head_bytes = b"", HTTPHeaders(), True, 0
        self._chunk_bytes = self._small_chunk_count = 0

    def on_url(self, url: bytes) -> None:
        """A piece of its target."""
        self._url += url
        self._head_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; those behind a body are dropped. Raises: HTTPInputError."""
        if self._is_in_head:
            self._head_bytes += len(name) + len(value) + len(":\r\n")
            self._headers.add(name.decode("latin-1"), value.decode("latin-1").strip(" \t"))

    def on_headers_complete(self) -> None:
        """A head ends. Raises: HTTPInputError, for a version, a coding or a size that is not taken."""
        self._is_in_head, self._barren_bytes = False, 0
        version = VERSIONS.get(self._parser.get_http_version())
        if version is None or self._headers.get("Transfer-Encoding", "chunked").lower() != "chunked":
            raise HTTPInputError
        if self._head_bytes > self._maximum_head_bytes:
            self._fault = Fault.HEAD_TOO_LARGE
            raise HTTPInputError
        length = self._headers.get("Content-Length")
        self._left_bytes = None if length is None else int(length)
        start_line = RequestStartLine((self._method or self._parser.get_method()).decode(), self._url.decode(), version)
        self.parts.append(self._begin(start_line, self._headers, self._parser.should_keep_alive()))

    def on_chunk_header(self) -> None:
        """A chunk begins."""
        self._chunk_bytes = 0

    def on_body(self, body: bytes) -> None:
        """A piece of a body."""
        self._barren_bytes = 0
        self._chunk_bytes += len(body)
        if self._left_bytes is not None:
            self._left_bytes -= len(body)
        self.parts.append(body)

    def on_chunk_complete(self) -> None:
        """A chunk ends. Raises: HTTPInputError, for too many small ones."""
        self._small_chunk_count += self._chunk_bytes < SMALL_CHUNK_BYTES
        if self._small_chunk_count > MAXIMUM_SMALL_CHUNKS:
            raise HTTPInputError

    def on_message_complete(self) -> None:
        """A request ends."""
        self._barren_bytes, self._is_between = 0, True
        self.parts.append(End.REQUEST)


def has_wrong_line_end(head: bytes, searched: int, *, is_whole: bool) -> bool:
    """Whether a line of a head does not end in CRLF; of one that is not whole, only what has not been searched."""
    if is_whole:  # counting costs a sixth of looking
        count = head.count(b"\r\n")
        return head.count(b"\r") != count or head.count(b"\n") != count
    return WRONG_LINE_END.search(head, searched) is not None
