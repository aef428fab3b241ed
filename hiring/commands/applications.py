"""Changes of applications: a candidate's pursuit of one job.

What each refuses, and in which order: `sql/commands/applications.sql`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, json_text, retried, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.bulk_operations import RejectionMail
from hiring.domain.custom_fields import CustomFields
from hiring.domain.permissions import candidate_view, private_view
from hiring.domain.questions import Answer, Question, check_answers, files_of
from hiring.errors import Invalid, NotFound
from hiring.foundation.ids import new_id
from hiring.queries import email_templates, posts
from hiring.queries.email_templates import FilledTemplate

PERMISSION = "applications.write"


@retried
async def submit(
    db: Database, actor: Actor, *, candidate_id: UUID, job_id: UUID, stage_id: UUID | None = None,
    source_id: UUID | None = None, source_application_id: str | None = None, post_id: UUID | None = None,
    external_id: str | None = None, referrer: str | None = None, referrer_id: UUID | None = None,
    answers: Sequence[Answer] = (), custom_fields: CustomFields | None = None,
    applied_at: datetime | None = None,
) -> Written:  # fmt: skip
    """Adds an application to an open job, with answers to what the post asks now. A file is one of the candidate's.

    Locks job and post (shared) and the candidate. Raises: Invalid (answers, unknown reference, unfit custom fields,
    applied_at in the future), BeingChanged (the post asks something else now), StageNotInPipeline, JobNotOpen,
    StageEnteredByCommand, PostNotAccepting, ApplicationActive, ApplicationHired, ReapplyTooSoon, Taken (external_id).
    """
    seen_post_version, questions = await asked(db, actor, post_id)
    kept, found = check_answers(questions, answers)
    if found:
        raise Invalid(errors=found)
    return done(
        await db.commands.applications.submit(
            **stamp(actor), **private_view(actor, PERMISSION), application_id=new_id(), candidate_id=candidate_id,
            job_id=job_id, stage_id=stage_id, source_id=source_id, source_application_id=source_application_id,
            post_id=post_id, seen_post_version=seen_post_version, external_id=external_id, referrer=referrer,
            referrer_id=referrer_id, answers=json_text(kept), files=json_text(files_of(kept, answers)),
            custom_fields=json_text(custom_fields or {}), applied_at=applied_at,
        )
    )  # fmt: skip


async def asked(db: Database, actor: Actor, post_id: UUID | None) -> tuple[int | None, Sequence[Question]]:
    """The version and the questions of a post; nothing for one that the actor does not see, which is refused later."""
    if post_id is None:
        return None, []
    try:
        found = await posts.find(db, actor, post_id=post_id, permission=PERMISSION)
    except NotFound:
        return None, []
    return found.version, msgspec.json.decode(found.text)["questions"]


async def update(
    db: Database, actor: Actor, *, application_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch, in every status of the application.

    Locks the candidate. Raises: NotFound, Invalid (an unknown referrer, unfit custom fields), VersionMismatch, Taken
    (external_id).
    """
    return done(
        await db.commands.applications.update(
            **stamp(actor), **candidate_view(actor, "applications.write"), causation_id=actor.causation_id,
            application_id=application_id, changes=changes, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def move(
    db: Database, actor: Actor, *, application_id: UUID, to_stage_id: UUID, from_stage_id: UUID | None,
    note: str | None, expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Moves an active application to another stage of its job; moving it to the stage it is in changes nothing.

    Locks the job (shared) and the candidate. Raises: NotFound, StageNotInPipeline, VersionMismatch, StageIsAnother,
    ApplicationNotActive, StageEnteredByCommand.
    """
    return done(
        await db.commands.applications.move(
            **stamp(actor), **candidate_view(actor, "applications.move"), causation_id=actor.causation_id,
            application_id=application_id, note=note, to_stage_id=to_stage_id, from_stage_id=from_stage_id,
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


@retried
async def reject(
    db: Database, actor: Actor, *, application_id: UUID, reason_id: UUID, note: str | None,
    mail: RejectionMail | None, expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Rejects an active application and, where there is a `mail`, schedules it to the candidate.

    Locks the candidate. Raises: NotFound, Invalid (no such reason or template), BeingChanged (the template),
    VersionMismatch, ApplicationNotActive, NoEmail.
    """
    permission, given = "applications.reject", mail or RejectionMail()
    message_id = None if mail is None else new_id()
    text = FilledTemplate()
    if given.template_id is not None:
        text = await email_templates.fill(
            db, actor, permission, email_template_id=given.template_id, candidate_id=None,
            application_id=application_id,
        )  # fmt: skip
    return done(
        await db.commands.applications.reject(
            **stamp(actor), **candidate_view(actor, permission), causation_id=actor.causation_id,
            application_id=application_id, reason_id=reason_id, note=note, message_id=message_id,
            template_id=given.template_id, seen_template_version=text.version, subject=text.subject, text=text.body,
            send_at=given.send_at, expected_versions=expected_versions,
        )
    )  # fmt: skip


async def withdraw(
    db: Database, actor: Actor, *, application_id: UUID, reason_id: UUID, note: str | None,
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Ends an active application because the candidate has withdrawn.

    Locks the candidate. Raises: NotFound, Invalid (no such reason), VersionMismatch, ApplicationNotActive.
    """
    return done(
        await db.commands.applications.withdraw(
            **stamp(actor), **candidate_view(actor, "applications.reject"), application_id=application_id,
            reason_id=reason_id, note=note, expected_versions=expected_versions,
        )
    )  # fmt: skip


async def reopen(
    db: Database, actor: Actor, *, application_id: UUID, stage_id: UUID | None, note: str | None,
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Reopens a rejected or withdrawn application and cancels a rejection mail that was not sent yet.

    Locks the job (shared) and the candidate. Raises: NotFound, StageNotInPipeline, VersionMismatch, StatusConflict,
    JobNotOpen, ApplicationActive, ApplicationHired.
    """
    return done(
        await db.commands.applications.reopen(
            **stamp(actor), **candidate_view(actor, "applications.reopen"), application_id=application_id,
            stage_id=stage_id, note=note, expected_versions=expected_versions,
        )
    )  # fmt: skip
