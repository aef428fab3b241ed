"""What the evidence of a command on an application means: the one true reason why it did nothing. Pure.

A command judges its references (stage, reason) first, then the version, then the state.
"""

from collections.abc import Mapping
from typing import Any
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

Evidence = Mapping[str, Any]


def judge_submit(evidence: Evidence) -> None:
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
        raise ReapplyTooSoon(current=application_of(evidence, "recent"))


def judge_standing(evidence: Evidence) -> None:
    """Rule 1: one active application per candidate and job. Raises: ApplicationActive, ApplicationHired."""
    if evidence["standing_id"] is None:
        return
    current = application_of(evidence, "standing")
    raise (
        ApplicationHired(current=current)
        if evidence["standing_status"] == "hired"
        else ApplicationActive(current=current)
    )


def judge_move(evidence: Evidence, from_stage_id: UUID | None) -> None:
    """Rule 3. Raises: StageIsAnother, ApplicationNotActive, StageEnteredByCommand."""
    if from_stage_id is not None and str(evidence["found_stage_id"]) != str(from_stage_id):
        raise StageIsAnother(current=current_of(evidence) | {"stage_id": str(evidence["found_stage_id"])})
    judge_active(evidence)
    if evidence["stage_kind"] == "hired":
        raise StageEnteredByCommand(current=current_of(evidence))


def judge_reject(evidence: Evidence, *, is_mailed: bool) -> None:
    """Rules 2 and 13. Raises: ApplicationNotActive, NoEmail."""
    judge_active(evidence)
    if is_mailed and not evidence["has_email"]:
        raise NoEmail(current=current_of(evidence))


def judge_reopen(evidence: Evidence) -> None:
    """Rule 2. Raises: StatusConflict, JobNotOpen, StageEnteredByCommand, ApplicationActive, ApplicationHired."""
    if evidence["found_status"] not in ("rejected", "withdrawn"):
        raise StatusConflict("Only a rejected or withdrawn application is reopened.", current=current_of(evidence))
    if evidence["job_status"] in ("closed", "archived"):
        raise JobNotOpen(current=job_of(evidence))
    if evidence["stage_kind"] == "hired":
        raise StageEnteredByCommand(current=current_of(evidence))
    judge_standing(evidence)


def judge_hire(evidence: Evidence, override_reason: str | None) -> None:
    """Rule 5. Raises: ApplicationNotActive, JobNotOpen (a draft, archived), OfferRequired, NoOpening."""
    judge_active(evidence)
    if evidence["job_status"] not in ("open", "on_hold", "closed"):
        raise JobNotOpen(current=job_of(evidence))
    if override_reason is None:
        raise OfferRequired(current=current_of(evidence))
    if evidence["opening_status"] is not None:
        raise NoOpening(current={"status": evidence["opening_status"], "version": evidence["opening_version"]})
    raise NoOpening(current=job_of(evidence))


def judge_opening(evidence: Evidence, opening_id: UUID | None) -> None:
    """Raises: Invalid, where a named opening is none of the application's job."""
    if opening_id is not None and evidence["opening_status"] is None:
        raise Invalid(errors=[FieldError("/opening_id", "unknown_reference", "There is no such opening of this job.")])


def judge_unhire(evidence: Evidence) -> None:
    """Rule 5. Raises: StatusConflict."""
    if evidence["found_status"] != "hired":
        raise StatusConflict("Only a hired application is unhired.", current=current_of(evidence))


def judge_stage(evidence: Evidence, pointer: str) -> None:
    """Raises: StageNotInPipeline, where the stage is not a current one of the application's job."""
    if evidence["stage_kind"] is None:
        detail = "The stage is not a current stage of this job."
        raise StageNotInPipeline(errors=[FieldError(pointer, "stage_not_in_pipeline", detail)])


def judge_reason(evidence: Evidence) -> None:
    """Raises: Invalid, where the reason is not an active one of the kind that this needs."""
    if not evidence["is_reason_found"]:
        raise Invalid(errors=[FieldError("/reason_id", "unknown_reference", "There is no such reason for this.")])


def judge_active(evidence: Evidence) -> None:
    """Rule 2. Raises: ApplicationNotActive."""
    if evidence["found_status"] != "active":
        raise ApplicationNotActive(current=current_of(evidence))


def current_of(evidence: Evidence) -> dict[str, Any]:
    """The application that a conflict tells its reader of."""
    return {"status": evidence["found_status"], "version": evidence["found_version"]}


def job_of(evidence: Evidence) -> dict[str, Any]:
    """The job that a conflict tells its reader of."""
    return {"status": evidence["job_status"], "version": evidence["job_version"]}


def application_of(evidence: Evidence, which: str) -> dict[str, Any]:
    """Another application of the candidate that a conflict tells its reader of."""
    return {
        "application_id": str(evidence[f"{which}_id"]), "status": evidence[f"{which}_status"],
        "version": evidence[f"{which}_version"],
    }  # fmt: skip
