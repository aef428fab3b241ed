"""How Python's values travel: as untyped literals, so that the statement's own parameter decides what they are."""

from collections.abc import Sequence
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


def register_values() -> None:
    """Teaches psycopg2 list and tuple (arrays), dict (json) and UUID; ids come back as UUID."""
    register_uuid()  # type: ignore[no-untyped-call]  # the stubs lack its types
    register_adapter(UUID, lambda value: adapt(str(value)))
    for kind in (list, tuple):
        register_adapter(kind, lambda values: adapt(array_literal(values)))
    register_adapter(dict, lambda value: adapt(msgspec.json.encode(value).decode()))
