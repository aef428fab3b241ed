"""Why a value does not fit: a code, and a sentence that somebody reads who knows JSON and no Python."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType, inspect

from hiring.domain import vocabulary
from hiring.domain.checking import MAXIMUM_FINDINGS, checked
from hiring.domain.findings import FINDINGS
from hiring.domain.misfits import JSON_TYPES, choices_of
from hiring.errors import FieldError, Invalid
from hiring.http.requests import query_of
from hiring.queries.base import SyncQuery
from tests.api.probe import endpoints

NO_UUID = "Expected a UUID, such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301."
MANY_IDS = b",".join([str(UUID(int=1)).encode()] * 101)
NO_MOMENT = "Expected a date and time, such as 2026-01-31T09:30:00+01:00."
AT = datetime(2026, 1, 31, 9, 30, 0, 500_000, tzinfo=UTC)
FAR_OFFSET = "Expected an offset from UTC of less than 16 hours, such as +02:00."
TWICE = {spelling: str(UUID(int=1)) for spelling in (str(UUID(int=10)), str(UUID(int=10)).upper())}
NO_INTEGER = "Expected a whole number, such as 25."
NO_EMAIL = "Expected an e-mail address, such as ada@example.com. An email address must have an @-sign."
WORDS_OF_PYTHON = re.compile(r"`|\b(?:str|int|float|bool|NoneType|dict|Struct|msgspec|Literal|None|True|False)\b")


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a body."""

    name: vocabulary.ShortText


