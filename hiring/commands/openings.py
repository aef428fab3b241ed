"""Changes of openings: the seats of a job. What each refuses, and in which order: `sql/commands/openings.sql`."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from hiring.commands.base import Written, done, judged, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import counted_view, view
from hiring.foundation.ids import new_id

PERMISSION = "jobs.write"


class Added(NamedTuple):
    """New openings as JSON text, and the last one's event."""

    body: str
    event_id: UUID


async def add(
    db: Database, actor: Actor, *, job_id: UUID, count: int, target_start_on: date | None, external_id: str | None
) -> Added:
    """Adds openings. Locks the job. Raises: NotFound, JobIsPool, StatusConflict (archived), Taken (external_id)."""
    added = await db.commands.openings.add(
        organization_id=actor.organization_id, actor=actor.document(), correlation_id=actor.correlation_id,
        **view(actor, PERMISSION), job_id=job_id, opening_ids=[new_id() for _ in range(count)],
        event_ids=[new_id() for _ in range(count)], target_start_on=target_start_on, external_id=external_id,
    )  # fmt: skip
    row = judged(added)
    assert row["event_id"] is not None
    return Added(row["body"], row["event_id"])


async def update(
    db: Database, actor: Actor, *, opening_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch. Raises: NotFound, VersionMismatch, Taken (external_id)."""
    updated = await db.commands.openings.update(
        **stamp(actor), **view(actor, PERMISSION), **counted_view(actor), opening_id=opening_id, changes=changes,
        expected_versions=expected_versions,
    )  # fmt: skip
    return done(updated, may_change_nothing=True)


async def close(
    db: Database, actor: Actor, *, opening_id: UUID, reason_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Closes an open opening. Locks the job. Raises: NotFound, Invalid (reason), VersionMismatch, StatusConflict."""
    closed = await db.commands.openings.close(
        **stamp(actor), **view(actor, PERMISSION), opening_id=opening_id, reason_id=reason_id,
        expected_versions=expected_versions,
    )  # fmt: skip
    return done(closed, may_change_nothing=True)


async def reopen(db: Database, actor: Actor, *, opening_id: UUID, expected_versions: list[int] | None) -> Written:
    """Reopens a closed opening. Locks the job. Raises: NotFound, VersionMismatch, StatusConflict."""
    reopened = await db.commands.openings.reopen(
        **stamp(actor), **view(actor, PERMISSION), opening_id=opening_id, expected_versions=expected_versions
    )
    return done(reopened, may_change_nothing=True)
