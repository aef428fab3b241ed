"""What all commands share: the stamp that they write, and the judgement of evidence that every one returns."""

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar
from uuid import UUID

import msgspec

from hiring.connectors.postgres_values import JsonText
from hiring.domain.actors import Actor
from hiring.domain.refusals import error_of
from hiring.errors import BeingChanged, Internal, NotFound, VersionMismatch
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


class Versioned(TypedDict):
    """Evidence of a row, None where there is none to be seen."""

    found_version: "ReadOnly[int | None]"


class Stateful(Versioned):
    """Evidence of a row that has a status."""

    found_status: "ReadOnly[str | None]"


class Resource(TypedDict):
    """Evidence of the row as it is now; the ids and texts are there once the evidence has passed judgement."""

    id: "ReadOnly[UUID | None]"
    version: "ReadOnly[int | None]"
    body: "ReadOnly[str | None]"
    event_id: "ReadOnly[UUID | None]"


class Changed(Versioned, Resource):
    """Evidence of a change of one row."""


type_of_versioned = TypeVar("type_of_versioned", bound=Versioned)


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


def found(evidence: type_of_versioned | None, expected_version: int | None = None) -> type_of_versioned:
    """Returns evidence about a row that is there, in the version that the client expects.

    A command with references leaves `expected_version` out: it judges these first, then calls `expect`.
    Raises: NotFound, VersionMismatch.
    """
    if evidence is None or evidence["found_version"] is None:
        raise NotFound
    expect(evidence, expected_version)
    return evidence


def expect(evidence: Versioned, expected_version: int | None) -> None:
    """Judges the version that was found, where the client expects one. Raises: VersionMismatch."""
    if expected_version is not None and evidence["found_version"] != expected_version:
        raise VersionMismatch(current={"version": evidence["found_version"]})


def state(evidence: Stateful) -> dict[str, Any]:
    """What a conflict tells of the row as it was found: status and version."""
    return {"status": evidence["found_status"], "version": evidence["found_version"]}


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


def written(evidence: Resource) -> Written:
    """Reads what a command did out of evidence that has passed judgement."""
    assert evidence["id"] is not None and evidence["version"] is not None and evidence["body"] is not None
    return Written(
        id=evidence["id"],
        version=evidence["version"],
        body=evidence["body"],
        event_id=evidence["event_id"],
    )


def changed(evidence: Changed | None, expected_version: int | None) -> Written:
    """What a command did to one row whose only refusals are these two. Raises: NotFound, VersionMismatch."""
    return written(found(evidence, expected_version))


def json_text(value: Any) -> JsonText:
    """A value for a jsonb parameter; a plain list would travel as an array of SQL."""
    return JsonText(msgspec.json.encode(value, enc_hook=str).decode())
