"""From a path to what answers it: a tree of segments, which costs the same however many paths there are."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tornado.escape import url_unescape
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerConnectionDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)

from hiring.http.dependencies import Dependencies
from hiring.http.handler import Handler
from hiring.http.operation import Operation


class Route(NamedTuple):
    """A path, whose `{name}` stands for any segment, the class of its requests, and its operations by method."""

    path: str
    handler: type[Handler]
    operations: Mapping[str, Operation]


@dataclass(slots=True)
class _Node:
    """A place in the tree: what comes next by its word, or as a parameter, and the route that ends here."""

    words: "dict[str, _Node]" = field(default_factory=dict)
    parameter: "_Node | None" = None
    route: Route | None = None
    names: tuple[str, ...] = ()


class Routes:
    """Routes by their paths; a word goes before a parameter. `unknown` is where all other paths lead."""

    def __init__(self, routes: Iterable[Route], unknown: Route) -> None:
        self._root, self._unknown = _Node(), unknown
        for route in routes:
            node, names = self._root, list[str]()
            for segment in route.path.split("/"):
                if segment.startswith("{"):
                    names.append(segment[1:-1])
                    node.parameter = node.parameter or _Node()
                    node = node.parameter
                else:
                    node = node.words.setdefault(segment, _Node())
            assert node.route is None, f"two routes of {route.path}"
            node.route, node.names = route, tuple(names)

    def find(self, path: str) -> tuple[Route, dict[str, bytes]]:
        """The route of a path as it is in a request, and the values of its parameters, unescaped."""
        values: list[str] = []
        node = _found(self._root, path.split("/"), 0, values)
        if node is None or node.route is None:
            return self._unknown, {}
        return node.route, {
            name: url_unescape(value, encoding=None, plus=False)
            for name, value in zip(node.names, values, strict=True)
        }  # fmt: skip


def _found(node: _Node, segments: Sequence[str], place: int, values: list[str]) -> _Node | None:
    """The node of the segments from a place on; a parameter is at least one character."""
    if place == len(segments):
        return node if node.route is not None else None
    segment = segments[place]
    word = node.words.get(segment)
    if word is not None and (found := _found(word, segments, place + 1, values)) is not None:
        return found
    if node.parameter is None or not segment:
        return None
    values.append(segment)
    if (found := _found(node.parameter, segments, place + 1, values)) is not None:
        return found
    values.pop()
    return None


class Application(HTTPServerConnectionDelegate):
    """Answers the requests of a server, each with a handler that is found in the tree."""

    def __init__(self, routes: Routes, dependencies: Dependencies) -> None:
        self._routes, self._dependencies = routes, dependencies

    def start_request(self, server_conn: object, request_conn: HTTPConnection) -> "Dispatch":
        """What takes the next request of a connection."""
        return Dispatch(self, request_conn)

    def handler_of(self, request: HTTPServerRequest) -> Handler:
        """What answers a request."""
        route, values = self._routes.find(request.path)
        return route.handler(request, self._dependencies, route.path, route.operations, values)


class Dispatch(HTTPMessageDelegate):
    """Takes a request as it arrives, and hands it to its handler."""

    def __init__(self, application: Application, connection: HTTPConnection) -> None:
        self._application, self._connection = application, connection
        self._handler: Handler | None = None  # until there is a head that can be read

    def headers_received(
        self, start_line: RequestStartLine | ResponseStartLine, headers: HTTPHeaders
    ) -> Awaitable[None]:
        """The head is here; the body comes when its handler is ready for it. Raises: HTTPInputError."""
        assert isinstance(start_line, RequestStartLine)
        request = HTTPServerRequest(connection=self._connection, start_line=start_line, headers=headers)
        self._handler = self._application.handler_of(request)
        return self._handler.prepare()

    def data_received(self, chunk: bytes) -> Awaitable[None] | None:
        """A part of the body is here."""
        assert self._handler is not None
        return self._handler.data_received(chunk)

    def finish(self) -> None:
        """The whole request is here."""
        assert self._handler is not None
        self._handler.begin()

    def on_connection_close(self) -> None:
        """The client is gone, and the rest of the request with it."""
        if self._handler is not None:
            self._handler.on_connection_close()
