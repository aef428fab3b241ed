"""What an endpoint says of itself: who may call it, what it takes and what it answers.

The one definition checks requests (`handler.py`) and writes `/openapi.json` (`hiring/openapi`).
"""

import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_type_hints

import msgspec

from hiring.domain.actors import Actor
from hiring.domain.permissions import PERMISSIONS, require
from hiring.errors import ApiError, CandidateMerged, CandidateMoved, SessionRequired
from hiring.http.shapes import Resource

PUBLIC = "public"
"""Anybody may call, without a token."""
BOARD = "board"
"""Anybody may call, without a token; a board key is counted by itself."""
ANYONE = "anyone"
"""Anyone who is authenticated may call."""
THEMSELVES = "themselves"
"""A user or a key may call for itself, not on behalf of another."""
SESSION = "session"
"""A user who has logged in may call, and no key."""
NOT_OF_A_PATH = ("query", "body")

Function = Callable[..., Awaitable[Any]]
Limit = Literal["principal", "login", "apply", "upload"]


@dataclass(frozen=True, slots=True)
class Operation:
    """An endpoint: a function with what the service knows of it, and where the routes put it.

    `handler` is the class of requests that the function takes. `access` is a permission that must be held at least
    somewhere, or PUBLIC, BOARD, ANYONE, THEMSELVES, SESSION. `is_keyed`: a POST that accepts an Idempotency-Key.
    `changes_rights`: it may change what sessions or keys may do; this process then knows it before it answers.
    `is_streamed`: the body is no JSON; the handler takes it by chunks. `is_tagged`: the answer has an ETag, as any one
    resource has. `has_token`: a change is answered with a Consistency-Token. `or_status`: another status of the same
    answer. `location`: what the header `Location` of a 200 names, where it has one. `media_types`: those of an answer
    that is not JSON made of `returns`, such as a file. `refuses`: errors that it ends in besides those that any
    operation may. `events`: the types of the events that record what it changes, and of each when it does, empty for
    always. `parameters` maps the names in its path to UUID or str.
    """

    run: Function
    handler: type
    query: type[msgspec.Struct] | None
    body: type | None
    parameters: Mapping[str, type]
    is_keyed: bool = True
    changes_rights: bool = False
    limit: Limit = "principal"
    status: int = 200
    returns: Any = None
    media_types: tuple[str, ...] = ()
    is_streamed: bool = False
    is_tagged: bool = False
    has_token: bool = True
    or_status: int | None = None
    location: str = ""
    refuses: tuple[type[ApiError], ...] = ()
    events: Mapping[str, str] = field(default_factory=dict, hash=False)
    method: str = ""
    path: str = ""
    access: str = ""

    @property
    def name(self) -> str:
        """What clients generated from the OpenAPI document call it: `openJob`."""
        return operation_id(self.run.__name__)

    @property
    def words(self) -> str:
        """Its docstring, which clients read."""
        return inspect.getdoc(self.run) or ""

    @property
    def summary(self) -> str:
        """What it does, in a few words: the first line of its docstring."""
        return self.words.partition("\n")[0].removesuffix(".")

    @property
    def description(self) -> str:
        """The paragraphs of its docstring after the first line."""
        return self.words.partition("\n")[2].strip()

    @property
    def is_public(self) -> bool:
        """Whether anybody may call, without a token."""
        return self.access in (PUBLIC, BOARD)

    @property
    def takes_board_key(self) -> bool:
        """Whether a board key is looked at."""
        return self.access == BOARD

    @property
    def permission(self) -> str | None:
        """The permission that it needs, None where another rule decides who may call."""
        return self.access if "." in self.access else None

    @property
    def body_types(self) -> tuple[str, ...]:
        """The media types of its body, where that is JSON."""
        is_patch = self.method == "PATCH"
        return ("application/merge-patch+json", "application/json") if is_patch else ("application/json",)

    def at(self, method: str, path: str, access: str) -> "Operation":
        """The operation where the routes put it.

        Raises: ValueError, for an access that is no rule: anyone with a token would be let in.
        """
        if access not in (PUBLIC, BOARD, ANYONE, THEMSELVES, SESSION) and access not in PERMISSIONS:
            raise ValueError(
                f"{method} {path}: {access!r} is neither a permission nor public, board, anyone, themselves, session"
            )
        refuses = self.refuses
        if "candidate_id" in self.parameters:
            refuses += (CandidateMoved if method == "GET" else CandidateMerged,)
        return dataclasses.replace(self, method=method, path=path, access=access, refuses=refuses)


@cache
def operation_id(function: str) -> str:
    """The name of an operation, by that of its function: `openJob` for `open_job`."""
    first, *rest = function.split("_")
    return first + "".join(each.capitalize() for each in rest)


def operation(
    *,
    is_keyed: bool = True,
    changes_rights: bool = False,
    limit: Limit = "principal",
    status: int = 200,
    returns: Any = None,
    media_types: tuple[str, ...] = (),
    is_streamed: bool = False,
    is_tagged: bool | None = None,
    has_token: bool = True,
    or_status: int | None = None,
    location: str = "",
    refuses: tuple[type[ApiError], ...] = (),
    events: Iterable[str] | Mapping[str, str] = (),
) -> Callable[[Function], Operation]:
    """Makes a function an endpoint; `Operation` says what the arguments mean.

    The parameters of the function say the rest: the first is the request, in the class that handles it; `body` and
    `query` are structs that the request is checked against; every other one is an id or a name out of the path. Its
    docstring is what clients read: the summary, and behind an empty line the rest.
    """

    def made(function: Function) -> Operation:
        hints = get_type_hints(function)
        request, *names = inspect.signature(function).parameters
        return Operation(
            run=function, handler=hints[request], query=hints.get("query"), body=hints.get("body"),
            parameters={name: hints[name] for name in names if name not in NOT_OF_A_PATH}, is_keyed=is_keyed,
            changes_rights=changes_rights, limit=limit, status=status, returns=returns, media_types=media_types,
            is_streamed=is_streamed, is_tagged=is_resource(returns) if is_tagged is None else is_tagged,
            has_token=has_token, or_status=or_status, location=location, refuses=refuses,
            events=events if isinstance(events, Mapping) else dict.fromkeys(events, ""),
        )  # fmt: skip

    return made


def authorize(actor: Actor, operation: Operation) -> None:
    """Whether the actor may call an operation. Raises: SessionRequired, Forbidden."""
    if operation.access == THEMSELVES and actor.on_behalf_of is not None:
        raise SessionRequired("Users and API keys call this for themselves: leave On-Behalf-Of out.")
    if operation.access == SESSION and (actor.session_id is None or actor.on_behalf_of is not None):
        raise SessionRequired
    if operation.permission is not None:
        require(actor, operation.permission)


def is_resource(shape: Any) -> bool:
    """Whether an answer is one resource."""
    return isinstance(shape, type) and issubclass(shape, Resource)
