"""Changes of jobs, their hiring teams and their pipelines. What each refuses, and in which order: `sql/commands`."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, json_text, judged, retried, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.bulk_operations import MAXIMUM_UNENDED, BulkArguments, in_utc
from hiring.domain.custom_fields import CustomFields
from hiring.domain.jobs import TRANSITIONS, EmploymentType, JobKind, StatusCommand, TeamRole, Workplace
from hiring.domain.permissions import counted_view, narrowest, pay_view, view
from hiring.domain.pipelines import MAXIMUM_STAGES, JobStageLike, succession_problems
from hiring.domain.vocabulary import PayRangeInput
from hiring.errors import Invalid
from hiring.foundation.ids import new_id
from hiring.queries import jobs as queries

PERMISSION = "jobs.write"
REJECTING = "applications.reject"


class TeamMember(msgspec.Struct, frozen=True):
    """Who works on a job, as what."""

    user_id: UUID
    role: TeamRole


async def add(
    db: Database, actor: Actor, *, kind: JobKind, title: str, description: str | None, department_id: UUID | None,
    office_ids: Sequence[UUID], employment_type: EmploymentType, workplace: Workplace, pay_range: PayRangeInput | None,
    requisition_code: str | None, is_confidential: bool, on_filled: Any, external_id: str | None,
    custom_fields: CustomFields, openings_count: int, pipeline_template_id: UUID | None,
) -> Written:  # fmt: skip
    """Adds a draft with its openings and pipeline; the caller joins the team as recruiter.

    Raises: Invalid (unknown or archived department, office, template or reason, unfit custom fields), Taken
    (external_id).
    """
    seen = pay_view(actor, PERMISSION)
    row = await db.commands.jobs.add(
        **stamp(actor), viewer_id=seen["viewer_id"], sees_pay=seen["sees_pay"], job_id=new_id(), kind=kind,
        title=title, description=description, department_id=department_id, office_ids=list(office_ids),
        employment_type=employment_type, workplace=workplace,
        pay_range=None if pay_range is None else json_text(pay_range), requisition_code=requisition_code,
        is_confidential=is_confidential, on_filled=json_text(on_filled), external_id=external_id,
        custom_fields=json_text(custom_fields), pipeline_template_id=pipeline_template_id,
        stage_ids=[new_id() for _ in range(MAXIMUM_STAGES)], opening_ids=[new_id() for _ in range(openings_count)],
        opening_event_ids=[new_id() for _ in range(openings_count)],
    )  # fmt: skip
    return done(row)


async def update(
    db: Database, actor: Actor, *, job_id: UUID, changes: dict[str, Any], office_ids: Sequence[UUID] | None,
    is_rejecting: bool, expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch; `office_ids` replace the offices, None leaves them.

    `is_rejecting`: its last hire is to reject the other applicants, which the caller may do themselves.

    Locks the job. Raises: NotFound, TeamRequired (a confidential job becomes open), Invalid (a department, office or
    reason that is unknown, or archived and new here, half a pay range, a law on pay, unfit custom fields),
    VersionMismatch, Taken (external_id).
    """
    permission = narrowest(actor, PERMISSION, REJECTING) if is_rejecting else PERMISSION
    return done(
        await db.commands.jobs.update(
            **stamp(actor), **pay_view(actor, permission), is_user=actor.is_user, job_id=job_id, changes=changes,
            office_ids=None if office_ids is None else list(office_ids), expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def change_status(
    db: Database, actor: Actor, *, job_id: UUID, command: StatusCommand, expected_versions: list[int] | None
) -> Written:
    """Opens, holds, archives or unarchives a job; may be repeated.

    Locks the job. Raises: NotFound, VersionMismatch, StatusConflict.
    """
    from_statuses, to_status = TRANSITIONS[command]
    return done(
        await db.commands.jobs.change_status(
            **stamp(actor), **pay_view(actor, PERMISSION), job_id=job_id, from_statuses=list(from_statuses),
            to_status=to_status, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def close(
    db: Database, actor: Actor, *, job_id: UUID, reason_id: UUID, rejection: BulkArguments | None,
    expected_versions: list[int] | None,
) -> tuple[Written, UUID | None]:  # fmt: skip
    """Closes a job; with `rejection`, requests a bulk operation for its active applications. May be repeated.

    Gives the job and the id of this operation; None where nothing is to be rejected, or the job is closed already.
    Locks the job. Raises: NotFound, Invalid (no such reason or template), VersionMismatch, StatusConflict,
    TooManyBulkOperations.
    """
    permission = PERMISSION if rejection is None else narrowest(actor, PERMISSION, REJECTING)
    row = judged(
        await db.commands.jobs.close(
            **stamp(actor), **pay_view(actor, permission), job_id=job_id, from_statuses=list(TRANSITIONS["close"][0]),
            reason_id=reason_id, bulk_operation_id=new_id(),
            rejection=None if rejection is None else json_text(in_utc(rejection)),
            maximum_unended_count=MAXIMUM_UNENDED, expected_versions=expected_versions,
        )
    )  # fmt: skip
    return done(row, may_change_nothing=True), row["bulk_operation_id"]


async def replace_team(
    db: Database, actor: Actor, *, job_id: UUID, members: Sequence[TeamMember], expected_versions: list[int] | None
) -> Written:
    """Makes the hiring team what is given.

    Locks the job. Raises: NotFound, TeamRequired (a confidential job, an interviewer), Invalid (unknown user),
    VersionMismatch.
    """
    return done(
        await db.commands.jobs.replace_team(
            **stamp(actor), **view(actor, PERMISSION), is_user=actor.is_user, job_id=job_id, members=json_text(members),
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


@retried
async def replace_pipeline(
    db: Database, actor: Actor, *, job_id: UUID, stages: Sequence[JobStageLike], mapping: Mapping[UUID, UUID],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Makes the pipeline what is given; applications in a removed stage are moved to its target in `mapping`.

    A pipeline that is so already stays as it is, with its version.

    Locks the job and the candidates who are moved. Raises: NotFound, VersionMismatch, Invalid (what keeps the stages
    from following the current ones), BeingChanged.
    """
    given = [
        {"id": stage.id or new_id(), "name": stage.name, "kind": stage.kind, "position": place}
        for place, stage in enumerate(stages)
    ]
    version, current = await queries.current_stages(db, actor, job_id=job_id, permission=PERMISSION)
    kinds = {stage.id: stage.kind for stage in current}
    if problems := list(succession_problems(kinds, stages, mapping)):
        raise Invalid(errors=problems)
    return done(
        await db.commands.jobs.replace_pipeline(
            **stamp(actor), **view(actor, PERMISSION), **counted_view(actor), job_id=job_id,
            stages=json_text(given), mapping={str(removed): str(target) for removed, target in mapping.items()},
            seen_pipeline_version=version, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip
