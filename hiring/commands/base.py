"""What all commands share: the stamp that they write, and the reading of what their statements return."""

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar
from uuid import UUID

import msgspec

from hiring.connectors.postgres_values import JsonText
from hiring.domain.actors import Actor
from hiring.domain.refusals import error_of
from hiring.errors import BeingChanged, Internal, NotFound
from hiring.foundation.ids import new_id

if TYPE_CHECKING:
    from typing_extensions import ReadOnly

MAXIMUM_TRIES = 5
"""How often a command that reads before it writes begins anew because others wrote in between."""

P = ParamSpec("P")
ResultT = TypeVar("ResultT")


class Stamp(TypedDict):
    """Whose tenant, and the envelope of the event that the command's statement writes."""

    organization_id: UUID | None
    event_id: UUID
    actor: dict[str, Any]
    correlation_id: UUID


class Resource(TypedDict):
    """The row as it is now, with the event of its change; ids and texts are there unless the statement refused."""

    id: "ReadOnly[UUID | None]"
    version: "ReadOnly[int | None]"
    body: "ReadOnly[str | None]"
    event_id: "ReadOnly[UUID | None]"


class Judged(TypedDict):
    """What every judged command returns: the refusal as JSON text, or None."""

    refusal: "ReadOnly[str | None]"


class Outcome(Judged, Resource):
    """What a judged command on one row returns."""


JudgedT = TypeVar("JudgedT", bound=Judged)


class Written(msgspec.Struct, frozen=True):
    """What a command did: the resource as JSON text, and its event, which is None when nothing had to change."""

    id: UUID
    version: int
    body: str
    event_id: UUID | None


def retried(command: Callable[P, Awaitable[ResultT]]) -> Callable[P, Awaitable[ResultT]]:
    """Runs a command again when it raises BeingChanged: what it had read and judged was out of date when it wrote.

    Raises: BeingChanged, when that happens five times in a row.
    """

    @functools.wraps(command)
    async def run(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        for _ in range(MAXIMUM_TRIES - 1):
            try:
                return await command(*args, **kwargs)
            except BeingChanged:
                continue
        return await command(*args, **kwargs)

    return run


def stamp(actor: Actor) -> Stamp:
    """The parameters that every command which writes an event takes, with a new id for that event."""
    return Stamp(
        organization_id=actor.organization_id,
        event_id=new_id(),
        actor=actor.document(),
        correlation_id=actor.correlation_id,
    )


def judged(row: JudgedT | None) -> JudgedT:
    """The row of a command that its statement did not refuse. Raises: NotFound, what the statement refused."""
    if row is None:
        raise NotFound
    if row["refusal"] is not None:
        raise error_of(row["refusal"])
    return row


def done(row: Outcome | None, *, may_change_nothing: bool = False) -> Written:
    """What a judged command did. Raises: NotFound, what the statement refused.

    `may_change_nothing`: it may find everything as it is wanted; any other command has an event.
    """
    result = written(judged(row))
    if result.event_id is None and not may_change_nothing:
        raise Internal("A command neither refused nor changed anything.")
    return result


def written(row: Resource) -> Written:
    """What a command did that its statement did not refuse."""
    assert row["id"] is not None and row["version"] is not None and row["body"] is not None
    return Written(id=row["id"], version=row["version"], body=row["body"], event_id=row["event_id"])


def json_text(value: Any) -> JsonText:
    """A value for a jsonb parameter; a plain list would travel as an array of SQL."""
    return JsonText(msgspec.json.encode(value, enc_hook=str).decode())
