"""From a path to its route: as a list of regular expressions would find it, of which the first counts."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hiring.handlers.routes import OPERATIONS, PAGES, UNKNOWN, routes
from hiring.http.handler import UnknownRoute
from hiring.http.routing import Route, Routes
from tests.client import pattern

ROUTES = routes()
PATHS = list(dict.fromkeys([*(each.path for each in OPERATIONS), *PAGES]))
PATTERNS = [(path, re.compile(pattern(path))) for path in PATHS]
SEGMENTS = [*sorted({segment for path in PATHS for segment in path.split("/")}), "%2F", "a b", "%ff", "é", "{name}"]


def found_by_patterns(path: str) -> tuple[str, dict[str, str]]:
    """What the first pattern that fits says."""
    for route, compiled in PATTERNS:
        if match := compiled.fullmatch(path):
            return route, match.groupdict()
    return UNKNOWN, {}


@pytest.mark.parametrize("path", PATHS)
def test_every_path_leads_to_its_route(path: str) -> None:
    """With an id in each place, and nowhere with a segment more, a segment less or an empty one."""
    filled = re.sub(r"\{\w+\}", "x", path)
    route, values = ROUTES.find(filled)
    assert route.path == path and values == dict.fromkeys(re.findall(r"\{(\w+)\}", path), b"x")
    for other in (f"{filled}/", f"{filled}/x/y/z", f"/{filled}", re.sub(r"\{\w+\}", "", path)):
        assert ROUTES.find(other)[0].path == found_by_patterns(other)[0], other


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(SEGMENTS), max_size=8))
def test_tree_finds_what_the_patterns_find(segments: list[str]) -> None:
    """Whatever segments of routes are put together."""
    path = "/".join(["", *segments])
    route, values = ROUTES.find(path)
    expected, texts = found_by_patterns(path)
    assert (route.path, list(values)) == (expected, list(texts))


def made(*paths: str) -> Routes:
    """A tree of these paths."""
    return Routes([Route(path, UnknownRoute, {}) for path in paths], Route(UNKNOWN, UnknownRoute, {}))


def test_word_goes_before_a_parameter_unless_it_leads_nowhere() -> None:
    """Values are unescaped, a plus stays, and bytes that are no text are for the request to refuse."""
    tree = made("/a/{x}/c", "/a/b/d", "/{y}/b/{z}")
    for path, route, values in [
        ("/a/b/d", "/a/b/d", {}), ("/a/b/c", "/a/{x}/c", {"x": b"b"}), ("/a/b/e", "/{y}/b/{z}", {"y": b"a", "z": b"e"}),
        ("/a/q+%2F%ff/c", "/a/{x}/c", {"x": b"q+/\xff"}), ("/a//c", UNKNOWN, {}), ("/a/b", UNKNOWN, {}),
        ("", UNKNOWN, {}),
    ]:  # fmt: skip
        found, given_values = tree.find(path)
        assert (found.path, given_values) == (route, values), path
    with pytest.raises(AssertionError):
        made("/a/{x}", "/a/{y}")
