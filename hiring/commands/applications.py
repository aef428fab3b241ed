"""Changes of applications: a candidate's pursuit of one job."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, expect, found, json_text, stamp, written
from hiring.database import Database
from hiring.domain import application_evidence as evidence_of
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.foundation.ids import new_id


async def submit(
    db: Database, actor: Actor, *, candidate_id: UUID, job_id: UUID, stage_id: UUID | None = None,
    source_id: UUID | None = None, post_id: UUID | None = None, external_id: str | None = None,
    referrer: str | None = None, answers: list[dict[str, Any]] | None = None, applied_at: datetime | None = None,
) -> Written:  # fmt: skip
    """Adds an application to an open job.

    Locks job and post (shared) and the candidate. Raises: Invalid (unknown reference, applied_at to come),
    StageNotInPipeline, JobNotOpen, StageEnteredByCommand, PostNotAccepting, ApplicationActive, ApplicationHired,
    ReapplyTooSoon, Taken (external_id).
    """
    evidence = await db.commands.applications.submit(
        **stamp(actor), **candidate_view(actor, "applications.write"), application_id=new_id(),
        candidate_id=candidate_id, job_id=job_id, stage_id=stage_id, source_id=source_id, post_id=post_id,
        external_id=external_id, referrer=referrer, answers=json_text(answers or []), applied_at=applied_at,
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_submit(evidence)
    return written(evidence)


async def move(
    db: Database, actor: Actor, *, application_id: UUID, to_stage_id: UUID, from_stage_id: UUID | None,
    note: str | None, expected_version: int | None,
) -> Written:  # fmt: skip
    """Moves an active application to another stage of its job; to the stage it is in writes nothing.

    Locks the job (shared) and the candidate. Raises: NotFound, StageNotInPipeline, VersionMismatch, StageIsAnother,
    ApplicationNotActive, StageEnteredByCommand.
    """
    evidence = found(
        await db.commands.applications.move(
            **stamp(actor), **candidate_view(actor, "applications.move"), application_id=application_id, note=note,
            to_stage_id=to_stage_id, from_stage_id=from_stage_id, expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_stage(evidence, "/to_stage_id")
        expect(evidence, expected_version)
        evidence_of.judge_move(evidence, from_stage_id)
    return written(evidence)


async def reject(
    db: Database, actor: Actor, *, application_id: UUID, reason_id: UUID, note: str | None, is_mailed: bool,
    send_at: datetime | None, expected_version: int | None,
) -> Written:  # fmt: skip
    """Rejects an active application and schedules the candidate's mail, where one is wanted, for `send_at` or now.

    Locks the candidate. Raises: NotFound, Invalid (no such reason), VersionMismatch, ApplicationNotActive, NoEmail.
    """
    evidence = found(
        await db.commands.applications.reject(
            **stamp(actor), **candidate_view(actor, "applications.reject"), application_id=application_id,
            reason_id=reason_id, note=note, message_id=new_id() if is_mailed else None, send_at=send_at,
            expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_reason(evidence)
        expect(evidence, expected_version)
        evidence_of.judge_reject(evidence, is_mailed=is_mailed)
    return written(evidence)


async def withdraw(
    db: Database, actor: Actor, *, application_id: UUID, reason_id: UUID, note: str | None,
    expected_version: int | None,
) -> Written:  # fmt: skip
    """Ends an active application for the candidate.

    Locks the candidate. Raises: NotFound, Invalid (no such reason), VersionMismatch, ApplicationNotActive.
    """
    evidence = found(
        await db.commands.applications.withdraw(
            **stamp(actor), **candidate_view(actor, "applications.reject"), application_id=application_id,
            reason_id=reason_id, note=note, expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_reason(evidence)
        expect(evidence, expected_version)
        evidence_of.judge_active(evidence)
    return written(evidence)


async def reopen(
    db: Database, actor: Actor, *, application_id: UUID, stage_id: UUID | None, note: str | None,
    expected_version: int | None,
) -> Written:  # fmt: skip
    """Reopens a rejected or withdrawn application and cancels a rejection mail that was not sent yet.

    Locks the job (shared) and the candidate. Raises: NotFound, StageNotInPipeline, VersionMismatch, StatusConflict,
    JobNotOpen, ApplicationActive, ApplicationHired.
    """
    evidence = found(
        await db.commands.applications.reopen(
            **stamp(actor), **candidate_view(actor, "applications.reopen"), application_id=application_id,
            stage_id=stage_id, note=note, expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_stage(evidence, "/stage_id")
        expect(evidence, expected_version)
        evidence_of.judge_reopen(evidence)
    return written(evidence)


async def hire(
    db: Database, actor: Actor, *, application_id: UUID, opening_id: UUID | None, start_on: date | None,
    override_reason: str | None, note: str | None, expected_version: int | None,
) -> Written:  # fmt: skip
    """Hires an active application, by override, into the named or the oldest open opening.

    The job is closed with its last opening. Locks the job, its openings and the candidate. Raises: NotFound, Invalid
    (no such opening of the job), VersionMismatch, ApplicationNotActive, JobNotOpen (a draft, archived), OfferRequired
    (no override), NoOpening.
    """
    evidence = found(
        await db.commands.applications.hire(
            **stamp(actor), **candidate_view(actor, "applications.hire"), application_id=application_id,
            opening_event_id=new_id(), job_event_id=new_id(), opening_id=opening_id, start_on=start_on,
            override_reason=override_reason, note=note, expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_opening(evidence, opening_id)
        expect(evidence, expected_version)
        evidence_of.judge_hire(evidence, override_reason)
    return written(evidence)


async def unhire(
    db: Database, actor: Actor, *, application_id: UUID, reason_id: UUID, note: str | None,
    expected_version: int | None,
) -> Written:  # fmt: skip
    """Makes a hired application active again and gives its opening back; a closed job stays closed.

    Locks the job, its openings and the candidate. Raises: NotFound, Invalid (no such reason), VersionMismatch,
    StatusConflict.
    """
    evidence = found(
        await db.commands.applications.unhire(
            **stamp(actor), **candidate_view(actor, "applications.unhire"), application_id=application_id,
            opening_event_id=new_id(), reason_id=reason_id, note=note, expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        evidence_of.judge_reason(evidence)
        expect(evidence, expected_version)
        evidence_of.judge_unhire(evidence)
    return written(evidence)