class Whole(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A field of every kind."""

    text: Annotated[str, Meta(min_length=2, max_length=3)] = "ab"
    count: Annotated[int, Meta(ge=1, le=5_000)] = 1
    share: Annotated[float, Meta(ge=0)] = 0.5
    is_on: bool = False
    size: Literal["small", "large", "huge"] | None | UnsetType = UNSET
    id: UUID | None = None
    day: date | None = None
    at: vocabulary.Instant | None = None
    names: Annotated[list[vocabulary.ShortText], Meta(min_length=1, max_length=2)] | UnsetType = UNSET
    part: Part | None = None
    parts: list[Part] = []
    targets: dict[UUID, UUID] = {}
    more: dict[str, Any] = {}
    value: bool | int | str | list[str] | None = None
    short: vocabulary.ShortText | None = None
    long: vocabulary.LongText | None = None
    external_id: vocabulary.ExternalId | None = None
    email: vocabulary.Email | None = None
    phone: vocabulary.Phone | None = None
    url: vocabulary.Url | None = None
    origin: vocabulary.Origin | None = None
    slug: vocabulary.Slug | None = None
    country: vocabulary.Country | None = None
    region: vocabulary.Region | None = None
    territory: vocabulary.Territory | None = None
    language: vocabulary.Language | None = None
    currency: vocabulary.Currency | None = None
    time_zone: vocabulary.TimeZone | None = None


def findings(body: Any) -> list[tuple[str, str, str]]:
    """What is told of a body: pointer, code, sentence."""
    with pytest.raises(Invalid) as refused:
        checked(body, Whole)
    return [(each.pointer, each.code, each.detail) for each in refused.value.errors]


@pytest.mark.parametrize(
    ("field", "value", "code", "detail"),
    [
        ("text", 3, "type", "Expected a string, but this is a number."),
        ("text", "a", "too_short", "Expected at least 2 characters, but this has 1."),
        ("text", "abcd", "too_long", "Expected at most 3 characters, but this has 4."),
        ("count", "1", "type", "Expected a number, but this is a string."),
        ("count", True, "type", "Expected a number, but this is a boolean."),
        ("count", 1.5, "type", "Expected a whole number, but this one has a fraction."),
        ("count", 0, "range", "Expected a number from 1 to 5,000."),
        ("count", 10**40, "range", "Expected a number from 1 to 5,000."),
        ("share", -0.5, "range", "Expected a number from 0."),
        ("is_on", "yes", "type", "Expected true or false, but this is a string."),
        ("is_on", None, "type", "Expected true or false, but this is null."),
        ("size", "tiny", "enum", "Expected one of small, large, huge."),
        ("size", 3, "type", "Expected a string or null, but this is a number."),
        ("id", "x", "format", NO_UUID),
        ("day", "2026-02-30", "format", "Expected a date, such as 2026-01-31."),
        ("day", "1026-01-01", "range", "Expected a year from 1900 to 2199."),
        ("at", "2026-01-31", "format", NO_MOMENT),
        ("at", "2026-01-31T09:30:00", "offset", "Expected an offset from UTC, such as +02:00 or Z."),
        ("at", {}, "type", "Expected a string or null, but this is an object."),
        ("at", "2026-01-31 09:30:00Z", "format", NO_MOMENT),
        ("at", "2026-01-31T09:30:00+0100", "format", NO_MOMENT),
        ("at", "2026-01-31T09:30:60Z", "format", NO_MOMENT),
        ("at", "2026-01-31T09:30:00+16:00", "offset", FAR_OFFSET),
        ("at", "1899-12-31T23:59:59Z", "range", "Expected a year from 1900 to 2199."),
        ("id", str(UUID(int=1)).replace("-", ""), "format", NO_UUID),
        ("id", f"{{{UUID(int=1)}}}", "format", NO_UUID),
        ("targets", TWICE, "repeated", "Two names of the object are spellings of the same one."),
        ("count", 1e300, "range", "Expected a number from 1 to 5,000."),
        ("more/a", {"a": float("inf")}, "range", "The number is too large."),
        ("names", {}, "type", "Expected an array, but this is an object."),
        ("names", [], "too_short", "Expected at least 1 item, but this has 0."),
        ("names", ["a", "b", "c"], "too_long", "Expected at most 2 items, but this has 3."),
        ("names/1", ["a", ""], "too_short", "Expected at least 1 character, but this has 0."),
        ("part", [], "type", "Expected an object or null, but this is an array."),
        ("part/name", {}, "required", "The field is required."),
        ("part/nmae", {"name": "a", "nmae": "a"}, "unknown_field", "There is no such field."),
        ("parts/1/name", [{"name": "a"}, {"name": 1}], "type", "Expected a string, but this is a number."),
        ("targets/x", {"x": str(UUID(int=1))}, "format", NO_UUID),
        ("targets/" + str(UUID(int=1)), {str(UUID(int=1)): 1}, "type", "Expected a string, but this is a number."),
        ("more", "a", "type", "Expected an object, but this is a string."),
        ("more/a", {"a": "\0"}, "nul_character", "The text contains a NUL character."),
        ("value", {}, "type", "Expected true or false, a number, a string, an array or null, but this is an object."),
        ("value/0", [1], "type", "Expected a string, but this is a number."),
        ("short", "a\nb", "format", "Expected one line without control characters."),
        ("short", "a" * 201, "too_long", "Expected at most 200 characters, but this has 201."),
        ("long", "a" * 100_001, "too_long", "Expected at most 100,000 characters, but this has 100,001."),
        ("external_id", "", "too_short", "Expected at least 1 character, but this has 0."),
        ("email", "ada", "format", NO_EMAIL),
        ("email", 3, "type", "Expected a string or null, but this is a number."),
        ("phone", "call me", "format", "Expected a telephone number, such as +49 30 123456."),
        ("url", "example.com", "format", "Expected an http or https address, such as https://example.com/ada."),
        ("origin", "https://a.de/x", "format", "Expected scheme and host without a path, such as https://careers.example.com."),
        ("slug", "A b", "format", "Expected lower-case letters, digits and single hyphens, such as careers-2."),
        ("country", "UK", "format", "Expected a country code of ISO 3166-1, such as CA."),
        ("region", "CA-XX", "format", "Expected a region code of ISO 3166-2, such as CA-ON."),
        ("territory", "CA-XX", "format", "Expected a region code of ISO 3166-2, such as CA-ON."),
        ("language", "english", "format", "Expected a language tag of BCP 47, such as en or fr-CA."),
        ("currency", "EURO", "format", "Expected a currency code of ISO 4217, such as EUR."),
        ("time_zone", "CET+1", "format", "Expected a time zone of the IANA database, such as Europe/Berlin."),
    ],
)  # fmt: skip
def test_finding_says_what_was_expected_when_a_value_does_not_fit(
    field: str, value: Any, code: str, detail: str
) -> None:
    """One finding, whose code is declared, and no word of Python's."""
    assert findings({field.partition("/")[0]: value}) == [(f"/{field}", code, detail)]
    assert code in FINDINGS and not WORDS_OF_PYTHON.search(detail)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("count", 2.0, 2), ("count", 1e2, 100), ("share", 2, 2.0), ("value", 1.0, 1), ("value", 10**18, 10**18),
        ("id", str(UUID(int=10)).upper(), UUID(int=10)), ("at", "2026-01-31t09:30:00.5z", AT),
        ("at", "2026-01-31T10:30:00.500000+01:00", AT), ("at", "2026-01-31T09:30:00.5-00:00", AT),
        ("targets", {str(UUID(int=10)): str(UUID(int=10))}, {UUID(int=10): UUID(int=10)}),
        ("more", {"a": [1.0, {"b": None}]}, {"a": [1.0, {"b": None}]}),
    ],
)  # fmt: skip
def test_value_is_taken_when_its_schema_allows_it(field: str, value: Any, expected: Any) -> None:
    """A whole number may have a point and an exponent (JSON Schema), a moment any case and offset (RFC 3339)."""
    found = getattr(checked({field: value}, Whole), field)
    assert found == expected and type(found) is type(expected)


