"""Every route keeps the API's promises: it is described, typed, and open to nobody by mistake."""

import importlib
import inspect
import itertools
import re
from collections import defaultdict
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from hiring.domain.permissions import PERMISSIONS
from hiring.errors import Unauthenticated
from hiring.handlers.routes import OPERATIONS
from hiring.http import admission
from hiring.http.handler import Handler
from hiring.http.operation import Operation
from hiring.services.request_state import RequestRecord
from tests.architecture.checkout import files

NAMES = {"board", "code", "token", "name"}
"""Parameters of paths that are no ids."""
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


CLOSED = [each for each in OPERATIONS if not each.is_public]


def declared_operations() -> list[Operation]:
    """Every operation of the modules of handlers, as its decorator made it."""
    names = [f"hiring.handlers.{path.stem}" for path in files() if str(path.parent) == "hiring/handlers"]
    found = [vars(importlib.import_module(name)).values() for name in names if not name.endswith("__init__")]
    return [each for each in itertools.chain(*found) if isinstance(each, Operation)]


def test_operation_has_one_route_when_it_is_declared() -> None:
    """None is forgotten, and no method of a path leads to two."""
    assert sorted(each.name for each in declared_operations()) == sorted(each.name for each in OPERATIONS)
    assert len({(each.method, each.path) for each in OPERATIONS}) == len(OPERATIONS)


def test_path_is_handled_by_one_class_when_several_methods_lead_there() -> None:
    """Tornado makes the handler before it knows the method."""
    handlers = defaultdict(set)
    for each in OPERATIONS:
        handlers[each.path].add(each.handler)
    assert not {path: found for path, found in handlers.items() if len(found) > 1}


def test_operation_says_what_it_does_when_listed() -> None:
    """A few words that begin with a capital and end without a full stop."""
    for each in OPERATIONS:
        assert re.fullmatch(r"[A-Z][^.]{3,58}[^.\s]", each.summary), each.name


def test_operations_are_told_apart_when_listed() -> None:
    """No two have the same words."""
    summaries = [each.summary for each in OPERATIONS]
    assert len(set(summaries)) == len(summaries)


def test_parameter_is_typed_when_a_path_has_one() -> None:
    """The method takes exactly those of the path: an id is a UUID, and what is no id is known here."""
    for each in OPERATIONS:
        types = each.parameters
        assert list(types) == re.findall(r"\{(\w+)\}", each.path), each.name
        assert all(kind is (str if name in NAMES else UUID) for name, kind in types.items()), each.name
        assert all(name in NAMES or name.endswith("_id") for name in types), each.name


async def test_caller_is_refused_without_a_token_when_an_operation_is_not_public() -> None:
    """At the door: the request is counted, and nothing else is looked up."""
    counted: list[str] = []

    async def read(*, caller: str, principal: str | None, limit: str) -> RequestRecord:
        counted.append(caller)
        return RequestRecord(retry_after_s=None, remaining=1, reset_s=0)

    handler: Any = SimpleNamespace(
        request=SimpleNamespace(headers={}), source="198.51.100.1", set_header=lambda name, value: None,
        dependencies=SimpleNamespace(request_state=SimpleNamespace(read=read)),
    )  # fmt: skip
    for each in CLOSED:
        with pytest.raises(Unauthenticated):
            await admission.admit(handler, each)
    assert counted == ["198.51.100.1"] * len(CLOSED)


def test_door_is_passed_when_an_operation_is_not_public() -> None:
    """Who has more to say about admission asks the door, too."""
    for each in CLOSED:
        ways = [vars(above)["admit"] for above in each.handler.__mro__ if "admit" in vars(above)]
        assert all(way is Handler.admit or "super().admit(" in inspect.getsource(way) for way in ways), each.name


def test_permission_is_one_to_change_when_an_operation_changes() -> None:
    """It can be granted, and is none to read; which one it is stands in tests/api/access.tsv."""
    asked = [(each.method, each.permission) for each in CLOSED if each.permission is not None]
    assert {permission for _, permission in asked} <= PERMISSIONS.keys()
    assert not [pair for pair in asked if pair[0] in CHANGING and pair[1].endswith(".read")]
