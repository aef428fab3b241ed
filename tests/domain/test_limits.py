"""Every limit of a value, from both sides: what is at the limit is taken, what is one over it is refused."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.domain import vocabulary
from hiring.domain.checking import checked
from hiring.domain.findings import Unfit, wrong_length
from hiring.domain.jobs import TRANSITIONS
from hiring.domain.questions import Answer, NewQuestion, check_answers
from hiring.domain.vocabulary import Amount, Instant, PayRangeInput, Text
from hiring.errors import Invalid

LENGTHS = {
    "ShortText": (1, 200, "{}"), "LongText": (1, 100_000, "{}"), "ExternalId": (1, 200, "{}"),
    "Phone": (3, 40, "{}1"), "Url": (None, 2000, "https://a.de/{}"), "HttpsUrl": (None, 2000, "https://a.de/{}"),
    "Origin": (None, 300, "https://{}"), "Slug": (None, 80, "{}"),
}  # fmt: skip
"""Kind to the fewest and the most characters, and to what a text of any length looks like."""


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A body with one of each kind that has bounds."""

    day: date | None = None
    moment: Instant | None = None
    amount: Amount | None = None
    values: Any = None


def codes(value: Any, shape: type = Body) -> list[tuple[str, str]]:
    """What is wrong with a JSON value."""
    try:
        checked(value, shape)
    except Invalid as error:
        return [(each.pointer, each.code) for each in error.errors]
    return []


def text_of(kind: str, length: int) -> str:
    """A text of a kind and of so many characters."""
    form = LENGTHS[kind][2]
    return form.format("a" * (length - len(form) + 2))


@pytest.mark.parametrize("kind", LENGTHS)
def test_text_is_refused_when_it_is_one_character_too_long(kind: str) -> None:
    """At the limit it is kept; the schema tells the same limit."""
    least, most, _ = LENGTHS[kind]
    read: type[Text] = getattr(vocabulary, kind)
    assert (read.schema.get("minLength"), read.schema.get("maxLength")) == (least, most)
    assert len(read.read(text_of(kind, most))) == most
    with pytest.raises(Unfit) as refused:
        read.read(text_of(kind, most + 1))
    assert refused.value.code == "too_long"


@pytest.mark.parametrize("kind", [kind for kind, (least, _, _) in LENGTHS.items() if least])
def test_text_is_refused_when_it_is_one_character_too_short(kind: str) -> None:
    """An empty text is none."""
    least, read = LENGTHS[kind][0] or 0, getattr(vocabulary, kind)
    assert len(read.read(text_of(kind, least))) == least
    with pytest.raises(Unfit) as refused:
        read.read("a" * (least - 1))
    assert refused.value.code == "too_short"


@pytest.mark.parametrize(("kind", "most"), [("Language", 35), ("TimeZone", 64), ("Email", 254)])
def test_text_is_too_long_when_no_word_of_its_kind_has_so_many_characters(kind: str, most: int) -> None:
    """One character less is looked at, and is none."""
    read: type[Text] = getattr(vocabulary, kind)
    assert read.schema["maxLength"] == most
    refusals = []
    for length in (most, most + 1):
        with pytest.raises(Unfit) as refused:
            read.read("x" * length)
        refusals.append(refused.value.code)
    assert refusals == ["format", "too_long"]


def test_bounds_of_a_length_belong_to_it() -> None:
    """Without a bound there is none; the finding says both numbers."""
    assert [wrong_length(count, 2, 3, "item") is None for count in (1, 2, 3, 4)] == [False, True, True, False]
    assert wrong_length(0, None, None, "item") is None
    assert str(wrong_length(0, 1, None, "item")) == "Expected at least 1 item, but this has 0."
    assert str(wrong_length(2001, None, 2000, "character")) == "Expected at most 2,000 characters, but this has 2,001."


@pytest.mark.parametrize(("year", "is_taken"), [(1899, False), (1900, True), (2199, True), (2200, False)])
def test_year_is_taken_when_it_is_from_1900_to_2199(year: int, is_taken: bool) -> None:
    """Of a date and of a moment."""
    assert codes({"day": f"{year}-06-01"}) == ([] if is_taken else [("/day", "range")])
    assert codes({"moment": f"{year}-06-01T00:00:00Z"}) == ([] if is_taken else [("/moment", "range")])


@pytest.mark.parametrize(
    ("offset", "is_taken"),
    [("+15:59", True), ("+16:00", False), ("-15:59", True), ("-16:00", False), ("Z", True), ("", False)],
)
def test_offset_is_taken_when_it_is_less_than_16_hours(offset: str, is_taken: bool) -> None:
    """PostgreSQL takes no more; a moment without an offset has none."""
    assert codes({"moment": f"2030-01-01T00:00:00{offset}"}) == ([] if is_taken else [("/moment", "offset")])


@pytest.mark.parametrize(("amount", "is_taken"), [(-1, False), (0, True), (10**15, True), (10**15 + 1, False)])
def test_amount_is_taken_when_it_is_from_nothing_to_a_quadrillion(amount: int, is_taken: bool) -> None:
    """In minor units."""
    assert codes({"amount": amount}) == ([] if is_taken else [("/amount", "range")])


