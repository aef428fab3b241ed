"""Changes of jobs, their hiring teams and their pipelines."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from uuid import UUID

import msgspec

from hiring.commands.base import Written, expect, found, json_text, retried, stamp, state, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.checking import checked
from hiring.domain.jobs import TRANSITIONS, EmploymentType, JobCommand, TeamRole, Workplace
from hiring.domain.permissions import pay_view, view
from hiring.domain.pipelines import MAXIMUM_STAGES, JobStageLike, succession_problems
from hiring.domain.vocabulary import PayRange
from hiring.errors import BeingChanged, FieldError, Invalid, StatusConflict, TeamRequired
from hiring.foundation.ids import new_id
from hiring.queries import jobs as queries

PERMISSION = "jobs.write"


class Referring(TypedDict):
    """Evidence of what a job refers to."""

    is_department_found: bool
    unknown_office_ids: list[UUID]


class TeamMember(msgspec.Struct, frozen=True):
    """Who works on a job, as what."""

    user_id: UUID
    role: TeamRole


class Paid(msgspec.Struct, frozen=True):
    """What a job pays."""

    pay_range: PayRange


async def add(
    db: Database, actor: Actor, *, title: str, description: str | None, department_id: UUID | None,
    office_ids: Sequence[UUID], employment_type: EmploymentType, workplace: Workplace, pay_range: PayRange | None,
    requisition_code: str | None, is_confidential: bool, on_filled: Any, external_id: str | None,
    openings_count: int, pipeline_template_id: UUID | None,
) -> Written:  # fmt: skip
    """Adds a draft with its openings and pipeline; its maker joins the team as recruiter.

    Raises: Invalid (unknown or archived department, office or template), Taken (external_id).
    """
    seen = pay_view(actor, PERMISSION)
    evidence = await db.commands.jobs.add(
        **stamp(actor), viewer_id=seen["viewer_id"], sees_pay=seen["sees_pay"], job_id=new_id(), title=title,
        description=description, department_id=department_id, office_ids=list(office_ids),
        employment_type=employment_type, workplace=workplace,
        pay_range=None if pay_range is None else json_text(pay_range), requisition_code=requisition_code,
        is_confidential=is_confidential, on_filled=json_text(on_filled), external_id=external_id,
        pipeline_template_id=pipeline_template_id,
        stage_ids=[new_id() for _ in range(MAXIMUM_STAGES)], opening_ids=[new_id() for _ in range(openings_count)],
        opening_event_ids=[new_id() for _ in range(openings_count)],
    )  # fmt: skip
    judge_references(evidence, office_ids, is_template_found=evidence["is_template_found"])
    return written(evidence)


async def update(
    db: Database, actor: Actor, *, job_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Changes the fields of a merge patch; `office_ids` replaces them.

    Locks the job. Raises: NotFound, TeamRequired (a confidential job becomes open), Invalid (a department or office
    that is unknown, or archived and new here, half a pay range), VersionMismatch, Taken (external_id).
    """
    given = changes.pop("office_ids", None)
    office_ids = None if given is None else [UUID(each) for each in given]
    evidence = found(
        await db.commands.jobs.update(
            **stamp(actor), **pay_view(actor, PERMISSION), job_id=job_id, changes=changes, office_ids=office_ids,
            expected_version=expected_version,
        )
    )  # fmt: skip
    if changes.get("is_confidential") is False and not evidence["is_opened_by_viewer"]:
        raise TeamRequired
    judge_references(evidence, office_ids or ())
    if evidence["refused_range"] is not None:
        checked({"pay_range": evidence["refused_range"]}, Paid)
    expect(evidence, expected_version)
    return written(evidence)