def test_findings_end_when_there_are_a_hundred() -> None:
    """The client of a list that is wrong everywhere has enough to begin with."""
    assert len(findings({"parts": [{"name": number} for number in range(1_000)]})) == MAXIMUM_FINDINGS


@pytest.mark.parametrize("body", [[], "a", 3, None, True])
def test_whole_is_pointed_at_when_a_body_is_no_object(body: Any) -> None:
    """The pointer of the root is empty."""
    [(pointer, code, detail)] = findings(body)
    assert (pointer, code) == ("", "type") and detail.startswith("Expected an object, but this is ")


class Query(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of a list."""

    size: Literal["small", "large"] | None = None
    with_old: bool = False
    name: Annotated[str, Meta(min_length=1)]


def refusals(**given: bytes) -> list[FieldError]:
    """What is told of the parameters of a query."""
    with pytest.raises(Invalid) as refused:
        query_of({name: [text] for name, text in given.items()}, Query)
    return list(refused.value.errors)


@pytest.mark.parametrize(
    ("name", "text", "code", "detail"),
    [
        ("limit", b"x", "type", NO_INTEGER),
        ("limit", b"1.5", "type", NO_INTEGER),
        ("limit", b"0", "range", "Expected a number from 1 to 100."),
        ("limit", b"9" * 5_000, "range", "Expected a number from 1 to 100."),
        ("with_old", b"maybe", "type", "Expected true or false."),
        ("size", b"tiny", "enum", "Expected one of small, large."),
        ("ids/1", f"{UUID(int=1)},x".encode(), "format", NO_UUID),
        ("ids", MANY_IDS, "too_long", "Expected at most 100 items, but this has 101."),
        ("updated_since", b"yesterday", "format", NO_MOMENT),
        ("updated_since", b"2026-01-31T09:30:00", "offset", "Expected an offset from UTC, such as +02:00 or Z."),
        ("name", b"", "too_short", "Expected at least 1 character, but this has 0."),
        ("name", b"\0", "nul_character", "The text contains a NUL character."),
        ("name", b"\xff", "format", "The parameter is not UTF-8."),
        ("odd", b"1", "unknown_parameter", "There is no such parameter."),
    ],
)  # fmt: skip
def test_parameter_is_named_when_it_does_not_fit(name: str, text: bytes, code: str, detail: str) -> None:
    """All that a query says are texts: nobody is told that a number was expected, but this is a string."""
    found = refusals(**{"name": b"a", name.partition("/")[0]: text})
    assert found == [FieldError(f"?{name}", code, detail)] and code in FINDINGS


def test_everything_wrong_is_told_at_once_when_a_query_is_checked() -> None:
    """First what cannot be read or is missing, then what does not fit."""
    assert [(each.pointer, each.code) for each in refusals(odd=b"", cursor=b"\xff")] == [
        ("?odd", "unknown_parameter"), ("?cursor", "format"), ("?name", "required"),
    ]  # fmt: skip
    assert [each.pointer for each in refusals(limit=b"x", ids=b"x,y", name=b"")] == [
        "?limit", "?ids/0", "?ids/1", "?name",
    ]  # fmt: skip


def choices_in(found: inspect.Type) -> Iterator[list[inspect.Type]]:
    """Yields the choices of a type, and of every type that it is made of."""
    yield choices_of(found)
    for each in choices_of(found):
        for name in ("item_type", "key_type", "value_type"):
            if part := getattr(each, name, None):
                yield from choices_in(part)
        for field in getattr(each, "fields", ()):
            yield from choices_in(field.type)


def choices_of_requests() -> list[list[inspect.Type]]:
    """The choices of every value in the bodies and queries of requests."""
    shapes = {shape for each in endpoints() for shape in (each.operation.body, each.operation.query) if shape}
    return [choices for shape in shapes for choices in choices_in(inspect.type_info(shape))]


def test_type_has_its_words_when_a_request_has_it() -> None:
    """A type that the table does not know would end in a 500 where a value does not fit."""
    found = [each for choices in choices_of_requests() for each in choices]
    assert {type(each) for each in found} - {inspect.AnyType} <= JSON_TYPES.keys()
    choices = [each.values for each in found if isinstance(each, inspect.LiteralType)]
    assert choices and all(isinstance(word, str) for words in choices for word in words)


def test_pattern_stands_beside_no_list_when_a_request_has_a_choice() -> None:
    """msgspec 0.22 ends the process where a text with a pattern and a list or an object are choices of one value."""
    collections = (inspect.ListType, inspect.VarTupleType, inspect.DictType)
    beside = [each for each in choices_of_requests() if any(isinstance(choice, collections) for choice in each)]
    assert beside and not [
        choice for each in beside for choice in each if isinstance(choice, inspect.StrType) and choice.pattern
    ]
