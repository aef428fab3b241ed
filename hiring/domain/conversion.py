"""Converts the values of a request, strictly: one spelling rule for each type, made once for each shape.

msgspec takes spellings that `/openapi.json` does not promise, such as a UUID without hyphens, and refuses `1.0` for a
whole number. So these types are converted here, before msgspec sees them (`CONVERTED`).
"""

import math
import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from msgspec import inspect

from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import YEARS, decoded

Converter = Callable[[Any], Any]
"""Gives the typed value. Raises: Unfit."""
Table = Mapping[type, Converter]
"""The type of a JSON value to what converts it; a value of another type stays what it is, for msgspec to judge."""
DateT = TypeVar("DateT", date, datetime)

CONVERTED = (UUID, datetime, date)
UUID_FORM = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
MOMENT_FORM = re.compile(r"[0-9-]{10}[Tt][0-9:]{8}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})?")
"""RFC 3339, section 5.6. msgspec checks the numbers; a missing offset has an error of its own."""
INTEGER_FORM = re.compile(r"-?(0|[1-9][0-9]*)")
MAXIMUM_DIGITS = 20
"""Of a whole number in a query, so many are read: a longer one is out of every range all the same."""
MAXIMUM_OFFSET = timedelta(hours=16)
"""Offsets from UTC that PostgreSQL takes are smaller."""
MAXIMUM_DEPTH = 50
"""Levels of lists and objects in each other, where a field takes any."""
EXACT = 2**53
"""A float below holds each whole number."""
BOOLEANS = {"true": True, "false": False}


@cache
def converter(kind: Hashable) -> Converter:
    """What converts a JSON value to a type, all of its parts included. Raises: Unfit, at the first part."""
    return partial(converted, table_of(inspect.type_info(kind)))


def converted(table: Table, value: Any) -> Any:
    """The value, converted where the table knows how."""
    convert = table.get(type(value))
    return value if convert is None else convert(value)


def table_of(found: inspect.Type) -> Table:
    """How the values of a type are converted."""
    match found:
        case inspect.Metadata():
            return table_of(found.type)
        case inspect.UnionType():
            return _table_of_union(found.types)
        case inspect.ListType() | inspect.VarTupleType():
            return {list: partial(_items, table_of(found.item_type), found.max_length)}
        case inspect.DictType():
            return {dict: partial(_members, _names(found.key_type), table_of(found.value_type), found.max_length)}
        case inspect.StructType():
            return {dict: partial(_fields, {each.encode_name: table_of(each.type) for each in found.fields})}
    return SIMPLE.get(type(found), {})


def _names(found: inspect.Type) -> Table:
    """How names are converted: msgspec asks its hook about values alone, so those of our own types are read here."""
    return {str: partial(decoded, found.cls)} if isinstance(found, inspect.CustomType) else table_of(found)


def _table_of_union(found: tuple[inspect.Type, ...]) -> Table:
    result: dict[type, Converter] = {}
    for each in found:
        result |= table_of(each)
    if any(isinstance(each, inspect.FloatType) for each in found):
        result.pop(float, None)
    return result


def _items(table: Table, maximum: int | None, value: list[Any]) -> list[Any]:
    """One that is too long is left to msgspec, which refuses it unread."""
    return value if maximum is not None and len(value) > maximum else [converted(table, each) for each in value]


def _members(names: Table, parts: Table, maximum: int | None, value: dict[str, Any]) -> dict[Any, Any]:
    if maximum is not None and len(value) > maximum:
        return value
    result = {converted(names, name): converted(parts, each) for name, each in value.items()}
    if len(result) < len(value):
        raise Unfit("Two names of the object are spellings of the same one.", "repeated")
    return result


def _fields(tables: Mapping[str, Table], value: dict[str, Any]) -> dict[str, Any]:
    return {name: converted(tables[name], each) if name in tables else each for name, each in value.items()}


def uuid_of(text: str) -> UUID:
    """A UUID in the form of RFC 9562, with hyphens, in any case. Raises: Unfit."""
    if not UUID_FORM.fullmatch(text):
        raise Unfit("Expected a UUID, such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301.")
    return UUID(text)


