"""What an endpoint says of itself: who may call it, what it takes and what it answers.

The one definition checks requests (`handler.py`) and writes `/openapi.json` (`hiring/openapi`).
"""

import functools
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_type_hints

import msgspec

from hiring.domain.actors import Actor
from hiring.domain.permissions import require
from hiring.errors import ApiError, SessionRequired
from hiring.http.shapes import Resource

OperationMethod = Callable[..., Awaitable[Any]]

NOT_OF_A_PATH = ("self", "query", "body")
JSON = ("application/json", "application/merge-patch+json")
Caller = Literal["anyone", "themselves", "session"]
"""Who may call: anyone who is authenticated; a user or a key for itself; a user who has logged in."""


@dataclass(frozen=True, slots=True)
class Operation:
    """An endpoint's own words.

    `permission` is one that must be held at least somewhere; without it, `caller` decides alone, with `is_public`
    anybody may call. `is_keyed`: a POST that accepts an Idempotency-Key. `changes_rights`: it may change what sessions
    or keys may do; this process then knows it before it answers. `is_streamed`: the body is no JSON; the handler takes
    it by chunks. `is_tagged`: the answer has an ETag, as any one resource has. `has_token`: a change is answered with a
    Consistency-Token. `or_status`: another status of the same answer. `refuses`: errors that only this operation ends
    in. `path` maps the parameters of its path to UUID or str.
    """

    summary: str
    permission: str | None
    caller: Caller
    is_public: bool
    is_keyed: bool
    changes_rights: bool
    limit: Literal["principal", "login", "apply", "upload"]
    status: int
    returns: Any
    query: type[msgspec.Struct] | None
    body: type | None
    path: Mapping[str, type] = field(default_factory=dict)
    media_types: tuple[str, ...] = JSON
    is_streamed: bool = False
    is_tagged: bool = False
    has_token: bool = True
    or_status: int | None = None
    refuses: tuple[type[ApiError], ...] = ()


def operation(
    summary: str,
    *,
    permission: str | None = None,
    caller: Caller = "anyone",
    is_public: bool = False,
    is_keyed: bool = True,
    changes_rights: bool = False,
    limit: Literal["principal", "login", "apply", "upload"] = "principal",
    status: int = 200,
    returns: Any = None,
    is_streamed: bool = False,
    is_tagged: bool | None = None,
    has_token: bool = True,
    or_status: int | None = None,
    refuses: tuple[type[ApiError], ...] = (),
) -> Callable[[OperationMethod], OperationMethod]:
    """Makes a handler's method an endpoint; `Operation` says what the arguments mean.

    The parameters of the method say the rest: `body` and `query` are structs that the request is checked against, every
    other one is an id or a name out of the path.
    """

    def decorate(method: OperationMethod) -> OperationMethod:
        declared = Operation(
            summary=summary, permission=permission, caller=caller, is_public=is_public, is_keyed=is_keyed,
            limit=limit, status=status, changes_rights=changes_rights, returns=returns, is_streamed=is_streamed,
            **taken_by(method),
            is_tagged=is_resource(returns) if is_tagged is None else is_tagged, has_token=has_token,
            or_status=or_status, refuses=refuses,
        )  # fmt: skip

        @functools.wraps(method)
        async def run(self: Any, **path: str) -> None:
            await self.answer(method, path)

        run.operation = declared  # type: ignore[attr-defined]  # a function carries its own description
        return run

    return decorate


def authorize(actor: Actor, operation: Operation) -> None:
    """Whether the actor may call an operation. Raises: SessionRequired, Forbidden."""
    is_for_another = actor.on_behalf_of is not None and operation.caller != "anyone"
    if is_for_another or (operation.caller == "session" and actor.session_id is None):
        raise SessionRequired
    if operation.permission is not None:
        require(actor, operation.permission)


def taken_by(method: OperationMethod) -> dict[str, Any]:
    """What an operation takes, by the parameters of its method."""
    hints = get_type_hints(method)
    path = {name: hints[name] for name in inspect.signature(method).parameters if name not in NOT_OF_A_PATH}
    return {"query": hints.get("query"), "body": hints.get("body"), "path": path}


def is_resource(shape: Any) -> bool:
    """Whether an answer is one resource."""
    return isinstance(shape, type) and issubclass(shape, Resource)


def operation_of(handler: type, method: str) -> Operation | None:
    """The operation behind an HTTP method of a handler class, None where it has none."""
    return getattr(getattr(handler, method.lower(), None), "operation", None)
