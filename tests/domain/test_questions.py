"""Questions of a form and the answers to them."""

from typing import Any
from uuid import UUID

import pytest

from hiring.domain.checking import checked
from hiring.domain.questions import Answer, NewQuestion, check_answers, identity_problems, with_ids
from hiring.foundation.ids import new_id

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
        ("number", 999_999_999_999_999), ("number", -999_999_999_999_999),
        ("date", "2026-02-28"), ("url", "https://example.com/ä"), ("file", str(UUID(int=9))),
        ("single_select", OPTION), ("multi_select", [OTHER, OPTION]),
    ],
)  # fmt: skip
def test_answer_is_kept_when_it_is_of_its_question_s_type(kind: str, value: Any) -> None:
    """With what was asked, for the question may be gone when somebody reads the answer."""
    [kept], found = check_answers([question(kind)], [Answer(question_id=ID, value=value)])
    assert found == [] and kept["value"] == value and kept["label"] == "?"


@pytest.mark.parametrize(
    ("kind", "value", "labels"),
    [
        ("single_select", OTHER, ["B"]), ("multi_select", [OTHER], ["B"]),
        ("multi_select", [OTHER, OPTION], ["A", "B"]),
        ("short_text", OPTION, []),
    ],
)  # fmt: skip
def test_answer_keeps_the_options_that_were_chosen(kind: str, value: Any, labels: list[str]) -> None:
    """Those alone, in the order of the question."""
    [kept], found = check_answers([question(kind)], [Answer(question_id=ID, value=value)])
    assert found == [] and [each["label"] for each in kept["options"]] == labels


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("short_text", "a\nb"), ("short_text", "x" * 201), ("long_text", "x" * 10_001), ("short_text", 3),
        ("boolean", "true"), ("boolean", 1), ("number", True), ("number", 10**15), ("number", -1e15),
        ("number", "1"),
        ("number", float("nan")),
        ("date", "2026-02-30"), ("date", "1026-01-01"), ("date", "20260101"), ("url", "javascript:alert(1)"),
        ("file", "a.pdf"), ("single_select", "A"), ("single_select", [OPTION]), ("multi_select", OPTION),
        ("multi_select", [OPTION, OPTION]), ("multi_select", [OPTION, 3]), ("multi_select", ["A"]),
        ("multi_select", [[OPTION]]), ("url", {"a": 1}), ("number", {}), ("long_text", [["a"]]), ("boolean", [True]),
        ("single_select", {"id": OPTION}),
    ],
)  # fmt: skip
def test_answer_is_refused_when_it_is_of_another_type(kind: str, value: Any) -> None:
    """With a pointer to it."""
    kept, found = check_answers([question(kind)], [Answer(question_id=ID, value=value)])
    assert kept == [] and [(each.pointer, each.question_id) for each in found] == [("/answers/0/value", str(ID))]


@pytest.mark.parametrize("value", [None, "", "  ", "\u200b", "\u3164\n", []])
def test_question_is_open_when_its_answer_is_blank(value: Any) -> None:
    """Required it is told, optional it is left out."""
    asked = question("multi_select" if value == [] else "short_text", required=True)
    kept, [finding] = check_answers([asked], [Answer(question_id=ID, value=value)])
    assert kept == [] and finding.code == "required"
    assert check_answers([asked | {"required": False}], [Answer(question_id=ID, value=value)]) == ([], [])


def test_answers_are_refused_when_unknown_or_repeated() -> None:
    """Each by its pointer and its question."""
    unknown = UUID(int=8)
    answers = [Answer(question_id=unknown, value="a"), *[Answer(question_id=ID, value="b")] * 2]
    _, found = check_answers([question("short_text")], answers)
    assert [(each.pointer, each.code, each.question_id) for each in found] == [
        ("/answers/0/question_id", "unknown_question", str(unknown)), ("/answers/2/question_id", "repeated", str(ID)),
    ]  # fmt: skip


def test_question_is_named_when_its_answer_is_missing() -> None:
    """There is no place to point at, and a form may ask two questions with one label."""
    questions = [question("short_text", id=str(UUID(int=number)), required=number != 5) for number in (4, 5, 6)]
    _, found = check_answers(questions, [])
    assert [(each.pointer, each.question_id) for each in found] == [
        ("/answers", str(UUID(int=4))), ("/answers", str(UUID(int=6))),
    ]  # fmt: skip


