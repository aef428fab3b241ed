"""Questions of a post's form and the answers to them: each answer is of its question's type. Pure."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.domain.conversion import date_of, uuid_of
from hiring.domain.custom_fields import SELECTS, CustomFieldType
from hiring.domain.findings import Unfit, wrong_length
from hiring.domain.visible import is_visible
from hiring.domain.vocabulary import CONTROL, LongText, ShortText, Url
from hiring.errors import FieldError

QuestionType = Literal[CustomFieldType, "file"]
QuestionTopic = Literal["salary_history"]
Question = Mapping[str, Any]
"""A question as a post keeps it: id, label, help, type, topic, required, options [{id, label}], max_length."""

MAXIMUM_QUESTIONS = 50
MAXIMUM_OPTIONS = 100
MAXIMUM_SHORT = 200
MAXIMUM_LONG = 10_000
MAXIMUM_NUMBER = 10**15 - 1
AnswerValue = (
    bool
    | Annotated[int, Meta(ge=-MAXIMUM_NUMBER, le=MAXIMUM_NUMBER)]
    | Annotated[float, Meta(ge=-MAXIMUM_NUMBER, le=MAXIMUM_NUMBER)]
    | str
    | Annotated[list[str], Meta(max_length=MAXIMUM_OPTIONS)]
    | None
)
LONGEST = {"short_text": MAXIMUM_SHORT, "long_text": MAXIMUM_LONG}
"""Characters of a text, where its question does not ask for less."""


class NewOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A choice of a question, as it is written."""

    id: UUID | None = None
    """The id of an option that the question has. Null keeps the option of the question that has this label, or adds
    one. An id with another label makes a new option with a new id."""
    label: ShortText
    """What the applicant reads. No two options of a question may have the same label, also in another case."""


class NewQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question of a post's form, as it is written."""

    id: UUID | None = None
    """The id of a question that the post has; null adds a new one. A question that gets another label, type or set of
    options becomes a new one with a new id; its order, `help`, `topic`, `required` and `max_length` may change."""
    label: ShortText
    """What the applicant is asked."""
    help: LongText | None = None
    """A further explanation for the applicant; null where none is needed."""
    type: QuestionType
    """What an answer is: one line (`short_text`) or more (`long_text`), yes or no, one or several options, a number, a
    date, a web address or an uploaded file."""
    topic: QuestionTopic | None = None
    """What it is about, where a law may forbid it: `salary_history` asks what the applicant earned. Null for all
    else."""
    required: bool = False
    """Whether an application without an answer to it is refused."""
    options: Annotated[list[NewOption], Meta(max_length=MAXIMUM_OPTIONS)] = []
    """The choices of `single_select` and `multi_select`, in the order to show them. Both need some; no other type has
    any."""
    max_length: Annotated[int, Meta(ge=1, le=MAXIMUM_LONG)] | None = None
    """The most characters of an answer, for texts only. Null means 200 for `short_text`, which cannot have more, and
    10,000 for `long_text`."""

    def problems(self) -> Iterator[FieldError]:
        """Only a choice has options, and they differ; only a text has a maximum length. Rules: B7."""
        if (self.type in SELECTS) != bool(self.options):
            yield FieldError("/options", "options", "A select has options, and nothing else has.")
        labels: set[str] = set()
        for place, option in enumerate(self.options):
            if (label := option.label.casefold()) in labels:
                yield FieldError(f"/options/{place}/label", "repeated", "Another option has this label.")
            labels.add(label)
        if self.max_length is not None and self.max_length > LONGEST.get(self.type, 0):
            yield FieldError("/max_length", "range", f"Only texts have one, a short text of {MAXIMUM_SHORT} at most.")


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An answer of an applicant to a question of a post."""

    question_id: UUID
    """The question of the post that it answers."""
    value: Annotated[Any, Meta(extra_json_schema=msgspec.json.schema(AnswerValue))]
    """The answer in the type of its question: a string for texts, dates (`2026-01-31`) and web addresses, true or
    false, a number, the id of an option, a list of such ids for `multi_select`. For `file` it is the id of an upload to
    the board or, where somebody else adds the application, of an attachment of the candidate. Null, a blank text and
    an empty list answer nothing."""


Answers = Annotated[list[Answer], Meta(max_length=MAXIMUM_QUESTIONS)]


class AnsweredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that answers a question: what it is, where the request names it, and which question it answers."""

    question_id: str
    file_id: UUID
    pointer: str


