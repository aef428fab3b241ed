"""What a board asks of an applicant, and what must be in an application."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import UNSET

from hiring.domain.board import Applicant, application_form, checked_answers, uploads_of
from hiring.domain.consents import GivenConsent
from hiring.domain.questions import Answer
from hiring.errors import Invalid

QUESTION, FILE_QUESTION = UUID(int=1), UUID(int=2)
TEXT = Answer(question_id=QUESTION, value="a")
LEFT_OUT: dict[str, Any] = {
    "last_name": None, "phone": None, "links": [], "location": None, "language": None, "referrer": None,
    "source_details": {},
    "resume_upload_id": None, "cover_letter_upload_id": None, "answers": [], "consents": [],
}  # fmt: skip


def applicant(**more: Any) -> Applicant:
    """An applicant who gives what must be given, and more."""
    return Applicant(first_name="Kim", email="kim@example.com", **(LEFT_OUT | more))


def test_form_asks_for_name_and_address_whatever_the_board_requires() -> None:
    """Nobody can be answered without them."""
    form = application_form(["phone"], [], [], max_bytes=10, media_types=["text/plain"])
    required = {field["name"] for field in form["fields"] if field["required"]}
    assert required == {"first_name", "email", "phone"}


@pytest.mark.parametrize(
    ("name", "given", "pointer"),
    [
        ("last_name", {"last_name": "Lee"}, "/last_name"), ("phone", {"phone": "+43 1 234"}, "/phone"),
        ("location", {"location": "Graz"}, "/location"), ("links", {"links": [{"value": "https://a.de"}]}, "/links"),
        ("resume", {"resume_upload_id": UUID(int=3)}, "/resume_upload_id"),
        ("cover_letter", {"cover_letter_upload_id": UUID(int=3)}, "/cover_letter_upload_id"),
    ],
)  # fmt: skip
def test_field_is_demanded_when_the_board_requires_it(name: str, given: dict[str, Any], pointer: str) -> None:
    """Beside name and address, which every applicant has given."""
    required = ("first_name", "email", name)
    assert checked_answers(applicant(**given), required, [], []) == []
    with pytest.raises(Invalid) as refused:
        checked_answers(applicant(), required, [], [])
    assert [(each.pointer, each.code) for each in refused.value.errors] == [(pointer, "required")]


def test_everything_is_told_at_once_when_an_application_does_not_fit() -> None:
    """Fields, answers, and a consent that nobody has asked for."""
    stranger = GivenConsent(id=UUID(int=9), version=1, granted=True)
    with pytest.raises(Invalid) as refused:
        checked_answers(applicant(answers=[TEXT], consents=[stranger]), ("phone",), [], [])
    assert [(each.pointer, each.code) for each in refused.value.errors] == [
        ("/phone", "required"), ("/answers/0/question_id", "unknown_question"), ("/consent/0/id", "unknown_reference"),
    ]  # fmt: skip


def test_files_of_an_application_are_told_apart() -> None:
    """Résumé, cover letter, then those of answers, with the places that refusals point to."""
    given = applicant(
        answers=[TEXT, Answer(question_id=FILE_QUESTION, value="f")], resume_upload_id=UUID(int=11),
        cover_letter_upload_id=UUID(int=12),
    )  # fmt: skip
    answers = [
        {"question_id": str(QUESTION), "type": "short_text", "value": "a"},
        {"question_id": str(FILE_QUESTION), "type": "file", "value": str(UUID(int=13))},
    ]
    assert [(each.kind, each.upload_id.int, each.pointer, each.question_id) for each in uploads_of(given, answers)] == [
        ("resume", 11, "/resume_upload_id", UNSET), ("cover_letter", 12, "/cover_letter_upload_id", UNSET),
        ("other", 13, "/answers/1/value", str(FILE_QUESTION)),
    ]  # fmt: skip
    assert uploads_of(applicant(), answers[:1]) == []
    with pytest.raises(Invalid) as refused:
        uploads_of(given, [answers[0], answers[1] | {"value": str(UUID(int=12))}])
    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/answers/1/value", "repeated")]