def test_pay_may_be_one_amount_but_does_not_go_downwards() -> None:
    """The finding points to the greater one."""
    pay = {"min_minor": 5, "max_minor": 5, "currency": "EUR", "period": "year"}
    assert codes(pay, PayRangeInput) == [] and codes(pay | {"max_minor": 4}, PayRangeInput) == [("/max_minor", "range")]


def nested(depth: int) -> Any:
    """Lists in each other."""
    return [] if depth == 1 else [nested(depth - 1)]


def test_value_is_refused_when_it_is_nested_51_deep() -> None:
    """Where a field takes any value; the place of the level that is too much is told."""
    assert codes({"values": nested(50)}) == []
    [(pointer, code)] = codes({"values": nested(51)})
    assert code == "depth" and pointer.count("/") == 51


def test_body_is_refused_when_it_has_more_than_20_000_values() -> None:
    """Members and items together, at all levels."""
    assert codes({"values": [0] * 19_999}) == []
    assert codes({"values": [0] * 20_000}) == [("", "too_long")]
    assert codes({"values": {str(place): [0] for place in range(9_999)}}) == []
    assert codes({"values": {str(place): [0] for place in range(10_000)}}) == [("", "too_long")]


@pytest.mark.parametrize("values", [["\0"], {"a\0": 1}, {"a": {"b": "\0"}}])
def test_text_with_a_nul_character_is_refused_wherever_it_is(values: Any) -> None:
    """No column can keep it."""
    [(pointer, code)] = codes({"values": values})
    assert code == "nul_character" and pointer.startswith("/values/")


def test_findings_end_at_a_hundred() -> None:
    """Whatever finds them: what cannot be kept, a shape, or the struct itself."""
    assert len(codes({"values": ["\0"] * 101})) == len(codes(["\0"] * 101, list[Body])) == 100
    assert len(codes([{"amount": -1}] * 101, list[Body])) == 100
    assert len(codes([{"day": "1000-01-01"}] * 101, list[Body])) == 100
    assert len(codes([{"amount": -1}] * 100, list[Body])) == 100 and len(codes([{"amount": -1}] * 99, list[Body])) == 99


@pytest.mark.parametrize(
    ("kind", "most"), [("short_text", 200), ("long_text", 10_000)],
)  # fmt: skip
def test_answer_is_refused_when_it_is_one_character_too_long(kind: str, most: int) -> None:
    """Also where the question asks for less than its kind allows."""
    asked: dict[str, Any] = {
        "id": str(UUID(int=1)),
        "label": "?",
        "help": None,
        "type": kind,
        "required": False,
        "options": [],
    }
    for limit, longest in ((None, most), (7, 7)):
        question = asked | {"options": [], "max_length": limit}
        answers = [[Answer(question_id=UUID(int=1), value="x" * length)] for length in (longest, longest + 1)]
        assert [len(check_answers([question], each)[1]) for each in answers] == [0, 1]


@pytest.mark.parametrize(
    ("kind", "length", "is_taken"),
    [
        ("short_text", 0, False), ("short_text", 1, True), ("short_text", 200, True), ("short_text", 201, False),
        ("long_text", 10_000, True), ("long_text", 10_001, False), ("number", 1, False), ("boolean", 1, False),
    ],
)  # fmt: skip
def test_question_limits_an_answer_when_it_is_a_text(kind: str, length: int, is_taken: bool) -> None:
    """To no more than its kind allows."""
    found = codes({"label": "?", "type": kind, "max_length": length}, NewQuestion)
    assert found == ([] if is_taken else [("/max_length", "range")])


@pytest.mark.parametrize(("count", "code"), [(1, None), (100, None), (101, "too_long"), (0, "options")])
def test_select_has_up_to_a_hundred_options(count: int, code: str | None) -> None:
    """And one at the least; other kinds have none."""
    options = [{"label": str(place)} for place in range(count)]
    found = codes({"label": "?", "type": "multi_select", "options": options}, NewQuestion)
    assert [each for _, each in found] == ([code] if code else [])
    if count == 1:
        assert codes({"label": "?", "type": "date", "options": options}, NewQuestion) == [("/options", "options")]


@pytest.mark.parametrize(("count", "is_taken"), [(100, True), (101, False)])
def test_answer_names_up_to_a_hundred_options(count: int, is_taken: bool) -> None:
    """More is refused before they are looked at."""
    options = [{"id": str(place), "label": str(place)} for place in range(count)]
    asked = {"id": str(UUID(int=1)), "label": "?", "type": "multi_select", "required": True, "options": options}
    _, found = check_answers([asked], [Answer(question_id=UUID(int=1), value=[each["id"] for each in options])])
    assert [each.code for each in found] == ([] if is_taken else ["too_long"])


def test_job_changes_its_state_by_these_commands_alone() -> None:
    """A frozen table: another way for a job to go is a decision."""
    assert TRANSITIONS == {
        "open": (("draft", "approved", "on_hold", "closed"), "open"),
        "hold": (("open",), "on_hold"),
        "close": (("open", "on_hold"), "closed"),
        "archive": (("draft", "approved", "closed"), "archived"),
        "unarchive": (("archived",), "draft"),
    }