def identity_problems(questions: Sequence[NewQuestion], standing: Sequence[Question]) -> Iterator[FieldError]:
    """Yields the ids of questions and options that do not stand in the form, or are given a second time. Rules: B9."""
    kept = {question["id"]: question for question in standing}
    yield from _misused([question.id for question in questions], kept, "/questions/{}/id", "question")
    for place, question in enumerate(questions):
        options = {option["id"] for option in kept.get(str(question.id), {}).get("options", [])}
        pointer = f"/questions/{place}/options/{{}}/id"
        yield from _misused([option.id for option in question.options], options, pointer, "option")


def _misused(ids: Sequence[UUID | None], standing: Container[str], pointer: str, noun: str) -> Iterator[FieldError]:
    seen: set[UUID] = set()
    for place, given in enumerate(ids):
        if given is None:
            continue
        if str(given) not in standing:
            detail = f"There is no such {noun} here; leave the id out to add a new one."
            yield FieldError(pointer.format(place), "unknown_reference", detail)
        elif given in seen:
            yield FieldError(pointer.format(place), "repeated", f"This {noun} is listed twice.")
        seen.add(given)


def with_ids(
    questions: Sequence[NewQuestion], standing: Sequence[Question], new_id: Callable[[], UUID]
) -> list[dict[str, Any]]:
    """Questions as they are kept: one that still means the same keeps its id, so that its answers stay comparable.

    Its label, its type and the labels of its options are what it means; their order, `required`, `help`, `topic` and
    `max_length` are not. An option keeps its id while its question has an option of that label. An id that is given
    with another label is gone, also where another option had that label: what answers mean by it would change.
    Rules: B8.
    """
    kept = {question["id"]: question for question in standing}
    result = []
    for question in questions:
        old = kept.get(str(question.id), {})
        options = kept_options(question.options, old.get("options", []))
        means = (str(question.label), question.type, {option["id"] for option in options})
        is_same = means == (old.get("label"), old.get("type"), {option["id"] for option in old.get("options", [])})
        result.append({
            "id": old["id"] if is_same else str(new_id()), "label": str(question.label),
            "help": question.help and str(question.help), "type": question.type, "topic": question.topic,
            "required": question.required, "max_length": question.max_length,
            "options": [option | {"id": option["id"] or str(new_id())} for option in options],
        })  # fmt: skip
    return result


