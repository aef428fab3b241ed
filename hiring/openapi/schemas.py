"""The schemas of bodies, for `/openapi.json`: what structs say, with the sentences of their members."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from hiring.domain.vocabulary import schema_of
from hiring.openapi.members import sentences_of, structs_in

REFERENCE = "#/components/schemas/{name}"
OPEN = "Values so far; more may come."

Schema = dict[str, Any]


def schemas_of(shapes: Sequence[Any], asked: Sequence[Any]) -> tuple[dict[Any, Schema], dict[str, Schema]]:
    """The schema of each shape, and the components that they refer to; those in `asked` are sent by clients."""
    found, components = msgspec.json.schema_components(shapes, schema_hook=schema_of, ref_template=REFERENCE)
    for struct in structs_in(shapes):
        describe_members(components[struct.__name__], sentences_of(struct))
    by_shape = dict(zip(shapes, found, strict=True))
    sent = named_in([by_shape[each] for each in asked], components)
    return by_shape, {
        name: of_a_request(schema) if name in sent else of_an_answer(schema) for name, schema in components.items()
    }


def describe_members(schema: Schema, sentences: Mapping[str, str]) -> None:
    """Puts the sentences of its members into the schema of a struct."""
    for name, sentence in sentences.items():
        schema["properties"][name] = {**schema["properties"][name], "description": sentence}


def named_in(value: Any, components: Mapping[str, Schema]) -> set[str]:
    """The components that a schema refers to, and those that they refer to."""
    found: set[str] = set()
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict | list):
            waiting += each.values() if isinstance(each, dict) else each
        elif isinstance(each, str) and each.startswith("#/components/schemas/"):
            name = each.rsplit("/", 1)[-1]
            waiting += [components[name]] if name not in found else []
            found.add(name)
    return found


def of_a_request(schema: Schema) -> Schema:
    """A schema of what clients send.

    A default stands in the sentence of its member: generators make what has a `default` required.
    """
    if "properties" not in schema:
        return schema
    return schema | {"properties": {name: with_default_told(each) for name, each in schema["properties"].items()}}


def with_default_told(member: Schema) -> Schema:
    """A member whose default is said in words; that a list is empty or a value null goes without saying."""
    rest = {key: value for key, value in member.items() if key != "default"}
    if member.get("default") in (None, [], {}):
        return rest
    told = f"By default `{json.dumps(member['default'])}`."
    return rest | {"description": f"{rest.get('description', '')} {told}".strip()}


def of_an_answer(schema: Any) -> Any:
    """A schema of an answer: clients must expect fields and values that are not known yet; its enums are examples."""
    if isinstance(schema, list):
        return [of_an_answer(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if all(isinstance(value, str) for value in schema.get("enum", [None])):
        rest = {key: value for key, value in schema.items() if key != "enum"}
        description = f"{schema.get('description', '')} {OPEN}".strip()
        return rest | {"type": "string", "examples": schema["enum"], "description": description}
    return {
        key: of_an_answer(value) for key, value in schema.items() if (key, value) != ("additionalProperties", False)
    }
