"""How Python's values travel: as untyped literals, so that the statement's own parameter decides what they are.

We write the kinds that nearly every call has, in half of the driver's time; the others are the driver's.
"""

from collections.abc import Callable, Mapping, Sequence
from types import NoneType
from typing import Any, NewType
from uuid import UUID

import msgspec
from psycopg2.extensions import adapt, register_adapter
from psycopg2.extras import register_uuid

JsonText = NewType("JsonText", str)
"""A value as JSON, for a jsonb parameter; any other text would be refused there."""


def array_literal(values: Sequence[Any]) -> str:
    """PostgreSQL's text form of a one-dimensional array."""
    return "{" + ",".join("NULL" if value is None else quoted(value) for value in values) + "}"


def quoted(value: Any) -> str:
    """One element of an array, in double quotes."""
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def text_literal(value: str) -> str:
    """A text, quoted for every setting of the server. Raises: ValueError (NUL)."""
    if "\0" in value:
        raise ValueError("a text with NUL")
    if "\\" in value:
        value = value.replace("\\", "\\\\")
        return " E'" + value.replace("'", "''") + "'"
    return "'" + value.replace("'", "''") + "'"


def int_literal(value: int) -> str:
    """A number; behind a blank where two minus signs would begin a comment."""
    return str(value) if value >= 0 else f" {value}"


def _array(values: Sequence[Any]) -> str:
    return text_literal(array_literal(values)) if values else "'{}'"


LITERALS: Mapping[type, Callable[[Any], str]] = {
    UUID: lambda value: f"'{value}'", bool: lambda value: "true" if value else "false", NoneType: lambda _: "NULL",
    int: int_literal, str: text_literal, list: _array, tuple: _array,
    dict: lambda value: text_literal(msgspec.json.encode(value).decode()),
}  # fmt: skip
"""How each kind is written; of their subclasses only texts are known, such as an e-mail address."""


def literal(value: Any) -> str:
    """A value as it stands in a statement. Raises: ValueError (NUL), psycopg2.ProgrammingError (no kind of value)."""
    write = LITERALS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, str):
        return text_literal(value)
    quoted: bytes = adapt(value).getquoted()
    return quoted.decode()


def register_values() -> None:
    """Teaches psycopg2 list and tuple (arrays), dict (json) and UUID; ids come back as UUID."""
    register_uuid()  # type: ignore[no-untyped-call]  # the stubs lack its types
    register_adapter(UUID, lambda value: adapt(str(value)))
    for kind in (list, tuple):
        register_adapter(kind, lambda values: adapt(array_literal(values)))
    register_adapter(dict, lambda value: adapt(msgspec.json.encode(value).decode()))
