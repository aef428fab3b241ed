"""Transfers of applications to other jobs. What one refuses, and in which order: `sql/commands/transfers.sql`."""

from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.foundation.ids import new_id


async def transfer(
    db: Database, actor: Actor, *, application_id: UUID, job_id: UUID, stage_id: UUID | None, note: str | None,
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Ends an active application and begins its successor, an active one of the same candidate, on another job.

    Locks the other job (shared) and the candidate. Raises: NotFound, Invalid (a job that is unknown or its own),
    StageNotInPipeline, VersionMismatch, ApplicationNotActive, JobNotOpen, StageEnteredByCommand, ApplicationHired,
    ApplicationActive, ReapplyTooSoon.
    """
    return done(
        await db.commands.transfers.transfer(
            **stamp(actor), **candidate_view(actor, "applications.transfer"), application_id=application_id,
            successor_id=new_id(), submitted_event_id=new_id(), job_id=job_id, stage_id=stage_id, note=note,
            expected_versions=expected_versions,
        )
    )  # fmt: skip
