"""What the evidence of a command on an application means: the one true reason why it did nothing. Pure.

A command judges its references (stage, reason) first, then the version, then the state.
"""

from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from hiring.errors import (
    ApplicationActive,
    ApplicationHired,
    ApplicationNotActive,
    FieldError,
    Invalid,
    JobNotOpen,
    NoEmail,
    NoOpening,
    OfferRequired,
    PostNotAccepting,
    ReapplyTooSoon,
    StageEnteredByCommand,
    StageIsAnother,
    StageNotInPipeline,
    StatusConflict,
)

if TYPE_CHECKING:
    from typing_extensions import ReadOnly


class Found(TypedDict):
    """The application as it was found."""

    found_status: "ReadOnly[str | None]"
    found_version: "ReadOnly[int | None]"


class Staged(TypedDict):
    """What kind of current stage of the job the given one is."""

    stage_kind: "ReadOnly[str | None]"


class Job(TypedDict):
    """The application's job as it was found."""

    job_status: "ReadOnly[str | None]"
    job_version: "ReadOnly[int | None]"


class Standing(TypedDict):
    """The candidate's active or hired application for the job."""

    standing_id: "ReadOnly[UUID | None]"
    standing_status: "ReadOnly[str | None]"
    standing_version: "ReadOnly[int | None]"


class Reasoned(TypedDict):
    """Whether the given reason is an active one of its kind."""

    is_reason_found: "ReadOnly[bool | None]"


class Submitted(Job, Staged, Standing):
    """The evidence of `submit`."""

    is_candidate_found: "ReadOnly[bool | None]"
    is_source_found: "ReadOnly[bool | None]"
    is_post_found: "ReadOnly[bool | None]"
    is_post_accepting: "ReadOnly[bool | None]"
    is_in_future: "ReadOnly[bool | None]"
    post_status: "ReadOnly[str | None]"
    post_version: "ReadOnly[int | None]"
    recent_id: "ReadOnly[UUID | None]"
    recent_status: "ReadOnly[str | None]"
    recent_version: "ReadOnly[int | None]"


class Moved(Found, Staged):
    """The evidence of `move`."""

    found_stage_id: "ReadOnly[UUID | None]"


class Rejected(Found):
    """The evidence of `reject`."""

    has_email: "ReadOnly[bool | None]"


class Reopened(Found, Job, Staged, Standing):
    """The evidence of `reopen`."""


class Opened(TypedDict):
    """The opening that is to be filled."""

    opening_status: "ReadOnly[str | None]"
    opening_version: "ReadOnly[int | None]"


class Hired(Found, Job, Opened):
    """The evidence of `hire`."""


def judge_submit(evidence: Submitted) -> None:
    """Rules 1 and 4.

    Raises: Invalid (unknown candidate, job, source or post, a time to come), StageNotInPipeline, JobNotOpen,
    StageEnteredByCommand, PostNotAccepting, what `judge_standing` raises, ReapplyTooSoon.
    """
    named = {
        "candidate": evidence["is_candidate_found"], "job": evidence["job_status"] is not None,
        "source": evidence["is_source_found"], "post": evidence["is_post_found"],
    }  # fmt: skip
    errors = [
        FieldError(f"/{noun}_id", "unknown_reference", f"There is no such {noun}.")
        for noun, is_found in named.items()
        if not is_found
    ]
    if evidence["is_in_future"]:
        errors.append(FieldError("/applied_at", "in_future", "Nobody has applied at a time to come."))
    if errors:
        raise Invalid(errors=errors)
    judge_stage(evidence, "/stage_id")
    if evidence["job_status"] != "open":
        raise JobNotOpen(current=job_of(evidence))
    if evidence["stage_kind"] == "hired":
        raise StageEnteredByCommand(current=job_of(evidence))
    if not evidence["is_post_accepting"]:
        raise PostNotAccepting(current={"status": evidence["post_status"], "version": evidence["post_version"]})
    judge_standing(evidence)
    if evidence["recent_id"] is not None:
        current = application_of(evidence["recent_id"], evidence["recent_status"], evidence["recent_version"])
        raise ReapplyTooSoon(current=current)


