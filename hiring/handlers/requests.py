"""Turns what a client sent into typed values or a precise refusal: 400 not readable, 422 wrong, 404 no such id."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from hiring.domain.vocabulary import decoded, problems
from hiring.errors import FieldError, Invalid, Malformed, NotFound

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)

PLACE = re.compile(r"^(?P<detail>.*?)(?: - at `(?P<place>.*)`)?$", re.DOTALL)
"""The form of msgspec's sentence about a wrong shape."""
STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
UNKNOWN_FIELD = re.compile(r"unknown field `(.*)`")
MISSING_FIELD = re.compile(r"missing required field `(.*)`")


def json_of(body: bytes) -> Any:
    """The JSON value of a body; an empty body is an empty object. Raises: Malformed."""
    try:
        return msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {str(error).removeprefix('JSON is malformed: ')}.") from None


def shaped(value: Any, shape: type[T]) -> T:
    """Checks a JSON value against a request struct, shape first, then what a shape cannot say. Raises: Invalid."""
    if unreadable := list(nul_characters(value)):
        raise Invalid(errors=unreadable)
    try:
        result = msgspec.convert(value, shape, dec_hook=decoded)
    except msgspec.ValidationError as error:
        raise Invalid(errors=[wrong_shape(str(error))]) from None
    if found := list(problems(result)):
        raise Invalid(errors=found)
    return result


def query_of(arguments: Mapping[str, list[bytes]], shape: type[S]) -> S:
    """Checks query parameters against a struct; a field that is a tuple takes commas. Raises: Invalid."""
    values: dict[str, Any] = {}
    lists = {field.encode_name for field in msgspec.structs.fields(shape) if "tuple" in str(field.type)}
    for name, given in arguments.items():
        if len(given) > 1:
            raise Invalid(errors=[FieldError(f"?{name}", "repeated", "The parameter is given more than once.")])
        try:
            text = given[0].decode()
        except UnicodeDecodeError:
            raise Invalid(errors=[FieldError(f"?{name}", "invalid", "The parameter is not UTF-8.")]) from None
        values[name] = text.split(",") if name in lists else text
    if any("\0" in part for text in values.values() for part in text):
        raise Invalid(errors=[FieldError("?", "nul_character", "A parameter contains a NUL character.")])
    try:
        return msgspec.convert(values, shape, strict=False, dec_hook=decoded)
    except msgspec.ValidationError as error:
        found = wrong_shape(str(error))
        raise Invalid(errors=[FieldError(f"?{found.pointer.strip('/')}", found.code, found.detail)]) from None


def path_id(text: str) -> UUID:
    """An id out of a path. Raises: NotFound, for a text that is no id names nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def nul_characters(value: Any, pointer: str = "") -> Iterator[FieldError]:
    """Yields a finding for each string with a NUL character, which PostgreSQL's text cannot hold."""
    if isinstance(value, str):
        if "\0" in value:
            yield FieldError(pointer, "nul_character", "The text contains a NUL character.")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from nul_characters(key, f"{pointer}/{escaped(key)}")
            yield from nul_characters(each, f"{pointer}/{escaped(key)}")
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from nul_characters(each, f"{pointer}/{place}")


def wrong_shape(sentence: str) -> FieldError:
    """msgspec's sentence as a finding with a pointer (RFC 6901)."""
    parts = PLACE.match(sentence)
    detail, place = (parts["detail"], parts["place"] or "$") if parts else (sentence, "$")
    pointer = "".join(f"/{escaped(name or number)}" for name, number in STEP.findall(place))
    if field := UNKNOWN_FIELD.search(detail):
        return FieldError(f"{pointer}/{escaped(field[1])}", "unknown_field", "There is no such field.")
    if field := MISSING_FIELD.search(detail):
        return FieldError(f"{pointer}/{escaped(field[1])}", "required", "The field is required.")
    return FieldError(pointer, "invalid", f"{detail}.")


def escaped(token: str) -> str:
    """A reference token of a JSON pointer (RFC 6901, section 3)."""
    return token.replace("~", "~0").replace("/", "~1")


def changes(body: msgspec.Struct) -> dict[str, Any]:
    """The fields that a merge patch (RFC 7396) names, as JSON values."""
    sent: dict[str, Any] = msgspec.to_builtins(body, enc_hook=str)
    return sent
