"""The life of a request, the same for every endpoint: admit, read, run, answer.

What is wrong is found in this order: 401, 404 and 405, 413 and 415, 400, 403, 422, then what the command or query says.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from hiring.commands.base import Written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.checking import checked
from hiring.domain.permissions import require
from hiring.errors import (
    ApiError,
    BodyTooLarge,
    Internal,
    Malformed,
    MethodNotAllowed,
    NotFound,
    TokenRefused,
    Unavailable,
    UnsupportedMediaType,
)
from hiring.handlers import authentication, cursors, holders, idempotency
from hiring.handlers.counted import Counted
from hiring.handlers.dependencies import Dependencies
from hiring.handlers.entity_tags import is_known, on_expected_version
from hiring.handlers.json_bodies import json_of
from hiring.handlers.operation import Operation, operation_of, type_of_method
from hiring.handlers.replies import Reply, changed, created, etag_of, page_body, problem
from hiring.handlers.requests import announced_bytes, has_body, path_id, query_of
from hiring.handlers.shapes import Nothing
from hiring.queries.base import Page
from hiring.services.ids import new_id
from hiring.services.logs import get_logger

DRAINED_BYTES = 256 * 1024 * 1024
"""Of a body that is too large, so much is read and dropped, so that its sender sees the answer instead of a reset."""
TORNADOS_REFUSALS: dict[int, type[ApiError]] = {400: Malformed, 404: NotFound, 405: MethodNotAllowed}
"""What Tornado refuses by itself: a path that is not UTF-8, a file that is not there, a method of no standard."""

type_of_command = Callable[..., Awaitable[Written]]

log = get_logger(__name__)


@stream_request_body
class Handler(Counted):
    """A resource; its methods are operations (`operation.py`)."""

    dependencies: Dependencies
    actor: Actor
    db: Database
    principal_id: str | None = None
    refusal: Exception | None = None

    def initialize(self, dependencies: Dependencies) -> None:
        self.dependencies = dependencies
        self.enter()
        self.received = bytearray()
        self.is_too_large = False
        self.address = authentication.address_of(self.request, dependencies.trusted_proxies)

    # -- admit: before the body is read --

    async def prepare(self) -> None:
        """Decides from the head of the request alone whether its body is taken."""
        self.request.connection.set_max_body_size(DRAINED_BYTES)  # type: ignore[union-attr]  # set while a request lives
        try:
            if self.request.method == "OPTIONS":
                await self.allow_origin()
            else:
                await self.admit(self.operation)
        except Exception as error:  # noqa: BLE001  # the edge: whatever it is becomes an answer
            self.refuse_when_read(error)

    @property
    def operation(self) -> Operation | None:
        """What is asked for; HEAD asks for what GET does, and Tornado keeps the body back."""
        return operation_of(type(self), "GET" if self.request.method == "HEAD" else self.request.method or "")

    def refuse_when_read(self, error: Exception) -> None:
        """Refuses behind the body: its sender would see a reset, not the answer, and the connection would end.

        At once, and with the connection's end, where the sender waits to be asked for the body, or announces too much.
        """
        head = self.request.headers
        if head.get("Expect", "").lower() == "100-continue" or announced_bytes(head) > DRAINED_BYTES:
            self.set_header("Connection", "close")
            self.refuse(error)
        else:
            self.refusal = error

    async def admit(self, operation: Operation | None) -> None:
        """Who asks, may they ask here, and is what they announce acceptable."""
        admitted = await authentication.admit(self, operation)
        self.actor, self.db = admitted.actor, admitted.db
        await self.allow_origin()
        if operation is None:
            raise MethodNotAllowed
        self.check_announced_body(operation)

    def check_announced_body(self, operation: Operation) -> None:
        """Raises: BodyTooLarge, UnsupportedMediaType."""
        if announced_bytes(self.request.headers) > self.maximum_body_bytes(operation):
            raise BodyTooLarge(f"The body is larger than {self.maximum_body_bytes(operation)} bytes.")
        if (coding := self.request.headers.get("Content-Encoding", "identity").strip().lower()) != "identity":
            raise UnsupportedMediaType(f"A body with the content coding {coding[:20]} is not taken; send it as it is.")
        media_type = self.request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        is_expected = operation.is_streamed or media_type in operation.media_types
        if (has_body(self.request.headers) or media_type) and operation.body is not None and not is_expected:
            raise UnsupportedMediaType(f"This endpoint takes {' or '.join(operation.media_types)}.")

    def maximum_body_bytes(self, operation: Operation) -> int:
        """How much of a body is taken, in bytes."""
        api = self.dependencies.settings.api
        return api.max_upload_bytes if operation.is_streamed else api.max_body_bytes

    def data_received(self, chunk: bytes) -> None:
        """Collects the body of a JSON request; what is over the limit is dropped."""
        if self.refusal is not None or self.is_too_large:
            return
        self.received += chunk
        if len(self.received) > self.dependencies.settings.api.max_body_bytes:
            self.is_too_large = True
            self.received.clear()

    # -- run: the body is here --

    async def answer(self, method: type_of_method, path: dict[str, str]) -> None:
        """Runs an operation's method and sends what it returns, or why it could not."""
        try:
            if self.refusal is not None:
                raise self.refusal
            if (operation := self.operation) is None:
                raise MethodNotAllowed
            arguments = self.arguments_of(operation, path)
            async with self.time_limit():
                key = idempotency.key_of(self, operation)
                if key is None:
                    reply = await method(self, **arguments)
                else:
                    reply = await idempotency.answer_once(self, key, method, arguments)
            if operation.changes_rights:
                await self.dependencies.principals.refresh()
            await self.send(reply)
        except Exception as error:  # noqa: BLE001  # the edge: whatever it is becomes an answer
            self.refuse(await holders.told(self.db, self.actor, error))

    @asynccontextmanager
    async def time_limit(self) -> AsyncIterator[None]:
        """Ends what takes longer than a request may. Raises: Unavailable: nobody knows whether a command arrived."""
        try:
            async with asyncio.timeout(self.dependencies.settings.api.request_timeout_ms / 1000):
                yield
        except TimeoutError:
            raise Unavailable("The request took too long.") from None

    def arguments_of(self, operation: Operation, path: dict[str, str]) -> dict[str, Any]:
        """The method's arguments, checked."""
        if self.is_too_large:
            raise BodyTooLarge
        value = json_of(bytes(self.received)) if operation.body is not None else None
        if operation.permission is not None:
            require(self.actor, operation.permission)
        arguments: dict[str, Any] = {}
        query = query_of(self.request.query_arguments, operation.query or Nothing)
        if operation.query is not None:
            arguments["query"] = cursors.opened(query, self.request.path, self.actor.organization_id, self.secret)
        if operation.body is not None:
            arguments["body"] = checked(value, operation.body)
        kinds = operation.path.items()
        return arguments | {name: path[name] if kind is str else path_id(path[name]) for name, kind in kinds}

    @property
    def secret(self) -> str:
        """What cursors and consistency tokens are signed with."""
        return self.dependencies.settings.tokens.secret

    # -- answer --

    async def created(self, command: type_of_command, collection: str, **values: Any) -> Reply:
        """Runs a command that makes something: 201 with the resource and where it lives."""
        change = await command(self.db, self.actor, **values)
        return created(change, f"/api/v1/{collection}/{change.id}")

    async def changed(self, command: type_of_command, *arguments: Any, **values: Any) -> Reply:
        """Runs a command on a version that If-Match expects: 200 with the resource as it is now."""
        run = partial(command, self.db, self.actor, *arguments, **values)
        return changed(await on_expected_version(self.request.headers, run))

    def page(self, page: Page, query: Any) -> Reply:
        """200 with a page whose cursor is signed and bound to the organization's list and its filters."""
        cursor = cursors.sealed(page.position, query, self.request.path, self.actor.organization_id, self.secret)
        return Reply(body=page_body(page, cursor))

    async def send(self, reply: Reply) -> None:
        """Writes a reply; what was changed is remembered for the caller's next reads first."""
        if reply.event_id is not None:
            self.set_header("Consistency-Token", cursors.token(reply.event_id, self.secret))
            await authentication.remember_event(self, reply.event_id, reply.new_principal)
        for name, value in reply.headers.items():
            self.set_header(name, value)
        if reply.location is not None:
            self.set_header("Location", reply.location)
        if (etag := etag_of(reply)) is not None:
            self.set_header("ETag", f'"{etag}"')
            if self.request.method in {"GET", "HEAD"} and is_known(self.request.headers, etag):
                self.set_status(304)
                await self.finish()
                return
        self.set_status(reply.status)
        if reply.body is not None:
            self.set_header("Content-Type", "application/json")
            self.write(reply.body)
        elif reply.content is not None:
            await self.stream(reply.content, reply.size)
        await self.finish()

    async def stream(self, content: AsyncIterator[bytes], size: int | None) -> None:
        """Sends a file as it is read; a slow reader holds the reading back. What fails half-way is a cut connection."""
        if size is not None:
            self.set_header("Content-Length", str(size))
        async for chunk in content:
            self.write(chunk)
            async with asyncio.timeout(self.dependencies.settings.api.body_timeout_ms / 1000):
                await self.flush()

    async def options(self, **path: str) -> None:
        """What a browser asks before it sends a request from another origin."""
        if self.refusal is not None:
            self.refuse(self.refusal)
        else:
            await super().options(**path)

    async def head(self, **path: str) -> None:
        """What GET answers, without its body."""
        if (answer := self.get(**path)) is not None:
            await answer

    def refuse(self, error: Exception) -> None:
        """Sends the problem document of an error; one that is not ours is logged whole and told as nothing."""
        if isinstance(error, StreamClosedError):  # nobody is left to hear it
            return
        if not isinstance(error, ApiError) or isinstance(error, Internal):
            log.error("request.failed", request_id=str(self.request_id), exc_info=error)
            error = Internal()
        if self._finished:
            return
        if self._headers_written:  # the answer had begun: a cut connection is the only way left to say so
            self.request.connection.stream.close()  # type: ignore[union-attr]  # Tornado's HTTP/1 connection has one
            return
        self.set_status(error.kind.status)
        self.set_header("Content-Type", "application/problem+json")
        self.clear_header("ETag")
        self.set_header("Cache-Control", "no-store")
        if error.kind.status == 405:
            self.set_header("Allow", self.allowed)
        if error.kind.status == 401:
            reason = ', error="invalid_token"' if isinstance(error, TokenRefused) else ""  # RFC 6750, section 3
            self.set_header("WWW-Authenticate", f'Bearer realm="hiring"{reason}')
        if error.retry_after_s is not None:
            self.set_header("Retry-After", str(error.retry_after_s))
        self.finish(msgspec.json.encode(problem(error, self.request_id)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What Tornado itself refuses; its own pages never leave."""
        info, kind = kwargs.get("exc_info"), TORNADOS_REFUSALS.get(status_code, Internal)
        self.refuse(self.refusal or (info[1] if info and kind is Internal else kind()))

    def set_default_headers(self) -> None:
        """Headers of every answer."""
        self.request_id = getattr(self, "request_id", None) or new_id()  # Tornado begins its own refusals anew
        self.set_header("Request-Id", str(self.request_id))
        self.clear_header("Server")
        self.set_header("X-Content-Type-Options", "nosniff")

    def compute_etag(self) -> str | None:
        """Ours begin with the version (`replies.py`), and nothing else has one."""
        return None


class UnknownRoute(Handler):
    """A path that leads nowhere: 404 to whom it may concern."""

    async def admit(self, operation: Operation | None) -> None:
        await authentication.admit(self, None)
        raise NotFound

    async def allow_origin(self) -> None:
        raise NotFound
