"""What all commands share: the stamp that they write, and the judgement of evidence that every one returns."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict
from uuid import UUID

import msgspec

from hiring.domain.actors import Actor
from hiring.errors import NotFound, VersionMismatch
from hiring.services.ids import new_id


class Stamp(TypedDict):
    """Whose tenant, and the envelope of the event that the command's statement writes."""

    organization_id: UUID | None
    event_id: UUID
    actor: dict[str, Any]
    correlation_id: UUID


class Written(msgspec.Struct, frozen=True):
    """What a command did: the resource as JSON text, and its event, which is None when nothing had to change.

    `stale_principals`: sessions and keys whose permissions it changed.
    """

    id: UUID
    version: int
    body: str
    event_id: UUID | None
    stale_principals: tuple[str, ...] = ()


def stamp(actor: Actor) -> Stamp:
    """The parameters that every command which writes an event takes, with a new id for that event."""
    return Stamp(
        organization_id=actor.organization_id,
        event_id=new_id(),
        actor=actor.document(),
        correlation_id=actor.correlation_id,
    )


def found(evidence: Mapping[str, Any] | None, expected_version: int | None = None) -> Mapping[str, Any]:
    """Returns evidence about a row that is there, in the version that the client expects.

    A command with references leaves `expected_version` out: it judges these first, then calls `expect`.
    Raises: NotFound, VersionMismatch.
    """
    if evidence is None or evidence["found_version"] is None:
        raise NotFound
    expect(evidence, expected_version)
    return evidence


def expect(evidence: Mapping[str, Any], expected_version: int | None) -> None:
    """Judges the version that was found, where the client expects one. Raises: VersionMismatch."""
    if expected_version is not None and evidence["found_version"] != expected_version:
        raise VersionMismatch(current={"version": evidence["found_version"]})


def state(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """What a conflict tells of the row as it was found: status and version."""
    return {"status": evidence["found_status"], "version": evidence["found_version"]}


def written(evidence: Mapping[str, Any]) -> Written:
    """Reads what a command did out of evidence that has passed judgement."""
    return Written(
        id=UUID(str(evidence["id"])),
        version=evidence["version"],
        body=evidence["body"],
        event_id=evidence["event_id"] and UUID(str(evidence["event_id"])),
        stale_principals=tuple(evidence.get("stale_principals", ())),
    )


async def change(
    statement: Callable[..., Awaitable[Any]], actor: Actor, *, expected_version: int | None, **values: Any
) -> Written:
    """Sends a command about one row whose only refusals are these two. Raises: NotFound, VersionMismatch."""
    evidence = await statement(**stamp(actor), expected_version=expected_version, **values)
    return written(found(evidence, expected_version))


def json_text(value: Any) -> str:
    """A value for a jsonb parameter; a plain list would travel as an array of SQL."""
    return msgspec.json.encode(value, enc_hook=str).decode()
