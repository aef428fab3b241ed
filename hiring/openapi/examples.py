"""The examples of `/openapi.json`: what a story of the whole API sent and got (`tests/story`, `make examples`)."""

import functools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from hiring.errors import ApiError, FieldError, Invalid, KeyRunning
from hiring.http.operation import Operation
from hiring.http.replies import problem

FIRST_REQUEST = UUID("01990000-0000-7000-8000-000000000001")
DAY = "2026-09-01"
FILE = Path(__file__).with_name("examples.json")

Schema = dict[str, Any]
Example = Mapping[str, Any]


@functools.cache
def all_examples() -> Mapping[str, Example]:
    """Examples by operation: `request` (`path`, `query`, `body`), `answer`, `refusals` by code, more `parameters`."""
    found: dict[str, Example] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def example_of(operation: Operation) -> Example:
    """The example of an operation; empty for one that the story does not know yet."""
    return all_examples().get(operation.name, {})


def parameter_example(operation: Operation, place: str, name: str) -> Any:
    """The value of a parameter in the operation's own examples, or else in others; None where there is none.

    A filter takes the value of that name in the items of the operation's answer.
    """
    own = example_of(operation)
    items = (own.get("answer") or {}).get("items") or []
    filled = next((each[name] for each in items if each.get(name) is not None), None)
    if place == "query" and name not in own.get("request", {}).get(place, {}) and filled is not None:
        return filled
    for each in (own, *all_examples().values()):
        given = each.get("request", {}).get(place, {}) | (each.get("parameters", {}) if place == "query" else {})
        if name in given:
            return given[name]
    return None


def family_example(operation: Operation, name: str) -> dict[str, str] | None:
    """The members of a family of query parameters in the operation's own examples; None where there are none."""
    given = example_of(operation).get("parameters", {})
    return {member: text for member, text in given.items() if member.startswith(f"{name}.")} or None


def refusal_of(operation: Operation, error: type[ApiError]) -> Any:
    """The problem that an operation answers with an error: the story's, or else what the error says of itself."""
    told = example_of(operation).get("refusals", {}).get(error.code)
    return told["answer"] if told else problem(error(), FIRST_REQUEST)


def refusal_example(status: int) -> Any:
    """A problem that any operation may answer with a status; None where there is none."""
    if status == 422:
        return problem(
            Invalid(errors=[FieldError("?page", "unknown_parameter", "There is no such parameter.")]), FIRST_REQUEST
        )
    if status == 409:
        return problem(KeyRunning(), FIRST_REQUEST)
    told = (each for example in all_examples().values() for each in example.get("refusals", {}).values())
    problems = [each["answer"] for each in told if each["answer"]["status"] == status]
    return next((each for each in problems if each["code"] == "unauthenticated"), problems[0] if problems else None)


def exemplify(components: Mapping[str, Schema], bodies: Iterator[tuple[Schema, Any]]) -> None:
    """Gives members of components the first value that they have in some bodies, each with its schema.

    A member that is nowhere filled takes the example of one with the same name, but a day only that of a day; one that
    has none, a day or its empty value.
    """
    for schema, body in bodies:
        for member, value in values_of_members(schema, body, components):
            member.setdefault("examples", [value])
    members = [each for schema in components.values() for each in schema.get("properties", {}).items()]
    known = {(name, is_day(member)): member["examples"] for name, member in reversed(members) if "examples" in member}
    for name, member in members:
        if found := known.get((name, is_day(member))):
            member.setdefault("examples", found)
        elif "$ref" not in member:
            member["examples"] = [DAY if is_day(member) else empty_value(member)]


def is_day(schema: Schema) -> bool:
    """Whether a member is a day, or null."""
    return any(each.get("format") == "date" for each in (schema, *schema.get("anyOf", ())))


def empty_value(schema: Schema) -> Any:
    """The value of a member that nothing has filled: an empty list or object, or null."""
    empty: Mapping[str, Any] = {"array": [], "object": {}}
    return empty.get(schema.get("type", ""))


def values_of_members(
    schema: Schema, value: Any, components: Mapping[str, Schema]
) -> Iterator[tuple[Schema, Any]]:  # fmt: skip
    """Yields the schema of each member within a value, with the member's value; null tells nothing."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        for each in value:
            yield from values_of_members(schema.get("items", {}), each, components)
    elif isinstance(value, dict) and "properties" in schema:
        for name, member in schema["properties"].items():
            if value.get(name) not in (None, [], {}):
                yield member, value[name]
                yield from values_of_members(member, value[name], components)
    else:
        for choice in schema.get("anyOf", ()):
            if choice != {"type": "null"}:
                yield from values_of_members(choice, value, components)
