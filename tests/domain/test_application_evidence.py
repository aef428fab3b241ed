"""Why a command on an application did nothing: every refusal, and which of two is told."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from hiring.domain import application_evidence as evidence_of
from hiring.errors import ApiError

STAGE, OTHER_STAGE, STANDING = UUID(int=1), UUID(int=2), UUID(int=3)
FOUND: dict[str, Any] = {
    "found_status": "active", "found_version": 4, "found_stage_id": STAGE, "stage_kind": "screen",
    "job_status": "open", "job_version": 7, "standing_id": None, "standing_status": None, "standing_version": None,
    "is_reason_found": True, "is_candidate_found": True, "is_source_found": True, "is_post_found": True,
    "is_post_accepting": True, "is_in_future": False, "post_status": "published", "post_version": 2,
    "recent_id": None, "recent_status": None, "recent_version": None, "has_email": True, "opening_status": None,
    "opening_version": None,
}  # fmt: skip
"""Nothing stands in the way."""
APPLICATION, JOB = {"status": "active", "version": 4}, {"status": "open", "version": 7}
STANDS = {"standing_id": STANDING, "standing_status": "active", "standing_version": 5}
RECENT = {"recent_id": STANDING, "recent_status": "rejected", "recent_version": 6}


def refusal(judge: Callable[..., None], changes: dict[str, Any], *arguments: Any, **named: Any) -> ApiError | None:
    """What a rule says of evidence with some changes."""
    try:
        judge(FOUND | changes, *arguments, **named)
    except ApiError as error:
        return error
    return None


@pytest.mark.parametrize(
    ("changes", "code", "pointers"),
    [
        ({}, None, []),
        ({"is_candidate_found": False, "job_status": None}, "invalid", ["/candidate_id", "/job_id"]),
        ({"is_source_found": False, "is_post_found": False}, "invalid", ["/source_id", "/post_id"]),
        ({"is_in_future": True, "job_status": "closed"}, "invalid", ["/applied_at"]),
        ({"stage_kind": None, "job_status": "closed"}, "stage_not_in_pipeline", ["/stage_id"]),
        ({"job_status": "on_hold", "stage_kind": "hired"}, "job_not_open", []),
        ({"job_status": "draft"}, "job_not_open", []),
        ({"stage_kind": "hired", "is_post_accepting": False}, "stage_entered_by_command", []),
        ({"is_post_accepting": False, **STANDS}, "post_not_accepting", []),
        ({**STANDS, **RECENT}, "application_active", []),
        ({**STANDS, "standing_status": "hired"}, "application_hired", []),
        (RECENT, "reapply_too_soon", []),
    ],
)
def test_submission_is_refused_for_the_first_reason(
    changes: dict[str, Any], code: str | None, pointers: list[str]
) -> None:
    """References, then the stage, the job, the post, and last what the candidate has already."""
    error = refusal(evidence_of.judge_submit, changes)
    assert (error and error.code, [each.pointer for each in error.errors] if error else []) == (code, pointers)


@pytest.mark.parametrize(
    ("judge", "changes", "arguments", "code", "current"),
    [
        ("judge_submit", {"job_status": "closed"}, (), "job_not_open", JOB | {"status": "closed"}),
        ("judge_submit", {"is_post_accepting": False}, (), "post_not_accepting", {"status": "published", "version": 2}),
        ("judge_submit", RECENT, (), "reapply_too_soon",
         {"application_id": str(STANDING), "status": "rejected", "version": 6}),
        ("judge_standing", STANDS, (), "application_active",
         {"application_id": str(STANDING), "status": "active", "version": 5}),
        ("judge_standing", {}, (), None, None),
        ("judge_move", {}, (None,), None, None),
        ("judge_move", {}, (STAGE,), None, None),
        ("judge_move", {"found_status": "hired"}, (OTHER_STAGE,), "stage_is_another",
         {"status": "hired", "version": 4, "stage_id": str(STAGE)}),
        ("judge_move", {"found_status": "rejected", "stage_kind": "hired"}, (STAGE,), "application_not_active",
         APPLICATION | {"status": "rejected"}),
        ("judge_move", {"stage_kind": "hired"}, (None,), "stage_entered_by_command", APPLICATION),
        ("judge_reopen", {"found_status": "rejected"}, (), None, None),
        ("judge_reopen", {"found_status": "withdrawn", "job_status": "on_hold"}, (), None, None),
        ("judge_reopen", {}, (), "status_conflict", APPLICATION),
        ("judge_reopen", {"found_status": "hired"}, (), "status_conflict", APPLICATION | {"status": "hired"}),
        ("judge_reopen", {"found_status": "rejected", "job_status": "closed", "stage_kind": "hired"}, (),
         "job_not_open", JOB | {"status": "closed"}),
        ("judge_reopen", {"found_status": "withdrawn", "job_status": "archived"}, (), "job_not_open",
         JOB | {"status": "archived"}),
        ("judge_reopen", {"found_status": "rejected", "stage_kind": "hired", **STANDS}, (),
         "stage_entered_by_command", APPLICATION | {"status": "rejected"}),
        ("judge_reopen", {"found_status": "rejected", **STANDS}, (), "application_active",
         {"application_id": str(STANDING), "status": "active", "version": 5}),
        ("judge_hire", {"found_status": "hired"}, ("Signed",), "application_not_active",
         APPLICATION | {"status": "hired"}),
        ("judge_hire", {"job_status": "draft"}, (None,), "job_not_open", JOB | {"status": "draft"}),
        ("judge_hire", {"job_status": "archived"}, ("Signed",), "job_not_open", JOB | {"status": "archived"}),
        ("judge_hire", {}, (None,), "offer_required", APPLICATION),
        ("judge_hire", {"job_status": "on_hold"}, ("Signed",), "no_opening", JOB | {"status": "on_hold"}),
        ("judge_hire", {"job_status": "closed"}, ("Signed",), "no_opening", JOB | {"status": "closed"}),
        ("judge_hire", {"opening_status": "filled", "opening_version": 3}, ("Signed",), "no_opening",
         {"status": "filled", "version": 3}),
        ("judge_opening", {}, (None,), None, None),
        ("judge_opening", {}, (STANDING,), "invalid", None),
        ("judge_opening", {"opening_status": "open"}, (STANDING,), None, None),
        ("judge_unhire", {"found_status": "hired"}, (), None, None),
        ("judge_unhire", {}, (), "status_conflict", APPLICATION),
        ("judge_stage", {}, ("/to_stage_id",), None, None),
        ("judge_stage", {"stage_kind": None}, ("/to_stage_id",), "stage_not_in_pipeline", None),
        ("judge_reason", {}, (), None, None),
        ("judge_reason", {"is_reason_found": False}, (), "invalid", None),
    ],
)  # fmt: skip
def test_command_is_refused_for_the_first_reason(
    judge: str, changes: dict[str, Any], arguments: tuple[Any, ...], code: str | None, current: dict[str, Any] | None
) -> None:
    """With what the client should have known."""
    error = refusal(getattr(evidence_of, judge), changes, *arguments)
    assert (error and error.code, error and error.current) == (code, current)


@pytest.mark.parametrize(
    ("changes", "is_mailed", "code"),
    [
        ({}, True, None), ({"has_email": False}, False, None), ({"has_email": False}, True, "no_email"),
        ({"found_status": "withdrawn", "has_email": False}, True, "application_not_active"),
    ],
)  # fmt: skip
def test_rejection_needs_an_address_when_it_is_mailed(changes: dict[str, Any], is_mailed: bool, code: str) -> None:
    """And an active application in any case."""
    error = refusal(evidence_of.judge_reject, changes, is_mailed=is_mailed)
    assert (error and error.code) == code


def test_pointer_leads_to_the_stage_when_it_is_none_of_the_job() -> None:
    """Whatever the request calls it."""
    error = refusal(evidence_of.judge_stage, {"stage_kind": None}, "/to_stage_id")
    assert error is not None and [each.pointer for each in error.errors] == ["/to_stage_id"]
