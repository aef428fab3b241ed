"""Turns what a client sent into typed values or a precise refusal: 400 not readable, 422 wrong, 404 no such id."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple, TypeVar, get_args, get_origin
from uuid import UUID

import msgspec

from hiring.domain.checking import MAXIMUM_FINDINGS, checked
from hiring.domain.conversion import query_reader, uuid_of
from hiring.domain.findings import Unfit
from hiring.domain.misfits import members, misfits
from hiring.errors import FieldError, Invalid, NotFound
from hiring.http.shapes import Emptied

S = TypeVar("S", bound=msgspec.Struct)

MAXIMUM_DIGITS = 20
"""Of a number in a head, so many are read: no body is that long."""


class Parameter(NamedTuple):
    """A query parameter: what reads its text, the type of its value, and whether it may be left out.

    One that is a list takes commas, is given several times, or both. One that is an object is a family of parameters:
    `custom.size` is the member `size` of `custom`.
    """

    read: Callable[[str], Any]
    kind: Any
    is_required: bool

    @property
    def is_list(self) -> bool:
        """Whether it takes several values."""
        return any(get_origin(each) is tuple for each in members(self.kind))

    @property
    def is_family(self) -> bool:
        """Whether it is given by the names of its members."""
        return any(get_origin(each) is dict for each in members(self.kind))


def announced_bytes(headers: Mapping[str, str]) -> int:
    """The body's size as the head announces it; Tornado itself refuses what is no number."""
    announced = headers.get("Content-Length", "0")[:MAXIMUM_DIGITS]
    return int(announced) if announced.isdecimal() else 0


def has_body(headers: Mapping[str, str]) -> bool:
    """Whether a body follows, as the head announces it."""
    return announced_bytes(headers) > 0 or "Transfer-Encoding" in headers


def query_of(arguments: Mapping[str, list[bytes]], shape: type[S]) -> S:
    """Checks query parameters against a struct. Raises: Invalid."""
    return read_query(arguments, shape) if arguments else empty_query(shape)


@cache
def empty_query(shape: type[S]) -> S:
    """The query without parameters. Raises: Invalid, where one is required."""
    return read_query({}, shape)


def read_query(arguments: Mapping[str, list[bytes]], shape: type[S]) -> S:
    """Reads query parameters one by one, then as a whole. Raises: Invalid."""
    parameters = parameters_of(shape)
    if found := list(islice(unreadable(arguments, parameters), MAXIMUM_FINDINGS)):
        raise Invalid(errors=found)
    texts = {name: b",".join(given).decode() for name, given in arguments.items()}
    try:
        return checked(values_of(texts, parameters), shape)
    except (Unfit, Invalid):
        raise Invalid(errors=list(islice(wrong(texts, parameters), MAXIMUM_FINDINGS))) from None


@cache
def parameters_of(shape: type[msgspec.Struct]) -> Mapping[str, Parameter]:
    """The parameters that a query takes."""
    fields = msgspec.structs.fields(shape)
    return {field.encode_name: Parameter(query_reader(field.type), field.type, field.required) for field in fields}


def values_of(texts: Mapping[str, str], parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    """The JSON values of a query's texts, those of a family as one object. Raises: Unfit."""
    values: dict[str, Any] = {}
    for name, text in texts.items():
        family, dot, member = name.partition(".")
        if dot:
            values.setdefault(family, {})[member] = text
        else:
            values[name] = parameters[name].read(text)
    return values


def named(name: str, known: Mapping[str, Parameter]) -> Parameter | None:
    """The parameter that has a name, or the family that it is of."""
    family, dot, _ = name.partition(".")
    found = known.get(family)
    return found if found is not None and found.is_family == bool(dot) else None


def unreadable(arguments: Mapping[str, list[bytes]], known: Mapping[str, Parameter]) -> Iterator[FieldError]:
    """Yields what is wrong with a query before the values are looked at."""
    for name, given in arguments.items():
        parameter = named(name, known)
        if parameter is None:
            yield FieldError(f"?{name}", "unknown_parameter", "There is no such parameter.")
        elif len(given) > 1 and not parameter.is_list:
            yield FieldError(f"?{name}", "repeated", "The parameter is given more than once.")
        elif not all(map(is_utf_8, given)):
            yield FieldError(f"?{name}", "format", "The parameter is not UTF-8.")
    for name, parameter in known.items():
        if parameter.is_required and name not in arguments:
            yield FieldError(f"?{name}", "required", "The parameter is required.")


def is_utf_8(value: bytes) -> bool:
    """Whether bytes are a text."""
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def wrong(texts: Mapping[str, str], parameters: Mapping[str, Parameter]) -> Iterator[FieldError]:
    """Yields what is wrong with the values of a query."""
    for name, text in texts.items():
        family, dot, member = name.partition(".")
        try:
            if dot:
                for found in misfits({member: text}, parameters[family].kind):
                    yield FieldError(f"?{name}", found.code, found.detail)
            else:
                yield from misfits(parameters[name].read(text), parameters[name].kind, f"?{name}")
        except Unfit as why:
            yield FieldError(f"?{name}", why.code, str(why))


def path_id(text: str) -> UUID:
    """An id out of a path. Raises: NotFound, where the text is no id and so names nothing."""
    try:
        return uuid_of(text)
    except Unfit:
        raise NotFound from None


def changes(body: msgspec.Struct) -> dict[str, Any]:
    """The fields that a merge patch (RFC 7396) names, as JSON values; a list that is cleared becomes empty."""
    sent: dict[str, Any] = msgspec.to_builtins(body, enc_hook=str)
    lists = {field.name for field in msgspec.structs.fields(body) if Emptied in get_args(field.type)}
    return {name: [] if value is None and name in lists else value for name, value in sent.items()}
