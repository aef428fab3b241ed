"""The life of a request, the same for every endpoint: admit, read, run, answer.

What is wrong is found in this order: 401, 404 and 405, 413 and 415, 400, 403, 422, then what the command or query says.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

from tornado.httputil import HTTPServerRequest

from hiring.domain.actors import anonymous
from hiring.domain.checking import checked
from hiring.domain.visibility import is_partial, visibility
from hiring.errors import ApiError, Malformed, MethodNotAllowed, NotFound, Unavailable
from hiring.foundation.ids import new_id
from hiring.http import admission, cursors, holders, idempotency, survivors
from hiring.http.answering import SECURITY_HEADERS
from hiring.http.cross_origin import KNOWN_METHODS
from hiring.http.dependencies import Dependencies
from hiring.http.entity_tags import versions_of
from hiring.http.json_bodies import json_of
from hiring.http.operation import Operation, authorize
from hiring.http.receiving import DRAINED_BYTES, Receiving
from hiring.http.replies import Reply, page_body
from hiring.http.requests import announced_bytes, path_id, query_of
from hiring.http.shapes import Nothing
from hiring.queries.base import ListAll, Page, SyncQuery
from hiring.services.kept_answers import KeptAnswer

UNKEPT_FILTERS = ("updated_since", "ids", "external_id")
RUNNING: set[asyncio.Task[None]] = set()
"""The answers that are being made; the event loop alone would let them go."""


class Handler(Receiving):
    """A request to a path; what is asked for is an operation of `operations`, by its method.

    The connection calls `prepare` with the head and waits for it, then `data_received` with each part of the body, and
    `begin` at its end.
    """

    is_admitted: ClassVar[bool] = True
    """Whether admission decides who may ask; otherwise anybody may, and nothing is looked up."""

    def __init__(
        self, request: HTTPServerRequest, dependencies: Dependencies, route: str, operations: Mapping[str, Operation],
        values: Mapping[str, bytes],
    ) -> None:  # fmt: skip
        super().__init__(request, dependencies, route, operations, values)
        self.request_id = new_id()
        self.set_header("Request-Id", str(self.request_id))
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)
        self.received = bytearray()
        self.enter()
        self.address = admission.address_of(self.request, dependencies.trusted_proxies)
        self.source = admission.source_of(self.address)
        self.actor, self.db, self.names_writes = anonymous(self.request_id), dependencies.db, True  # until admission

    # -- admit: before the body is read --

    async def prepare(self) -> None:
        """Decides from the head of the request alone whether its body is taken."""
        self.connection.set_max_body_size(DRAINED_BYTES)
        try:
            self.allow_origin()
            self.check_line()
            await self.admit(self.operation)
        except Exception as error:  # noqa: BLE001  # the edge: whatever it is becomes an answer
            self.refuse_when_read(error)

    def check_line(self) -> None:
        """Decides whether the request can be looked at. Raises: MethodNotAllowed, Malformed, RateLimited."""
        error: ApiError | None = None
        try:
            self.path_kwargs = {name: value.decode() for name, value in self.values.items()}
        except UnicodeDecodeError:
            error = Malformed()
        if self.method not in KNOWN_METHODS:
            error = MethodNotAllowed()
        if error is not None:
            admission.count_here(self)
            raise error

    def refuse_when_read(self, error: Exception) -> None:
        """Refuses behind the body: its sender would see a reset, not the answer, and the connection would end.

        At once, and with the connection's end, where the sender waits to be asked for the body, announces too much, or
        uses a method of which nobody knows what comes behind it.
        """
        is_unknown = self.method not in KNOWN_METHODS
        if is_unknown or self.is_awaiting or announced_bytes(self.request.headers) > DRAINED_BYTES:
            self.end_connection()
            self.refuse(error)
        else:
            self.refusal = error
            if isinstance(error, ApiError):
                error.__traceback__ = None  # it holds this request, which holds it

    @property
    def is_awaiting(self) -> bool:
        """Whether the sender waits to be asked for the body (RFC 9110, section 10.1.1)."""
        return self.request.headers.get("Expect", "").lower() == "100-continue"

    async def admit(self, operation: Operation | None) -> None:
        """Decides who asks, whether they may ask here, and whether the body that they announce is taken."""
        if self.method == "OPTIONS":
            await admission.count_source(self)
            return
        admitted = await self.identify(operation)
        self.actor, self.db, self.names_writes = admitted.actor, admitted.db, admitted.names_writes
        if operation is None:
            raise MethodNotAllowed
        self.check_announced_body(operation)
        if self.is_awaiting:
            self.check_head(operation)

    async def identify(self, operation: Operation | None) -> admission.Admitted:
        """Who asks, as their token says. Raises: as `admission.admit`."""
        return await admission.admit(self, operation)

    def check_head(self, operation: Operation) -> None:
        """Judges all that the head tells, which otherwise is judged together with the body.

        Raises: Forbidden, Invalid (query, Idempotency-Key), NotFound (no id in the path).
        """
        if not operation.is_public:
            authorize(self.actor, operation)
        self.query_arguments(operation)
        path_arguments(operation, self.path_kwargs)
        idempotency.key_of(self, operation)

    # -- run: the body is here --

    def begin(self) -> None:
        """Answers, unless the head was answered already."""
        if not self.has_begun:
            task = asyncio.get_running_loop().create_task(self.answer())
            RUNNING.add(task)
            task.add_done_callback(RUNNING.discard)

    async def answer(self) -> None:
        """Sends what was asked for, or why it is not given."""
        try:
            if self.refusal is not None:
                self.refuse(self.refusal)
            elif self.method == "OPTIONS":
                await self.tell_options()
            else:
                await self.send(await self.reply())
        except Exception as error:  # noqa: BLE001  # the edge: whatever it is becomes an answer
            self.refuse(await survivors.told(self, await holders.told(self.db, self.actor, error)))

    async def reply(self) -> Reply:
        """Runs the operation that is asked for. Raises: whatever it raises."""
        if (operation := self.operation) is None:
            raise MethodNotAllowed
        reply = await self.run(operation, self.arguments_of(operation, self.path_kwargs))
        if operation.changes_rights:
            await self.dependencies.principals.refresh()
            await self.dependencies.news.tell_changed_rights()
        return reply

    async def run(self, operation: Operation, arguments: dict[str, Any]) -> Reply:
        """Runs an operation, once under an Idempotency-Key.

        Raises: Unavailable, where it takes longer than a request may: nobody knows whether a command arrived.
        """
        key = idempotency.key_of(self, operation)
        try:
            async with asyncio.timeout(self.dependencies.settings.api.request_timeout_ms / 1000):
                if key is None:
                    result: Reply = await operation.run(self, **arguments)
                    return result
                return await idempotency.answer_once(self, key, operation, arguments)
        except TimeoutError:
            raise Unavailable("The request took too long.") from None

    def arguments_of(self, operation: Operation, path: Mapping[str, str]) -> dict[str, Any]:
        """The arguments of an operation, checked."""
        value = json_of(bytes(self.received)) if operation.body is not None else None
        if not operation.is_public:
            authorize(self.actor, operation)
        arguments = self.query_arguments(operation)
        if operation.body is not None:
            arguments["body"] = checked(value, operation.body)
        return arguments | path_arguments(operation, path)

    def query_arguments(self, operation: Operation) -> dict[str, Any]:
        """The argument `query`, where the operation takes one. Raises: Invalid."""
        query = query_of(self.parameters, operation.query or Nothing)
        if operation.query is None:
            return {}
        return {"query": cursors.opened(query, self.place, self.actor.organization_id, self.secret)}

    @property
    def parameters(self) -> Mapping[str, list[bytes]]:
        """The parameters of the query, as they are checked against what the operation takes."""
        return self.request.query_arguments

    @property
    def place(self) -> str:
        """The path, however its characters were written."""
        return self.route.format(**self.path_kwargs)

    @property
    def expected_versions(self) -> list[int] | None:
        """The versions one of which If-Match demands; None where any will do. Raises: Malformed."""
        return sorted(versions_of(self.request.headers.get("If-Match"))) or None

    # -- answer --

    def page(self, page: Page, query: Any) -> Reply:
        """200 with a page whose cursor is signed and bound to the organization's list and its filters."""
        permission = self.operation.permission if self.operation else None
        if is_partial(permission):
            self.set_header("Visibility", visibility(self.actor, permission).header())
        cursor = cursors.sealed(page.position, query, self.place, self.actor.organization_id, self.secret)
        return Reply(body=page_body(page, cursor))

    async def vocabulary(self, list_all: ListAll, query: SyncQuery) -> Reply:
        """200 with a page of words that all who may read it see alike, from memory where that certainly holds.

        What names moments or resources is read each time: there is no end of them.
        """
        organization_id = self.actor.organization_id
        assert organization_id is not None

        async def make(state: str | None) -> KeptAnswer:
            db = self.db if state is None else self.dependencies.db.of_vocabularies(organization_id, state)
            return KeptAnswer.of(self.page(await list_all(db, self.actor, query), query).body or "")

        if self.names_writes or any(getattr(query, name, None) is not None for name in UNKEPT_FILTERS):
            answer = await make(None)
        else:
            answers = self.dependencies.vocabulary_answers
            answer = await answers.recall(organization_id, (self.route, query), make)
        return Reply(body=answer.body, etag=answer.etag)

    def document(self) -> Reply:
        """The document that was made once for the request's path."""
        return self.dependencies.documents[self.route].reply(self.request.headers.get("Accept-Encoding", ""))


def path_arguments(operation: Operation, path: Mapping[str, str]) -> dict[str, Any]:
    """The arguments that stand in the path. Raises: NotFound."""
    return {name: path[name] if kind is str else path_id(path[name]) for name, kind in operation.parameters.items()}


class UnknownRoute(Handler):
    """A path that leads nowhere: 404 to whom it may concern."""

    async def admit(self, operation: Operation | None) -> None:
        if self.method == "OPTIONS":
            await admission.count_source(self)
        else:
            await admission.admit(self, None)
        raise NotFound