def judge_standing(evidence: Standing) -> None:
    """Rule 1: one active application per candidate and job. Raises: ApplicationActive, ApplicationHired."""
    if evidence["standing_id"] is None:
        return
    current = application_of(evidence["standing_id"], evidence["standing_status"], evidence["standing_version"])
    raise (
        ApplicationHired(current=current)
        if evidence["standing_status"] == "hired"
        else ApplicationActive(current=current)
    )


def judge_move(evidence: Moved, from_stage_id: UUID | None) -> None:
    """Rule 3. Raises: StageIsAnother, ApplicationNotActive, StageEnteredByCommand."""
    if from_stage_id is not None and str(evidence["found_stage_id"]) != str(from_stage_id):
        raise StageIsAnother(current=current_of(evidence) | {"stage_id": str(evidence["found_stage_id"])})
    judge_active(evidence)
    if evidence["stage_kind"] == "hired":
        raise StageEnteredByCommand(current=current_of(evidence))


def judge_reject(evidence: Rejected, *, is_mailed: bool) -> None:
    """Rules 2 and 13. Raises: ApplicationNotActive, NoEmail."""
    judge_active(evidence)
    if is_mailed and not evidence["has_email"]:
        raise NoEmail(current=current_of(evidence))


def judge_reopen(evidence: Reopened) -> None:
    """Rule 2. Raises: StatusConflict, JobNotOpen, StageEnteredByCommand, ApplicationActive, ApplicationHired."""
    if evidence["found_status"] not in ("rejected", "withdrawn"):
        raise StatusConflict("Only a rejected or withdrawn application is reopened.", current=current_of(evidence))
    if evidence["job_status"] in ("closed", "archived"):
        raise JobNotOpen(current=job_of(evidence))
    if evidence["stage_kind"] == "hired":
        raise StageEnteredByCommand(current=current_of(evidence))
    judge_standing(evidence)


def judge_hire(evidence: Hired, override_reason: str | None) -> None:
    """Rule 5. Raises: ApplicationNotActive, JobNotOpen (a draft, archived), OfferRequired, NoOpening."""
    judge_active(evidence)
    if evidence["job_status"] not in ("open", "on_hold", "closed"):
        raise JobNotOpen(current=job_of(evidence))
    if override_reason is None:
        raise OfferRequired(current=current_of(evidence))
    if evidence["opening_status"] is not None:
        raise NoOpening(current={"status": evidence["opening_status"], "version": evidence["opening_version"]})
    raise NoOpening(current=job_of(evidence))


def judge_opening(evidence: Opened, opening_id: UUID | None) -> None:
    """Raises: Invalid, where a named opening is none of the application's job."""
    if opening_id is not None and evidence["opening_status"] is None:
        raise Invalid(errors=[FieldError("/opening_id", "unknown_reference", "There is no such opening of this job.")])


def judge_unhire(evidence: Found) -> None:
    """Rule 5. Raises: StatusConflict."""
    if evidence["found_status"] != "hired":
        raise StatusConflict("Only a hired application is unhired.", current=current_of(evidence))


def judge_stage(evidence: Staged, pointer: str) -> None:
    """Raises: StageNotInPipeline, where the stage is not a current one of the application's job."""
    if evidence["stage_kind"] is None:
        detail = "The stage is not a current stage of this job."
        raise StageNotInPipeline(errors=[FieldError(pointer, "stage_not_in_pipeline", detail)])


def judge_reason(evidence: Reasoned) -> None:
    """Raises: Invalid, where the reason is not an active one of the kind that this needs."""
    if not evidence["is_reason_found"]:
        raise Invalid(errors=[FieldError("/reason_id", "unknown_reference", "There is no such reason for this.")])


def judge_active(evidence: Found) -> None:
    """Rule 2. Raises: ApplicationNotActive."""
    if evidence["found_status"] != "active":
        raise ApplicationNotActive(current=current_of(evidence))


def current_of(evidence: Found) -> dict[str, Any]:
    """The application that a conflict tells its reader of."""
    return {"status": evidence["found_status"], "version": evidence["found_version"]}


def job_of(evidence: Job) -> dict[str, Any]:
    """The job that a conflict tells its reader of."""
    return {"status": evidence["job_status"], "version": evidence["job_version"]}


def application_of(application_id: UUID, status: str | None, version: int | None) -> dict[str, Any]:
    """Another application of the candidate that a conflict tells its reader of."""
    return {"application_id": str(application_id), "status": status, "version": version}
