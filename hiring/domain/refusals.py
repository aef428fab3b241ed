"""What a command's statement refuses becomes an error, by its code. The rules themselves are in `sql/commands`."""

from typing import Any
from uuid import UUID

import msgspec

from hiring.domain.findings import FINDINGS
from hiring.errors import ApiError, CandidateMerged, FieldError, Invalid, declared

BY_CODE: dict[str, type[ApiError]] = {error.code: error for error in declared()}


class Refusal(msgspec.Struct, frozen=True):
    """The code of an error in `hiring/errors.py`, and what the client is told beside its sentence.

    `detail` is a sentence that says more than the error's own, or than that of each finding. `findings`: JSON pointer
    to the code of a finding. `question_ids`: JSON pointer to the question of a form that the field answers, if any.
    `merged_into`: the candidate that a merged one is part of now.
    """

    code: str
    current: dict[str, Any] | None = None
    detail: str | None = None
    findings: dict[str, str] = {}
    question_ids: dict[str, str | None] = {}
    merged_into: UUID | None = None


def error_of(text: str) -> ApiError:
    """The error of a refusal that a statement returned as JSON text."""
    refusal = msgspec.json.decode(text, type=Refusal)
    if refusal.findings:
        question_of = refusal.question_ids.get
        errors = [
            FieldError(
                pointer, code, refusal.detail or sentence_of(pointer, code), question_of(pointer) or msgspec.UNSET
            )
            for pointer, code in refusal.findings.items()
        ]
        return BY_CODE.get(refusal.code, Invalid)(errors=errors)
    if refusal.merged_into is not None:
        return CandidateMerged(refusal.merged_into)
    return BY_CODE[refusal.code](refusal.detail, current=refusal.current)


def sentence_of(pointer: str, code: str) -> str:
    """What a finding says; of an unknown reference what it was to name."""
    name = next((part for part in reversed(pointer.split("/")) if not part.isdigit()), "")
    if code == "unknown_reference" and name.removesuffix("s").endswith("_id"):
        return f"There is no such {name.removesuffix('s').removesuffix('_id').replace('_', ' ')}."
    return FINDINGS[code]
