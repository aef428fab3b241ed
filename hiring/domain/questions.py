"""Questions of a post's form and the answers to them: each answer is of its question's type. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.domain.vocabulary import LongText, ShortText, Url
from hiring.errors import FieldError

QuestionType = Literal[
    "short_text", "long_text", "boolean", "single_select", "multi_select", "number", "date", "url", "file"
]
MAXIMUM_QUESTIONS = 50
MAXIMUM_OPTIONS = 100
MAXIMUM_SHORT = 200
MAXIMUM_LONG = 10_000
SELECTS = ("single_select", "multi_select")


class NewOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A choice; one that is edited has a new id."""

    id: UUID | None = None
    label: ShortText


class NewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question as it is written; one that is edited has a new id."""

    id: UUID | None = None
    label: ShortText
    help: LongText | None = None
    type: QuestionType
    required: bool = False
    options: Annotated[list[NewOption], Meta(max_length=MAXIMUM_OPTIONS)] = []
    max_length: Annotated[int, Meta(ge=1, le=MAXIMUM_LONG)] | None = None

    def problems(self) -> Iterator[FieldError]:
        """Only a choice has options, and it has some."""
        if (self.type in SELECTS) != bool(self.options):
            yield FieldError("/options", "options", "A select has options, and nothing else has.")
        if self.max_length is not None and self.type not in ("short_text", "long_text"):
            yield FieldError("/max_length", "unexpected", "Only texts have a maximum length.")


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer as it is given; its value's type is its question's."""

    question_id: UUID
    value: Any


def with_ids(
    questions: Sequence[NewQuestion], standing: Sequence[Mapping[str, Any]], new_id: Callable[[], UUID]
) -> list[dict[str, Any]]:
    """Questions as they are kept: unchanged ones keep their ids, new and edited ones get new ids."""
    kept = {question["id"]: question for question in standing}
    result = []
    for question in questions:
        old = kept.get(str(question.id), {})
        labels = {option["label"]: option["id"] for option in old.get("options", [])}
        document = {
            "label": str(question.label), "help": question.help and str(question.help), "type": question.type,
            "required": question.required, "max_length": question.max_length,
            "options": [
                {"id": labels.get(str(option.label)) or str(new_id()), "label": str(option.label)}
                for option in question.options
            ],
        }  # fmt: skip
        is_same = {name: old.get(name) for name in document} == document
        result.append({"id": old["id"] if is_same else str(new_id()), **document})
    return result


def check_answers(
    questions: Sequence[Mapping[str, Any]], answers: Sequence[Answer]
) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Answers as they are kept, with a snapshot of label and type, and what is wrong with them."""
    known = {question["id"]: question for question in questions}
    kept: list[dict[str, Any]] = []
    found: list[FieldError] = []
    answered: set[str] = set()
    for place, answer in enumerate(answers):
        question = known.get(str(answer.question_id))
        if question is None:
            found.append(FieldError(f"/answers/{place}/question_id", "unknown_question", "There is no such question."))
            continue
        if question["id"] in answered:
            found.append(FieldError(f"/answers/{place}/question_id", "repeated", "This question is answered twice."))
            continue
        answered.add(question["id"])
        try:
            value = checked(question, answer.value)
        except ValueError as error:
            found.append(FieldError(f"/answers/{place}/value", "invalid", f"{error}."))
            continue
        kept.append({"question_id": question["id"], "label": question["label"], "type": question["type"], "value": value})
    for question in questions:
        if question["required"] and question["id"] not in answered:
            found.append(FieldError("/answers", "required", f"“{question['label']}” needs an answer."))
    return kept, found


def checked(question: Mapping[str, Any], value: Any) -> Any:
    """The value of an answer in its question's type. Raises: ValueError."""
    kind = question["type"]
    if value is None:
        if question["required"]:
            raise ValueError("This question needs an answer")
        return None
    if kind in ("short_text", "long_text", "date", "url", "file", "single_select") and not isinstance(value, str):
        raise ValueError("Expected a text")
    return CHECKS[kind](question, value)


def _text(question: Mapping[str, Any], value: str) -> str:
    longest = question["max_length"] or (MAXIMUM_SHORT if question["type"] == "short_text" else MAXIMUM_LONG)
    if len(value) > longest:
        raise ValueError(f"Expected at most {longest} characters")
    if question["required"] and not value.strip():
        raise ValueError("This question needs an answer")
    return value


def _boolean(question: Mapping[str, Any], value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Expected true or false")
    return value


def _number(question: Mapping[str, Any], value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("Expected a number")
    if abs(value) > 10**15:
        raise ValueError("Expected a number of at most fifteen digits")
    return value


def _date(question: Mapping[str, Any], value: str) -> str:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise ValueError("Expected a date, as in 2026-01-31")
    return date.fromisoformat(value).isoformat()


def _url(question: Mapping[str, Any], value: str) -> str:
    return str(Url.parse(value))


def _file(question: Mapping[str, Any], value: str) -> str:
    return str(UUID(value))


def _single(question: Mapping[str, Any], value: str) -> str:
    if value not in {option["id"] for option in question["options"]}:
        raise ValueError("Expected the id of an option")
    return value


def _multi(question: Mapping[str, Any], value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ValueError("Expected a list of ids of options")
    if len(set(value)) != len(value):
        raise ValueError("Expected each option once")
    if question["required"] and not value:
        raise ValueError("This question needs an answer")
    return [_single(question, each) for each in value]


CHECKS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "short_text": _text, "long_text": _text, "boolean": _boolean, "number": _number, "date": _date, "url": _url,
    "file": _file, "single_select": _single, "multi_select": _multi,
}  # fmt: skip
