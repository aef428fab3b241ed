"""Checks a JSON value against the struct of a request, and says everything that is wrong with it at once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

import msgspec

from hiring.domain.findings import escaped
from hiring.domain.misfits import misfits
from hiring.domain.vocabulary import YEARS, decoded
from hiring.errors import FieldError, Invalid

T = TypeVar("T")

MAXIMUM_FINDINGS = 100
MAXIMUM_DEPTH = 50
"""Levels of lists and objects in each other."""
MAXIMUM_VALUES = 20_000
"""Members and items of a body, at all levels: twice as many as the largest resource has."""
MAXIMUM_OFFSET = timedelta(hours=16)


def checked(value: Any, shape: type[T], *, strict: bool = True) -> T:
    """A JSON value as a struct: shape first, then what a shape cannot say. Raises: Invalid, with up to 100 findings.

    Not `strict`: numbers may be texts, as in a query.
    """
    if has_too_many(value):
        raise Invalid(errors=[FieldError("", "too_long", f"Expected at most {MAXIMUM_VALUES:,} values in all.")])
    if unkept := list(islice(unkeepable(value), MAXIMUM_FINDINGS)):
        raise Invalid(errors=unkept)
    try:
        result = msgspec.convert(value, shape, strict=strict, dec_hook=decoded)
    except msgspec.ValidationError:
        raise Invalid(errors=list(islice(misfits(value, shape, strict=strict), MAXIMUM_FINDINGS))) from None
    if found := list(islice(problems(result), MAXIMUM_FINDINGS)):
        raise Invalid(errors=found)
    return result


def has_too_many(value: Any) -> bool:
    """Whether a JSON value has more members and items than a body may have, at all levels together."""
    count, waiting = 0, [value]
    while waiting and count <= MAXIMUM_VALUES:
        each = waiting.pop()
        if isinstance(each, dict | list):
            count += len(each)
            waiting += each.values() if isinstance(each, dict) else each[: MAXIMUM_VALUES + 1]
    return count > MAXIMUM_VALUES


def problems(value: Any, pointer: str = "") -> Iterator[FieldError]:
    """Yields what structs say of their fields together, and dates out of bounds, with pointers from the body's root."""
    if isinstance(value, msgspec.Struct):
        for found in getattr(value, "problems", tuple)():
            yield FieldError(pointer + found.pointer, found.code, found.detail)
        for field in msgspec.structs.fields(value):
            yield from problems(getattr(value, field.name), f"{pointer}/{field.encode_name}")
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            yield from problems(each, f"{pointer}/{place}")
    elif isinstance(value, date):
        if value.year not in YEARS:
            yield FieldError(pointer, "range", f"Expected a year from {YEARS[0]} to {YEARS[-1]}.")
        if isinstance(value, datetime) and not has_offset(value):
            yield FieldError(pointer, "offset", "Expected an offset from UTC of less than 16 hours, such as +02:00.")


def repeated(values: Sequence[Any], pointer: str, detail: str) -> Iterator[FieldError]:
    """Yields a finding for each value of a list that is there a second time; `{}` in the pointer is its place."""
    for place, value in enumerate(values):
        if value in values[:place]:
            yield FieldError(pointer.format(place), "repeated", detail)


def has_offset(moment: datetime) -> bool:
    """Whether a moment has an offset from UTC, and one that PostgreSQL takes."""
    offset = moment.utcoffset()
    return offset is not None and abs(offset) < MAXIMUM_OFFSET


def unkeepable(value: Any, pointer: str = "", depth: int = 0) -> Iterator[FieldError]:
    """Yields what no column can keep: texts with a NUL character, and what is nested deeper than 50 levels."""
    if isinstance(value, str):
        if "\0" in value:
            yield FieldError(pointer, "nul_character", "The text contains a NUL character.")
    elif isinstance(value, dict | list):
        if depth == MAXIMUM_DEPTH:
            yield FieldError(pointer, "depth", f"The value is nested deeper than {MAXIMUM_DEPTH} levels.")
            return
        for token, each in value.items() if isinstance(value, dict) else enumerate(value):
            place = f"{pointer}/{escaped(str(token))}"
            if isinstance(token, str):
                yield from unkeepable(token, place, depth)
            yield from unkeepable(each, place, depth + 1)
