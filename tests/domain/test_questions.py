"""Questions of a form and the answers to them."""

from typing import Any
from uuid import UUID

import pytest

from hiring.domain.questions import Answer, NewOption, NewQuestion, check_answers, with_ids
from hiring.domain.vocabulary import LongText, ShortText
from hiring.services.ids import new_id

ID = UUID(int=1)
OPTION, OTHER = str(UUID(int=2)), str(UUID(int=3))


def question(kind: str, **changes: Any) -> dict[str, Any]:
    """A question as a post keeps it."""
    options = [{"id": OPTION, "label": "A"}, {"id": OTHER, "label": "B"}] if kind.endswith("select") else []
    kept = {"id": str(ID), "label": "?", "help": None, "type": kind, "required": False, "max_length": None}
    return kept | {"options": options} | changes


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("short_text", " as typed "), ("long_text", "a\nb"), ("boolean", False), ("number", 0), ("number", 1.5),
        ("date", "2026-02-28"), ("url", "https://example.com/ä"), ("file", str(UUID(int=9))),
        ("single_select", OPTION), ("multi_select", [OTHER, OPTION]),
    ],
)  # fmt: skip
def test_answer_is_kept_when_it_is_of_its_question_s_type(kind: str, value: Any) -> None:
    """With what was asked, for the question may be gone when somebody reads the answer."""
    [kept], found = check_answers([question(kind)], [Answer(question_id=ID, value=value)])
    assert found == [] and kept["value"] == value and kept["label"] == "?"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("short_text", "a\nb"), ("short_text", "x" * 201), ("long_text", "x" * 10_001), ("short_text", 3),
        ("boolean", "true"), ("boolean", 1), ("number", True), ("number", 1e16), ("number", "1"),
        ("number", float("nan")),
        ("date", "2026-02-30"), ("date", "1026-01-01"), ("date", "20260101"), ("url", "javascript:alert(1)"),
        ("file", "a.pdf"), ("single_select", "A"), ("single_select", [OPTION]), ("multi_select", OPTION),
        ("multi_select", [OPTION, OPTION]), ("multi_select", ["A"]),
    ],
)  # fmt: skip
def test_answer_is_refused_when_it_is_of_another_type(kind: str, value: Any) -> None:
    """With a pointer to it."""
    kept, found = check_answers([question(kind)], [Answer(question_id=ID, value=value)])
    assert kept == [] and [each.pointer for each in found] == ["/answers/0/value"]


@pytest.mark.parametrize("value", [None, "", "  ", []])
def test_question_is_open_when_its_answer_is_blank(value: Any) -> None:
    """Required it is told, optional it is left out."""
    asked = question("multi_select" if value == [] else "short_text", required=True)
    kept, [finding] = check_answers([asked], [Answer(question_id=ID, value=value)])
    assert kept == [] and finding.code == "required"
    assert check_answers([asked | {"required": False}], [Answer(question_id=ID, value=value)]) == ([], [])


def test_answers_are_refused_when_unknown_or_repeated() -> None:
    """Each by its pointer."""
    answers = [Answer(question_id=UUID(int=8), value="a"), *[Answer(question_id=ID, value="b")] * 2]
    _, found = check_answers([question("short_text")], answers)
    assert [(each.pointer, each.code) for each in found] == [
        ("/answers/0/question_id", "unknown_question"), ("/answers/2/question_id", "repeated"),
    ]  # fmt: skip


def test_id_stays_when_a_question_stays_and_changes_when_it_is_edited() -> None:
    """Answers of before are answers to the question of before; an option keeps its id by its label."""
    asked = NewQuestion(
        label=ShortText("Where?"), type="single_select", options=[NewOption(label=ShortText(label)) for label in "AB"]
    )
    [first] = with_ids([asked], [], new_id)
    named = NewQuestion(id=UUID(first["id"]), label=asked.label, type="single_select", options=asked.options)
    assert with_ids([named], [first], new_id) == [first]
    edited = NewQuestion(
        id=UUID(first["id"]), label=asked.label, type="single_select", options=asked.options, help=LongText("City")
    )
    [second] = with_ids([edited], [first], new_id)
    assert second["id"] != first["id"] and second["options"] == first["options"]
