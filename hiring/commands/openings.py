"""Changes of openings: the seats of a job."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from hiring.commands.base import Written, changed, expect, found, stamp, state, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import view
from hiring.errors import FieldError, Invalid, StatusConflict
from hiring.foundation.ids import new_id

PERMISSION = "jobs.write"


class Added(NamedTuple):
    """New openings as JSON text, and the last one's event."""

    body: str
    event_id: UUID


async def add(
    db: Database, actor: Actor, *, job_id: UUID, count: int, target_start_on: date | None, external_id: str | None
) -> Added:
    """Adds openings. Locks the job. Raises: NotFound, StatusConflict (archived), Taken (external_id)."""
    evidence = await db.commands.openings.add(
        organization_id=actor.organization_id, actor=actor.document(), correlation_id=actor.correlation_id,
        **view(actor, PERMISSION), job_id=job_id, opening_ids=[new_id() for _ in range(count)],
        event_ids=[new_id() for _ in range(count)], target_start_on=target_start_on, external_id=external_id,
    )  # fmt: skip
    evidence = found(evidence)
    if evidence["event_id"] is None:
        raise StatusConflict("An archived job takes no openings.", current=state(evidence))
    return Added(evidence["body"], evidence["event_id"])


async def update(
    db: Database, actor: Actor, *, opening_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Changes the fields of a merge patch. Raises: NotFound, VersionMismatch, Taken (external_id)."""
    return changed(
        await db.commands.openings.update(
            **stamp(actor), **view(actor, PERMISSION), opening_id=opening_id, changes=changes,
            expected_version=expected_version,
        ),
        expected_version,
    )  # fmt: skip


async def close(
    db: Database, actor: Actor, *, opening_id: UUID, reason_id: UUID, expected_version: int | None
) -> Written:
    """Closes an open opening. Locks the job. Raises: NotFound, Invalid (reason), VersionMismatch, StatusConflict."""
    evidence = found(
        await db.commands.openings.close(
            **stamp(actor), **view(actor, PERMISSION), opening_id=opening_id, reason_id=reason_id,
            expected_version=expected_version,
        )
    )  # fmt: skip
    if not evidence["is_reason_found"]:
        raise Invalid(errors=[FieldError("/reason_id", "unknown_reference", "There is no such reason for this.")])
    expect(evidence, expected_version)
    if evidence["event_id"] is None and evidence["found_status"] != "closed":
        raise StatusConflict("Only an open opening is closed.", current=state(evidence))
    return written(evidence)


async def reopen(db: Database, actor: Actor, *, opening_id: UUID, expected_version: int | None) -> Written:
    """Reopens a closed opening. Locks the job. Raises: NotFound, VersionMismatch, StatusConflict."""
    evidence = found(
        await db.commands.openings.reopen(
            **stamp(actor), **view(actor, PERMISSION), opening_id=opening_id, expected_version=expected_version
        ),
        expected_version,
    )
    if evidence["event_id"] is None and evidence["found_status"] != "open":
        raise StatusConflict("Only a closed opening is reopened.", current=state(evidence))
    return written(evidence)
