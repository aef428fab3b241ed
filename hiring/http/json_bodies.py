"""Reads the JSON of a body. A name that an object has twice is refused: nobody knows which of its values is meant."""

import json
import re
from typing import Any

import jiter

from hiring.domain.checking import MAXIMUM_VALUES, too_many_values
from hiring.domain.findings import escaped
from hiring.errors import FieldError, Malformed

REPEATED = "duplicate key"
"""What the parser says of a name that is there twice."""
TOO_MANY = re.compile(
    rb"""(?:(?:[^,\[{"]++ | "(?:[^"\\]++ | \\.)*+"?+)*+ [,\[{]){%d}+""" % (2 * MAXIMUM_VALUES + 2),
    re.VERBOSE | re.DOTALL,
)
"""More commas and brackets, outside of strings, than a body of `MAXIMUM_VALUES` can have."""


def json_of(body: bytes) -> Any:
    """The JSON value of a body; an empty body is an empty object. One of white space is no JSON.

    Raises: Malformed, Invalid (too many values: making them would hold up all other requests).
    """
    if not body:
        return {}
    if TOO_MANY.match(body):
        raise too_many_values()
    try:
        return jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="none")
    except ValueError as error:
        pointer = repeated_name(body) if REPEATED in str(error) else None
        twice = [] if pointer is None else [FieldError(pointer, "repeated", "The object has this name twice.")]
        raise Malformed(f"The body cannot be read as JSON: {error}.", errors=twice) from None


def repeated_name(body: bytes) -> str | None:
    """The JSON pointer of a name that an object has twice; None where there is none, or the rest is not JSON."""
    repeating = _Repeating()
    try:
        whole = json.loads(body.decode(), object_pairs_hook=repeating.object_of)
    except (ValueError, RecursionError):
        return None
    if repeating.name is None:
        return None
    return "".join(f"/{escaped(token)}" for token in (*path_of(repeating.found, whole), repeating.name))


class _Repeating:
    """The last object to end that has a name twice. None around it has one, so it can be reached from the whole."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self.name: str | None = None

    def object_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """An object of its members, as json.loads asks for it."""
        result = dict(pairs)
        if len(result) < len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen:
                    self.found, self.name = result, name
                    break
                seen.add(name)
        return result


def path_of(part: Any, whole: Any) -> list[str]:
    """The names and places that lead from a JSON value to a part of it, which is that very object."""
    link: Any = None
    waiting: list[tuple[Any, Any]] = [(None, whole)]
    while waiting:
        link, value = waiting.pop()
        if value is part:
            break
        if isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            waiting += [((link, token), each) for token, each in items]
    path: list[str] = []
    while link is not None:
        link, token = link
        path.append(str(token))
    return path[::-1]
