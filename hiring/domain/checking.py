"""Checks a JSON value against the struct of a request, and says everything that is wrong with it at once."""

from collections.abc import Hashable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

import msgspec

from hiring.domain.conversion import CONVERTED, converter
from hiring.domain.findings import Unfit
from hiring.domain.misfits import misfits, struct_within
from hiring.domain.vocabulary import decoded
from hiring.errors import FieldError, Invalid

T = TypeVar("T")

MAXIMUM_FINDINGS = 100
MAXIMUM_VALUES = 20_000
"""Members and items of a body, at all levels: twice as many as the largest resource has."""


def checked(value: Any, shape: type[T]) -> T:
    """A JSON value as a struct: shape first, then what a shape cannot say. Raises: Invalid, with up to 100 findings."""
    if has_too_many(value):
        raise too_many_values()
    try:
        result = msgspec.convert(
            converter(cast(Hashable, shape))(value), shape, builtin_types=CONVERTED, dec_hook=decoded
        )
    except (msgspec.ValidationError, Unfit):
        raise Invalid(errors=list(islice(misfits(value, shape), MAXIMUM_FINDINGS))) from None
    if found := list(islice(problems(result), MAXIMUM_FINDINGS)):
        raise Invalid(errors=found)
    return result


def too_many_values() -> Invalid:
    """Why a body with more than MAXIMUM_VALUES is refused."""
    return Invalid(errors=[FieldError("", "too_long", f"Expected at most {MAXIMUM_VALUES:,} values in all.")])


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
    """Yields what structs say of their fields together, with pointers from the body's root."""
    if isinstance(value, msgspec.Struct):
        for found in getattr(value, "problems", tuple)():
            yield FieldError(pointer + found.pointer, found.code, found.detail)
        for name, encoded_name in fields_with_structs(type(value)):
            yield from problems(getattr(value, name), f"{pointer}/{encoded_name}")
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            yield from problems(each, f"{pointer}/{place}")


@cache
def fields_with_structs(struct: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """The fields of a struct that hold others, with their names in JSON."""
    fields = msgspec.structs.fields(struct)
    return tuple((field.name, field.encode_name) for field in fields if struct_within(field.type))


def repeated(values: Sequence[Any], pointer: str, detail: str) -> Iterator[FieldError]:
    """Yields a finding for each value of a list that is there a second time; `{}` in the pointer is its place."""
    for place, value in enumerate(values):
        if value in values[:place]:
            yield FieldError(pointer.format(place), "repeated", detail)
