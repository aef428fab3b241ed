"""Hires of applicants, and what takes one back. What each refuses, and in which order: `sql/commands/hires.sql`."""

from datetime import date
from uuid import UUID

from hiring.commands.base import Written, done, json_text, judged, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.bulk_operations import BulkArguments
from hiring.domain.permissions import candidate_view, narrowest
from hiring.foundation.ids import new_id


async def hire(
    db: Database, actor: Actor, *, application_id: UUID, opening_id: UUID | None, start_on: date | None,
    override_reason: str | None, note: str | None, expected_versions: list[int] | None,
) -> tuple[Written, UUID | None]:  # fmt: skip
    """Hires an active application, by override, into the named or the oldest open opening. Rules: A19.

    The last opening closes the job, whose `on_filled` may request a bulk operation: gives the application and the id of
    this operation. Locks the job, its openings and the candidate. Raises: NotFound, Invalid (no such opening),
    VersionMismatch, ApplicationNotActive, JobIsPool, JobNotOpen (draft, archived), OfferRequired, NoOpening.
    """
    needed = ["applications.hire", *(["applications.hire_override"] if override_reason is not None else [])]
    row = judged(
        await db.commands.hires.hire(
            **stamp(actor), **candidate_view(actor, narrowest(actor, *needed)), application_id=application_id,
            opening_event_id=new_id(), job_event_id=new_id(), opening_id=opening_id, start_on=start_on,
            override_reason=override_reason, note=note, bulk_operation_id=new_id(),
            arguments=json_text(BulkArguments()), expected_versions=expected_versions,
        )
    )  # fmt: skip
    return done(row), row["bulk_operation_id"]


async def unhire(
    db: Database, actor: Actor, *, application_id: UUID, reason_id: UUID, note: str | None,
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Makes a hired application active again and frees its opening; a closed job stays closed.

    Locks the job, its openings and the candidate. Raises: NotFound, Invalid (no such reason), VersionMismatch,
    StatusConflict (not hired, an archived job).
    """
    return done(
        await db.commands.hires.unhire(
            **stamp(actor), **candidate_view(actor, "applications.unhire"), application_id=application_id,
            opening_event_id=new_id(), reason_id=reason_id, note=note, expected_versions=expected_versions,
        )
    )  # fmt: skip
