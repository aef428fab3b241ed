"""One request and its answer, under the interface that Tornado's applications write to."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from tornado.httputil import HTTPConnection, HTTPHeaders, HTTPOutputError, RequestStartLine, ResponseStartLine

WITHOUT_BODY = {204, 304}
LAST_CHUNK = b"0\r\n\r\n"


class Sender(Protocol):
    """The connection that an exchange goes over."""

    def send(self, exchange: "Exchange", data: bytes) -> "asyncio.Future[None]":
        """Sends a part of the answer; the future is done when more may be sent."""

    def is_open(self, exchange: "Exchange") -> bool:
        """Whether anybody is left to answer."""

    def answered(self, exchange: "Exchange") -> None:
        """Hears that the answer has ended."""

    def close(self) -> None:
        """Cuts the connection."""


class Exchange(HTTPConnection):
    """A request and its answer.

    `is_read`: the whole request has been read. `has_begun`, `is_answered`: the answer has begun, and ended.
    """

    def __init__(
        self, stream: Sender, context: Any, start_line: RequestStartLine, headers: HTTPHeaders, *, is_kept_alive: bool
    ) -> None:
        self.stream, self.context, self.start_line, self.headers = stream, context, start_line, headers
        self.is_kept_alive = is_kept_alive
        self.is_read = self.has_begun = self.is_answered = False
        self.maximum_body_bytes: int | None = None
        self.body_timeout_s: float | None = None
        self.received_bytes = 0
        self.close_callback: Callable[[], None] | None = None
        self._is_chunked = False
        self._left_bytes: int | None = None

    def set_close_callback(self, callback: Callable[[], None] | None) -> None:
        """Calls it when the client is gone between the end of the request and that of the answer."""
        self.close_callback = callback

    def set_max_body_size(self, max_body_size: int) -> None:
        """Takes so many bytes of this request's body at the most."""
        self.maximum_body_bytes = max_body_size

    def set_body_timeout(self, timeout: float) -> None:
        """Waits so many seconds for this request's body."""
        self.body_timeout_s = timeout

    def write_headers(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders, chunk: bytes | None = None
    ) -> "asyncio.Future[None]":
        """Sends the head of the answer, and the beginning of its body. Raises: ValueError, for a broken line."""
        assert isinstance(start_line, ResponseStartLine)
        is_1_0, length = self.start_line.version == "HTTP/1.0", headers.get("Content-Length")
        has_body = self.start_line.method != "HEAD" and start_line.code not in WITHOUT_BODY and start_line.code >= 200
        self._is_chunked = has_body and length is None and not is_1_0
        if self._is_chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif has_body and length is None:
            self.is_kept_alive = False  # the body ends with the connection
        if is_1_0 and self.is_kept_alive:
            headers["Connection"] = "Keep-Alive"
        elif not is_1_0 and not self.is_kept_alive:
            headers["Connection"] = "close"
        if length is not None and not (length.isascii() and length.isdigit()):
            raise ValueError("The Content-Length of the answer is no number.")
        self._left_bytes = None if length is None else int(length) if has_body else 0
        lines = [f"HTTP/1.1 {start_line.code} {start_line.reason}"]
        lines += [f"{name}: {value}" for name, value in headers.get_all()]
        head = "\r\n".join(lines)
        if not head.count("\r") == head.count("\n") == len(lines) - 1:
            raise ValueError("A header of the answer holds the end of a line.")
        self.has_begun = True
        return self.stream.send(self, f"{head}\r\n\r\n".encode("latin-1") + self._framed(chunk or b""))

    def write(self, chunk: bytes) -> "asyncio.Future[None]":
        """Sends more of the body. Raises: HTTPOutputError, for more than Content-Length."""
        return self.stream.send(self, self._framed(chunk))

    def finish(self) -> None:
        """Ends the answer. Raises: HTTPOutputError, for less than Content-Length."""
        if self._left_bytes and self.stream.is_open(self):
            self.stream.close()
            raise HTTPOutputError(f"{self._left_bytes} bytes less than Content-Length")
        if self._is_chunked:
            self.stream.send(self, LAST_CHUNK)
        self.is_answered = True
        self.stream.answered(self)

    def close(self) -> None:
        """Cuts the connection."""
        self.stream.close()

    def _framed(self, chunk: bytes) -> bytes:
        if self._left_bytes is not None:
            self._left_bytes -= len(chunk)
            if self._left_bytes < 0:
                self.stream.close()
                raise HTTPOutputError(f"{-self._left_bytes} bytes more than Content-Length")
        return b"%x\r\n%b\r\n" % (len(chunk), chunk) if self._is_chunked and chunk else chunk
