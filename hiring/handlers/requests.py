"""Turns what a client sent into typed values or a precise refusal: 400 not readable, 422 wrong, 404 no such id."""

from collections.abc import Container, Mapping
from typing import Any, TypeVar, get_args
from uuid import UUID

import msgspec

from hiring.domain.checking import MAXIMUM_FINDINGS, checked
from hiring.errors import FieldError, Invalid, Malformed, NotFound
from hiring.handlers.shapes import Emptied

S = TypeVar("S", bound=msgspec.Struct)

MAXIMUM_DIGITS = 20
"""Of a number in a head, so many are read: no body is that long."""
NEVER_CURRENT = 0
"""Versions begin with 1."""
MAXIMUM_VERSION = 2**31 - 1


def announced_bytes(headers: Mapping[str, str]) -> int:
    """The body's size as the head announces it; Tornado itself refuses what is no number."""
    announced = headers.get("Content-Length", "0")[:MAXIMUM_DIGITS]
    return int(announced) if announced.isdecimal() else 0


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a body follows, as the head announces it."""
    return announced_bytes(headers) > 0 or "Transfer-Encoding" in headers


def is_known(headers: Mapping[str, str], etag: str) -> bool:
    """Whether If-None-Match names this version."""
    given = headers.get("If-None-Match", "")
    return any(each.strip().removeprefix("W/").strip('"') in {etag, "*"} for each in given.split(","))


def json_of(body: bytes) -> Any:
    """The JSON value of a body; an empty body is an empty object. Raises: Malformed."""
    try:
        return msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(f"The body is not JSON: {str(error).removeprefix('JSON is malformed: ')}.") from None


def query_of(arguments: Mapping[str, list[bytes]], shape: type[S]) -> S:
    """Checks query parameters against a struct; a field that is a tuple takes commas. Raises: Invalid."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(shape)}
    found = [why for name, given in arguments.items() if (why := unreadable(name, given, fields))]
    for name, field in fields.items():
        if field.required and name not in arguments:
            found.append(FieldError(f"?{name}", "required", "The parameter is required."))
    if found:
        raise Invalid(errors=found[:MAXIMUM_FINDINGS])
    texts = {name: given[0].decode() for name, given in arguments.items()}
    values = {name: text.split(",") if "tuple" in str(fields[name].type) else text for name, text in texts.items()}
    try:
        return checked(values, shape, strict=False)
    except Invalid as error:
        raise Invalid(
            errors=[FieldError(f"?{each.pointer.strip('/')}", each.code, each.detail) for each in error.errors]
        ) from None


def unreadable(name: str, given: list[bytes], known: Container[str]) -> FieldError | None:
    """What is wrong with a query parameter before its value is looked at."""
    if name not in known:
        return FieldError(f"?{name}", "unknown_parameter", "There is no such parameter.")
    if len(given) > 1:
        return FieldError(f"?{name}", "repeated", "The parameter is given more than once.")
    try:
        given[0].decode()
    except UnicodeDecodeError:
        return FieldError(f"?{name}", "format", "The parameter is not UTF-8.")
    return None


def path_id(text: str) -> UUID:
    """An id out of a path, in the one form that the service writes. Raises: NotFound, for any other names nothing."""
    try:
        found = UUID(text)
    except ValueError:
        raise NotFound from None
    if str(found) != text.lower():
        raise NotFound
    return found


def version_of(if_match: str | None) -> int | None:
    """The version that an If-Match header demands, None where any will do. Raises: Malformed.

    A weak tag never matches (RFC 9110, section 13.1.1), nor does a number that no version has.
    """
    given = (if_match or "*").strip()
    if given == "*":
        return None
    tag, _, _ = given.removeprefix("W/").strip('"').partition("-")
    if not tag.isdecimal():
        raise Malformed('If-Match takes one ETag of this resource, such as "3".')
    is_possible = len(tag) <= len(str(MAXIMUM_VERSION)) and int(tag) <= MAXIMUM_VERSION
    return int(tag) if is_possible and not given.startswith("W/") else NEVER_CURRENT


def changes(body: msgspec.Struct) -> dict[str, Any]:
    """The fields that a merge patch (RFC 7396) names, as JSON values; a list that is cleared becomes empty."""
    sent: dict[str, Any] = msgspec.to_builtins(body, enc_hook=str)
    lists = {field.name for field in msgspec.structs.fields(body) if Emptied in get_args(field.type)}
    return {name: [] if value is None and name in lists else value for name, value in sent.items()}
