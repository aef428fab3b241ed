"""Every route keeps the API's promises: it is described, typed, and open to nobody by mistake."""

import inspect
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from hiring.domain.permissions import PERMISSIONS
from hiring.errors import Unauthenticated
from hiring.handlers.documentation import Page
from hiring.handlers.routes import API, SERVICE, documented
from hiring.http import admission
from hiring.http.handler import Handler
from hiring.http.operation import Operation, operation_of
from hiring.openapi.document import METHODS
from hiring.services.request_state import RequestRecord
from tests.architecture.checkout import classes

NAMES = {"board", "code", "token", "name"}
"""Parameters of paths that are no ids."""
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


class Endpoint(NamedTuple):
    """An operation and where it is."""

    method: str
    path: str
    handler: type[Handler]
    operation: Operation

    @property
    def name(self) -> str:
        """As it is requested."""
        return f"{self.method} {self.path}"


def endpoints() -> Iterator[Endpoint]:
    """Every operation that a route leads to."""
    for path, handler in documented():
        for method in METHODS:
            if operation := operation_of(handler, method):
                yield Endpoint(method, path, handler, operation)


ENDPOINTS = list(endpoints())
CLOSED = [each for each in ENDPOINTS if not each.operation.is_public]


def test_route_leads_to_operations_when_programs_call_it() -> None:
    """Every method is one, or the handler is a page for people, which the description leaves out."""
    for path, handler in documented():
        methods = [name for name in METHODS if hasattr(handler, name.lower())]
        answered = [name for name in methods if getattr(handler, name.lower()) is not getattr(Handler, name.lower())]
        assert answered, path
        if not issubclass(handler, Page):
            assert all(operation_of(handler, name) for name in answered), path


def test_handler_has_one_route_when_it_answers() -> None:
    """No path leads to two handlers, no handler is forgotten."""
    paths, routed = [path for path, _ in documented()], [handler for _, handler in (*SERVICE, *API)]
    resources = [handler for handler in routed if handler is not Page]  # which serves every page
    assert len(set(paths)) == len(paths) and len(set(resources)) == len(resources)
    names = {name.lower() for name in METHODS}
    assert {each for each in classes() if issubclass(each, Handler) and vars(each).keys() & names} == set(routed)


def test_operation_says_what_it_does_when_listed() -> None:
    """A few words that begin with a capital and end without a full stop."""
    for each in ENDPOINTS:
        assert re.fullmatch(r"[A-Z][^.]{3,58}[^.\s]", each.operation.summary), each.name


def test_operations_are_told_apart_when_listed() -> None:
    """No two have the same words."""
    summaries = [each.operation.summary for each in ENDPOINTS]
    assert len(set(summaries)) == len(summaries)


def test_parameter_is_typed_when_a_path_has_one() -> None:
    """The method takes exactly those of the path: an id is a UUID, and what is no id is known here."""
    for each in ENDPOINTS:
        types = each.operation.path
        assert list(types) == re.findall(r"\{(\w+)\}", each.path), each.name
        assert all(kind is (str if name in NAMES else UUID) for name, kind in types.items()), each.name
        assert all(name in NAMES or name.endswith("_id") for name in types), each.name


async def test_caller_is_refused_without_a_token_when_an_operation_is_not_public() -> None:
    """At the door: the request is counted, and nothing else is looked up."""
    counted: list[str] = []

    async def read(*, caller: str, principal: str, limit: str) -> RequestRecord:
        counted.append(caller)
        return RequestRecord(is_available=True, retry_after_s=None, remaining=1, reset_s=0)

    handler: Any = SimpleNamespace(
        request=SimpleNamespace(headers={}), source="198.51.100.1", set_header=lambda name, value: None,
        dependencies=SimpleNamespace(request_state=SimpleNamespace(read=read)),
    )  # fmt: skip
    for each in CLOSED:
        with pytest.raises(Unauthenticated):
            await admission.admit(handler, each.operation)
    assert counted == ["198.51.100.1"] * len(CLOSED)


def test_door_is_passed_when_an_operation_is_not_public() -> None:
    """Who has more to say about admission asks the door, too."""
    for each in CLOSED:
        ways = [vars(above)["admit"] for above in each.handler.__mro__ if "admit" in vars(above)]
        assert all(way is Handler.admit or "super().admit(" in inspect.getsource(way) for way in ways), each.name


def test_permission_is_one_to_change_when_an_operation_changes() -> None:
    """It can be granted, and is none to read; which one it is stands in tests/api/access.tsv."""
    asked = [(each.method, each.operation.permission) for each in CLOSED if each.operation.permission is not None]
    assert {permission for _, permission in asked} <= PERMISSIONS.keys()
    assert not [pair for pair in asked if pair[0] in CHANGING and pair[1].endswith(".read")]
