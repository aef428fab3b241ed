"""Checks a JSON value against the struct of a request, and says everything that is wrong with it at once."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

from hiring.domain.vocabulary import YEARS, decoded
from hiring.errors import FieldError, Invalid

T = TypeVar("T")

MAXIMUM_FINDINGS = 100
MAXIMUM_DEPTH = 50
"""Levels of lists and objects in each other."""
MAXIMUM_OFFSET = timedelta(hours=16)
PLACE = re.compile(r"^(?P<detail>.*?)(?: - at `(?P<place>.*)`)?$", re.DOTALL)
"""The form of msgspec's sentence about a wrong shape."""
STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def checked(value: Any, shape: type[T]) -> T:
    """A JSON value as a struct: shape first, then what a shape cannot say. Raises: Invalid, with up to 100 findings."""
    if unkept := list(islice(unkeepable(value), MAXIMUM_FINDINGS)):
        raise Invalid(errors=unkept)
    try:
        result = msgspec.convert(value, shape, dec_hook=decoded)
    except msgspec.ValidationError:
        raise Invalid(errors=list(islice(misfits(value, shape), MAXIMUM_FINDINGS))) from None
    if found := list(islice(problems(result), MAXIMUM_FINDINGS)):
        raise Invalid(errors=found)
    return result


def misfits(value: Any, kind: Any, pointer: str = "") -> Iterator[FieldError]:
    """Yields where a JSON value is not of a type, each field and item by itself; msgspec alone stops at the first."""
    is_sound = True
    for found in misnamed(value, kind, pointer):
        is_sound = False
        yield found
    for token, part, part_kind in parts(value, kind):
        for found in misfits(part, part_kind, f"{pointer}/{escaped(token)}"):
            is_sound = False
            yield found
    if is_sound:
        try:
            msgspec.convert(value, kind, dec_hook=decoded)
        except msgspec.ValidationError as error:
            yield misfit(str(error), pointer)


def misnamed(value: Any, kind: Any, pointer: str) -> Iterator[FieldError]:
    """Yields the fields of an object that its struct does not know, and those that it misses."""
    if (struct := struct_of(kind)) is None or not isinstance(value, dict):
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    if struct.__struct_config__.forbid_unknown_fields:
        for name in value:
            if name not in fields:
                yield FieldError(f"{pointer}/{escaped(name)}", "unknown_field", "There is no such field.")
    for name, field in fields.items():
        if field.required and name not in value:
            yield FieldError(f"{pointer}/{escaped(name)}", "required", "The field is required.")


def parts(value: Any, kind: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yields the fields of an object or the items of a list: reference token, value, type."""
    if isinstance(value, dict) and (struct := struct_of(kind)) is not None:
        for field in msgspec.structs.fields(struct):
            if field.encode_name in value:
                yield field.encode_name, value[field.encode_name], field.type
    elif isinstance(value, list):
        for member in members(kind):
            if get_origin(member) in (list, tuple):
                yield from ((str(place), each, get_args(member)[0]) for place, each in enumerate(value))
                return


def struct_of(kind: Any) -> type[msgspec.Struct] | None:
    """The struct of a type, also where null or nothing would do as well."""
    return next((each for each in members(kind) if isinstance(each, type) and issubclass(each, msgspec.Struct)), None)


def members(kind: Any) -> list[Any]:
    """The types that a type stands for: those of a union, without the limits that come with them."""
    if get_origin(kind) is Annotated:
        return members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [member for each in get_args(kind) for member in members(each)]
    return [kind]


def misfit(sentence: str, pointer: str = "") -> FieldError:
    """msgspec's sentence about a value, whose place is told, as a finding."""
    told = PLACE.match(sentence)
    detail, place = (told["detail"], told["place"] or "$") if told else (sentence, "$")
    within = "".join(f"/{escaped(name or number)}" for name, number in STEP.findall(place))
    return FieldError(f"{pointer}{within}", "invalid", f"{detail}.")


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


def escaped(token: str) -> str:
    """A reference token of a JSON pointer (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")
