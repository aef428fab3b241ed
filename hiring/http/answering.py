"""What leaves the service: answers and refusals, with the headers that every one of them has."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec
from tornado.iostream import StreamClosedError

from hiring.errors import ApiError, Internal, TokenRefused
from hiring.foundation.logs import get_logger
from hiring.http import admission, cursors
from hiring.http.counted import Counted
from hiring.http.entity_tags import is_known
from hiring.http.replies import NO_STORE, Reply, cache_control, etag_of, problem

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every answer. A page for people has a policy of its own, which forbids frames as well."""

log = get_logger(__name__)


class Answering(Counted):
    """The answer of a request: a reply, or why there is none."""

    refusal: Exception | None = None

    async def send(self, reply: Reply) -> None:
        """Writes a reply; what was changed is remembered for the caller's next reads first."""
        if reply.event_id is not None:
            self.set_header("Consistency-Token", cursors.token(reply.event_id, self.secret))
            await admission.remember_event(self, reply.event_id, reply.new_principal)
        self.set_header("Cache-Control", cache_control(reply, self.operation))
        for name, value in reply.headers.items():
            self.set_header(name, value)
        if reply.location is not None:
            self.set_header("Location", reply.location)
        if (etag := etag_of(reply)) is not None:
            self.set_header("ETag", f'"{etag}"')
            if self.method in {"GET", "HEAD"} and is_known(self.request.headers, etag):
                self.status = 304
                await self.finish()
                return
        self.status = reply.status
        if reply.body is not None:
            self.set_header("Content-Type", reply.headers.get("Content-Type", "application/json"))
            self.write(reply.body)
        elif reply.content is not None:
            await self.stream(reply.content, reply.size)
        await self.finish()

    async def stream(self, content: AsyncGenerator[bytes], size: int | None) -> None:
        """Sends a file as it is read; a slow reader holds the reading back. What fails half-way is a cut connection.

        Raises: StreamClosedError, also for a client that takes nothing in time.
        """
        if size is not None:
            self.set_header("Content-Length", str(size))
        async with aclosing(content):  # else a reader who leaves leaves its source open
            async for chunk in content:
                if self.method == "HEAD":  # that there is a first part decides; nobody takes the others
                    await self.flush()  # else a length of nothing would be told
                    return
                self.write(chunk)
                try:
                    async with asyncio.timeout(self.dependencies.settings.api.body_timeout_ms / 1000):
                        await self.flush()
                except TimeoutError:
                    self.connection.stream.close()
                    raise StreamClosedError from None

    def refuse(self, error: Exception) -> None:
        """Sends the problem document of an error; one that is not ours is logged and told as nothing."""
        if isinstance(error, StreamClosedError):  # nobody is left to hear it
            return
        if not isinstance(error, ApiError) or isinstance(error, Internal):
            log.error("request.failed", request_id=str(self.request_id), exc_info=error)
            error = Internal()
        self.tell(error)

    def tell(self, error: ApiError) -> None:
        """Sends the problem document of an error."""
        if self.is_over:
            return
        if self.has_begun:  # the answer had begun: a cut connection is the only way left to say so
            self.connection.stream.close()
            return
        self.status = error.kind.status
        self.set_header("Content-Type", "application/problem+json")
        self.clear_header("ETag")
        self.set_header("Cache-Control", NO_STORE)
        if error.kind.status == 405:
            self.set_header("Allow", self.allowed)
        if error.kind.status == 401:
            reason = ', error="invalid_token"' if isinstance(error, TokenRefused) else ""  # RFC 6750, section 3
            self.set_header("WWW-Authenticate", f'Bearer realm="hiring"{reason}')
        if error.location is not None:
            self.set_header("Location", error.location)
        if error.retry_after_s is not None:
            self.set_header("Retry-After", str(error.retry_after_s))
        self.unsent = msgspec.json.encode(problem(error, self.request_id))
        self.finish()

    def end_connection(self) -> None:
        """Tells the client that the connection ends with this answer, since what it still sends is not read."""
        self.set_header("Connection", "close")
        self.connection.stream.is_refused = True
