"""What a statement refuses, as the error that a client reads."""

import json
from typing import Any

import pytest

from hiring.domain.findings import FINDINGS
from hiring.domain.refusals import error_of, sentence_of
from hiring.errors import BeingChanged, FieldError, Invalid, StageNotInPipeline, StatusConflict, VersionMismatch


@pytest.mark.parametrize(
    ("refusal", "error", "detail"),
    [
        ({"code": "version_mismatch"}, VersionMismatch, VersionMismatch.sentence()),
        ({"code": "being_changed"}, BeingChanged, BeingChanged.sentence()),
        ({"code": "status_conflict", "detail": "Only an open one."}, StatusConflict, "Only an open one."),
    ],
)
def test_refusal_is_the_error_of_its_code(refusal: dict[str, Any], error: type[Exception], detail: str) -> None:
    """With the state that the client should know of, and its own sentence where it has one."""
    found = error_of(json.dumps(refusal | {"current": {"version": 3}}))
    assert (type(found), found.detail, found.current) == (error, detail, {"version": 3})


@pytest.mark.parametrize(
    ("code", "finding", "detail", "error"),
    [
        ("invalid", "in_future", None, Invalid), ("in_future", "in_future", None, Invalid),
        ("stage_not_in_pipeline", "stage_not_in_pipeline", None, StageNotInPipeline),
        ("invalid", "circular", "It would be above itself.", Invalid),
    ],
)  # fmt: skip
def test_refusal_of_a_field_names_the_field(
    code: str, finding: str, detail: str | None, error: type[Exception]
) -> None:
    """A finding that is an error's code, too, is that error."""
    found = error_of(json.dumps({"code": code, "detail": detail, "findings": {"/a": finding}}))
    assert type(found) is error
    assert [(each.pointer, each.code, each.detail) for each in found.errors] == [
        ("/a", finding, detail or FINDINGS[finding])
    ]


def test_refusal_of_several_fields_names_the_questions_that_they_answer() -> None:
    """In the order of the refusal; a field that answers no question has none."""
    findings, questions = {"/b": "unknown_upload", "/a": "unknown_upload"}, {"/b": None, "/a": "7"}
    refusal = {"code": "invalid", "detail": "It is gone.", "findings": findings, "question_ids": questions}
    found = error_of(json.dumps(refusal))
    assert type(found) is Invalid
    assert found.errors == (
        FieldError("/b", "unknown_upload", "It is gone."), FieldError("/a", "unknown_upload", "It is gone.", "7"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "noun"),
    [("/job_id", "job"), ("/office_ids/3", "office"), ("/members/0/user_id", "user"), ("/job_board_id", "job board")],
)
def test_unknown_reference_says_what_there_is_not(pointer: str, noun: str) -> None:
    """By the name of the field; another name says what its finding does."""
    assert sentence_of(pointer, "unknown_reference") == f"There is no such {noun}."
    assert sentence_of("/region", "unknown_reference") == FINDINGS["unknown_reference"]