def kept_options(options: Sequence[NewOption], standing: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Options with the ids that they keep; None is a new one."""
    labels = {option["id"]: option["label"] for option in standing}
    renamed = {str(option.id) for option in options if labels.get(str(option.id), option.label) != option.label}
    ids = {option["label"]: option["id"] for option in standing if option["id"] not in renamed}
    return [
        {"id": None if str(option.id) in renamed else ids.get(option.label), "label": str(option.label)}
        for option in options
    ]


def check_answers(
    questions: Sequence[Question], answers: Sequence[Answer]
) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """Answers as they are kept, in the order of their questions, and what is wrong with those that were given.

    What is kept says what was asked too, for the question may be gone when somebody reads the answer.
    Rules: B13, A25.
    """
    known = {question["id"] for question in questions}
    given: dict[str, tuple[int, AnswerValue]] = {}
    kept: list[dict[str, Any]] = []
    found: list[FieldError] = []
    for place, answer in enumerate(answers):
        question_id, pointer = str(answer.question_id), f"/answers/{place}/question_id"
        if question_id not in known:
            found.append(FieldError(pointer, "unknown_question", "There is no such question.", question_id))
        elif question_id in given:
            found.append(FieldError(pointer, "repeated", "This question is answered twice.", question_id))
        else:
            given[question_id] = (place, answer.value)
    for question in questions:
        at, value = given.get(question["id"], (None, None))
        pointer = "/answers" if at is None else f"/answers/{at}/value"
        try:
            if not is_blank(value):
                kept.append(snapshot(question, typed(question, value)))
            elif question["required"]:
                found.append(FieldError(pointer, "required", f"“{question['label']}” needs an answer.", question["id"]))
        except Unfit as why:
            found.append(FieldError(pointer, why.code, str(why), question["id"]))
    return kept, found


def files_of(kept: Sequence[Mapping[str, Any]], answers: Sequence[Answer]) -> list[AnsweredFile]:
    """The files among answers as they are kept, with the places at which they were given."""
    places = {str(answer.question_id): place for place, answer in enumerate(answers)}
    return [
        AnsweredFile(
            question_id=answer["question_id"], file_id=UUID(answer["value"]),
            pointer=f"/answers/{places[answer['question_id']]}/value",
        )
        for answer in kept
        if answer["type"] == "file"
    ]  # fmt: skip


def is_blank(value: AnswerValue) -> bool:
    """Whether a value answers nothing. No and zero are answers."""
    return value is None or value == [] or (isinstance(value, str) and not is_visible(value))


def snapshot(question: Question, value: Any) -> dict[str, Any]:
    """An answer with what was asked: the question's label and type, and of a select the options that were chosen."""
    chosen = value if isinstance(value, list) else [value]
    options = [option for option in question["options"] if option["id"] in chosen]
    return {
        "question_id": question["id"], "label": question["label"], "type": question["type"], "value": value,
        "options": options,
    }  # fmt: skip


def typed(question: Question, value: Any) -> Any:
    """The value of an answer in the form of its question's type. Rules: B14. Raises: Unfit."""
    kind = question["type"]
    if kind in ("short_text", "long_text", "date", "url", "file", "single_select") and not isinstance(value, str):
        raise Unfit("Expected a string.", "type")
    return READERS[kind](question, value)


def _text(question: Question, value: str) -> str:
    if why := wrong_length(len(value), None, question["max_length"] or LONGEST[question["type"]], "character"):
        raise why
    if question["type"] == "short_text" and CONTROL.search(value):
        raise Unfit("Expected one line without control characters.")
    return value


def _boolean(question: Question, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("Expected true or false.", "type")
    return value


def _number(question: Question, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit("Expected a number.", "type")
    if not abs(value) <= MAXIMUM_NUMBER:
        raise Unfit("Expected a number of at most fifteen digits.", "range")
    return value


def _date(question: Question, value: str) -> str:
    return str(date_of(value))


def _url(question: Question, value: str) -> str:
    return str(Url.parse(value))


def _file(question: Question, value: str) -> str:
    try:
        return str(uuid_of(value))
    except Unfit:
        raise Unfit("Expected the id of a file.") from None


def _option(question: Question, value: str) -> str:
    if value not in {option["id"] for option in question["options"]}:
        raise Unfit("Expected the id of an option.", "enum")
    return value


def _options(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Unfit("Expected a list of ids of options.", "type")
    if why := wrong_length(len(value), None, MAXIMUM_OPTIONS, "item"):
        raise why
    if len(set(value)) != len(value):
        raise Unfit("Expected each option once.", "repeated")
    return [_option(question, each) for each in value]


READERS: dict[str, Callable[[Question, Any], Any]] = {
    "short_text": _text, "long_text": _text, "boolean": _boolean, "number": _number, "date": _date, "url": _url,
    "file": _file, "single_select": _option, "multi_select": _options,
}  # fmt: skip