def judge_references(evidence: Referring, office_ids: Sequence[UUID], *, is_template_found: bool = True) -> None:
    """Raises: Invalid, where the template, the department or an office is not one that a job can be given."""
    named = {"pipeline_template": is_template_found, "department": evidence["is_department_found"]}
    errors = [
        FieldError(f"/{noun}_id", "unknown_reference", f"There is no such {noun}.")
        for noun, is_found in named.items()
        if not is_found
    ]
    unknown = set(evidence["unknown_office_ids"])
    errors += [
        FieldError(f"/office_ids/{place}", "unknown_reference", "There is no such office.")
        for place, office_id in enumerate(office_ids)
        if office_id in unknown
    ]
    if errors:
        raise Invalid(errors=errors)


async def change_status(
    db: Database, actor: Actor, command: JobCommand, *, job_id: UUID, expected_version: int | None,
    reason_id: UUID | None = None,
) -> Written:  # fmt: skip
    """Opens, holds, closes (for a reason), archives or unarchives a job; may be repeated.

    Locks the job. Raises: NotFound, Invalid (no such reason), VersionMismatch, StatusConflict.
    """
    from_statuses, to_status = TRANSITIONS[command]
    evidence = found(
        await db.commands.jobs.change_status(
            **stamp(actor), **pay_view(actor, PERMISSION), job_id=job_id, from_statuses=list(from_statuses),
            to_status=to_status, close_reason_id=reason_id, expected_version=expected_version,
        )
    )  # fmt: skip
    if evidence["event_id"] is None:
        if not evidence["is_reason_found"]:
            raise Invalid(errors=[FieldError("/reason_id", "unknown_reference", "There is no such reason for this.")])
        expect(evidence, expected_version)
        if evidence["found_status"] != to_status:
            detail = f"A job that is {evidence['found_status']} does not {command}."
            raise StatusConflict(detail, current=state(evidence))
    return written(evidence)


async def replace_team(
    db: Database, actor: Actor, *, job_id: UUID, members: Sequence[TeamMember], expected_version: int | None
) -> Written:
    """Makes the hiring team what is given.

    Locks the job. Raises: NotFound, TeamRequired (of a confidential job), Invalid (unknown user), VersionMismatch.
    """
    evidence = found(
        await db.commands.jobs.replace_team(
            **stamp(actor), **view(actor, PERMISSION), job_id=job_id, members=json_text(members),
            expected_version=expected_version,
        )
    )  # fmt: skip
    if not evidence["is_opened_by_viewer"]:
        raise TeamRequired
    unknown = set(evidence["unknown_ids"] or ())
    if unknown:
        raise Invalid(
            errors=[
                FieldError(f"/members/{place}/user_id", "unknown_reference", "There is no such user.")
                for place, member in enumerate(members)
                if member.user_id in unknown
            ]
        )
    expect(evidence, expected_version)
    return written(evidence)


@retried
async def replace_pipeline(
    db: Database, actor: Actor, *, job_id: UUID, stages: Sequence[JobStageLike], mapping: Mapping[UUID, UUID],
    expected_version: int | None,
) -> Written:  # fmt: skip
    """Makes the pipeline what is given; who is in a stage that goes is moved to its target in `mapping`.

    A pipeline that is so already stays as it is, with its version.

    Locks the job and the candidates who are moved. Raises: NotFound, VersionMismatch, Invalid (what keeps the stages
    from following the current ones), BeingChanged.
    """
    given = [
        {"id": stage.id or new_id(), "name": stage.name, "kind": stage.kind, "position": place}
        for place, stage in enumerate(stages)
    ]
    version, current = await queries.current_stages(db, actor, job_id=job_id)
    kinds = {stage.id: stage.kind for stage in current}
    if problems := list(succession_problems(kinds, stages, mapping)):
        raise Invalid(errors=problems)
    evidence = found(
        await db.commands.jobs.replace_pipeline(
            **stamp(actor), **view(actor, PERMISSION), job_id=job_id, stages=json_text(given),
            mapping={str(removed): str(target) for removed, target in mapping.items()},
            seen_pipeline_version=version, expected_version=expected_version,
        ),
        expected_version,
    )  # fmt: skip
    if evidence["found_pipeline_version"] != version:
        raise BeingChanged(current=state(evidence))
    return written(evidence)
