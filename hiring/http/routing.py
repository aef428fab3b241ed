"""From a path to what answers it: a tree of segments, which costs the same however many paths there are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tornado.escape import url_unescape
from tornado.httputil import HTTPServerRequest
from tornado.web import Application, RequestHandler

from hiring.http.dependencies import Dependencies
from hiring.http.operation import Operation


class Route(NamedTuple):
    """A path, whose `{name}` stands for any segment, the class of its requests, and its operations by method."""

    path: str
    handler: type[RequestHandler]
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


class RoutedApplication(Application):
    """Tornado's application, which finds its handlers in the tree."""

    def __init__(
        self, routes: Routes, dependencies: Dependencies, log_function: Callable[[RequestHandler], None]
    ) -> None:
        super().__init__(log_function=log_function, autoreload=False)
        self._routes, self._dependencies = routes, dependencies

    def find_handler(self, request: HTTPServerRequest, **kwargs: Any) -> Any:
        """What answers a request."""
        route, values = self._routes.find(request.path)
        given = {"dependencies": self._dependencies, "route": route.path, "operations": route.operations}
        return self.get_handler_delegate(request, route.handler, given, path_kwargs=values)