def date_of(text: str) -> date:
    """A date of a year from 1900 to 2199. Raises: Unfit."""
    try:
        return _in_years(msgspec.convert(text, date))
    except msgspec.ValidationError:
        raise Unfit("Expected a date, such as 2026-01-31.") from None


def moment_of(text: str) -> datetime:
    """A date and time with an offset from UTC (RFC 3339, without leap seconds), from 1900 to 2199. Raises: Unfit."""
    try:
        moment = msgspec.convert(text, datetime) if MOMENT_FORM.fullmatch(text) else None
    except msgspec.ValidationError:
        moment = None
    if moment is None:
        raise Unfit("Expected a date and time, such as 2026-01-31T09:30:00+01:00.")
    if (offset := moment.utcoffset()) is None:
        raise Unfit("Expected an offset from UTC, such as +02:00 or Z.", "offset")
    if abs(offset) >= MAXIMUM_OFFSET:
        raise Unfit("Expected an offset from UTC of less than 16 hours, such as +02:00.", "offset")
    return _in_years(moment)


def _in_years(value: DateT) -> DateT:
    if value.year not in YEARS:
        raise Unfit(f"Expected a year from {YEARS[0]} to {YEARS[-1]}.", "range")
    return value


def text_of(text: str) -> str:
    """A text that a column can keep. Raises: Unfit."""
    if "\0" in text:
        raise Unfit("The text contains a NUL character.", "nul_character")
    return text


def whole(number: float) -> int | float:
    """The whole number that a JSON number such as `1.0` or `1e2` is; another one stays, for msgspec to refuse."""
    return int(number) if number.is_integer() and abs(number) < EXACT else number


def anything(value: Any) -> Any:
    """A JSON value for a field that takes any. Raises: Unfit."""
    for _, why in flaws(value):
        raise why
    return value


def flaws(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Unfit]]:
    """Yields what no column can keep of any JSON value, and where: NUL characters, infinity, more than 50 levels."""
    if isinstance(value, str):
        if "\0" in value:
            yield path, Unfit("The text contains a NUL character.", "nul_character")
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield path, Unfit("The number is too large.", "range")
    elif isinstance(value, dict | list):
        if len(path) == MAXIMUM_DEPTH:
            yield path, Unfit(f"The value is nested deeper than {MAXIMUM_DEPTH} levels.", "depth")
            return
        for token, each in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(token, str) and "\0" in token:
                yield (*path, token), Unfit("The name contains a NUL character.", "nul_character")
            yield from flaws(each, (*path, str(token)))


SIMPLE: Mapping[type[inspect.Type], Table] = {
    inspect.UUIDType: {str: uuid_of}, inspect.DateType: {str: date_of}, inspect.DateTimeType: {str: moment_of},
    inspect.IntType: {float: whole},
    inspect.StrType: {str: text_of}, inspect.LiteralType: {str: text_of}, inspect.CustomType: {str: text_of},
    inspect.AnyType: dict.fromkeys((str, float, list, dict), anything),
}  # fmt: skip
"""How the values of types without parts are converted."""


@cache
def query_reader(kind: Hashable) -> Callable[[str], Any]:
    """What reads the text of a query parameter as the JSON value that it stands for. Raises: Unfit."""
    choices = inspect.type_info(kind)
    for each in choices.types if isinstance(choices, inspect.UnionType) else (choices,):
        match each.type if isinstance(each, inspect.Metadata) else each:
            case inspect.VarTupleType():
                return partial(str.split, sep=",")
            case inspect.IntType():
                return integer_of
            case inspect.BoolType():
                return boolean_of
    return str


def integer_of(text: str) -> int:
    """A whole number in ASCII digits. Raises: Unfit."""
    if not INTEGER_FORM.fullmatch(text):
        raise Unfit("Expected a whole number, such as 25.", "type")
    return int(text[:MAXIMUM_DIGITS])


def boolean_of(text: str) -> bool:
    """Raises: Unfit."""
    if text not in BOOLEANS:
        raise Unfit("Expected true or false.", "type")
    return BOOLEANS[text]