def asked(**changes: Any) -> NewQuestion:
    """A select as it is written, with options A and B."""
    written = {"label": "Where?", "type": "single_select", "options": [{"label": "A"}, {"label": "B"}]} | changes
    return checked(written, NewQuestion)


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"help": "City"}, {"required": True}, {"options": [{"label": "B"}, {"label": "A"}]},
        {"label": "  Where? "},
    ],
)  # fmt: skip
def test_ids_stay_when_a_question_means_the_same(changes: dict[str, Any]) -> None:
    """Help, whether it is required and the order of its options change no answer's meaning."""
    [first] = with_ids([asked()], [], new_id)
    [second] = with_ids([asked(id=first["id"], **changes)], [first], new_id)
    assert second["id"] == first["id"]
    assert sorted(second["options"], key=str) == sorted(first["options"], key=str)


def test_ids_stay_when_a_text_is_limited_or_questions_change_places() -> None:
    """What was answered before the limit stays an answer."""
    questions = [asked(), asked(label="Why?", type="long_text", options=[])]
    where, why = with_ids(questions, [], new_id)
    limited = asked(id=why["id"], label="Why?", type="long_text", options=[], max_length=9)
    again = with_ids([limited, asked(id=where["id"])], [where, why], new_id)
    assert [each["id"] for each in again] == [why["id"], where["id"]] and again[0]["max_length"] == 9


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"label": "Whence?"}, "AB"), ({"type": "multi_select"}, "AB"), ({"options": [{"label": "A"}]}, "A"),
        ({"options": [{"label": "C"}, {"label": "B"}, {"label": "A"}]}, "AB"),
        ({"options": [{"label": "A"}, {"label": "Bern"}]}, "A"), ({"type": "short_text", "options": []}, ""),
        ({"id": None}, ""),
    ],
)  # fmt: skip
def test_id_is_new_when_a_question_means_something_else(changes: dict[str, Any], kept: str) -> None:
    """Its options keep theirs by their labels."""
    [first] = with_ids([asked()], [], new_id)
    [second] = with_ids([asked(**{"id": first["id"]} | changes)], [first], new_id)
    assert second["id"] != first["id"]
    before = {option["id"]: option["label"] for option in first["options"]}
    same = [option["label"] for option in second["options"] if before.get(option["id"]) == option["label"]]
    assert sorted(same) == list(kept)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a=A b=B", "aAbB"), ("b=B a=A", "aAbB"), ("B a=A", "aAbB"),  # order, and an id that is left out
        ("a=B b=A", ""), ("a=B A", ""), ("a=B", ""), ("b=A a=C", ""), ("a=C b=B", "bB"), ("a=A b=B C", "aAbB"),
    ],
)  # fmt: skip
def test_option_is_new_when_its_id_gets_another_label(given: str, kept: str) -> None:
    """Also where the labels of two options are exchanged; the question is the same when all of them stay."""
    [first] = with_ids([asked()], [], new_id)
    ids = {option["label"].lower(): option["id"] for option in first["options"]}
    names = {option_id: name for name, option_id in ids.items()}
    options = [
        {"label": label} | ({"id": ids[name]} if name else {})
        for name, _, label in (each.rpartition("=") for each in given.split())
    ]
    [second] = with_ids([asked(id=first["id"], options=options)], [first], new_id)
    staying = sorted(names[option["id"]] + option["label"] for option in second["options"] if option["id"] in names)
    assert "".join(staying) == kept
    assert (second["id"] == first["id"]) == (kept == "aAbB" and len(options) == 2)
    assert [option["label"] for option in second["options"]] == [option["label"] for option in options]


def test_ids_are_refused_when_they_are_unknown_or_repeated() -> None:
    """Each by its pointer; an option is one of its own question."""
    where, whence = with_ids([asked(), asked(label="Whence?")], [], new_id)
    a, b = (option["id"] for option in where["options"])
    given = [
        asked(id=where["id"], options=[{"id": a, "label": "A"}, {"id": a, "label": "B"}]),
        asked(id=whence["id"], options=[{"id": b, "label": "B"}]),
        asked(id=where["id"]), asked(id=str(ID)), asked(options=[{"id": b, "label": "B"}]),
    ]  # fmt: skip
    assert [(each.pointer, each.code) for each in identity_problems(given, [where, whence])] == [
        ("/questions/2/id", "repeated"), ("/questions/3/id", "unknown_reference"),
        ("/questions/0/options/1/id", "repeated"), ("/questions/1/options/0/id", "unknown_reference"),
        ("/questions/4/options/0/id", "unknown_reference"),
    ]  # fmt: skip
