"""Parameters of operations, for `/openapi.json`: of the path, of the query, of the head."""

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from hiring.domain.vocabulary import Slug, schema_of
from hiring.http.idempotency import MAXIMUM_KEY_CHARACTERS
from hiring.http.operation import SESSION, THEMSELVES, Operation
from hiring.openapi.answers import shown, takes_version
from hiring.openapi.examples import family_example, parameter_example
from hiring.openapi.members import sentences_of
from hiring.openapi.schemas import REFERENCE
from hiring.services.tokens import SIGNED_PATTERN

IN_PATHS = {
    "board": ("The slug of the board.", Slug.schema["pattern"]),
    "code": ("A code of `GET /permissions`.", r"^[a-z_]+\.[a-z_]+$"),
    "name": ("The name of a report, as in its path.", r"^[a-z]+(-[a-z]+)*$"),
    "token": ("The end of a `status_url`.", SIGNED_PATTERN),
}
"""What the names in paths mean that are no ids, and the form of each."""
SEVERAL = "Separate values by commas, or give the parameter several times."
HEADERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "Consistency-Token": (
        "Tokens whose writes must be seen, up to 16, comma-separated.", "NFNhdanm4LakdGes1BcD8gGZAAAAAHAAgAAAAAAAAEI",
        {"pattern": "^[A-Za-z0-9_, -]*$"},
    ),
    "If-None-Match": ("The versions that the caller has, as in ETag, comma-separated.", '"3"', {}),
    "Idempotency-Key": (
        "The same key and body get the first answer again, for 48 hours.", "0d4f6c1e-hire-kim",
        {"minLength": 1, "maxLength": MAXIMUM_KEY_CHARACTERS, "pattern": "^[ -~]*$"},
    ),
    "If-Match": (
        "The versions one of which must still be current, as in ETag, comma-separated.", '"3"',
        {"pattern": r'^([0-9]+|\*|(W/)?"[^"]*"(, ?(W/)?"[^"]*")*)$'},
    ),
    "On-Behalf-Of": (
        "The id of the user for whom an API key acts. Sessions do not send it.", "01990000-0000-7000-8000-000000000002",
        # openapi-python-client cannot send a header that has the format `uuid`
        {"pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
    ),
    "Applicant-Address": (
        "The IP address of the applicant for whom a board key asks, whose limits count then, besides that of the key.",
        "203.0.113.7", {"pattern": "^[0-9A-Fa-f.:]{2,45}$"},
    ),
}  # fmt: skip
"""What headers mean, an example of each, and the schemas of their texts."""


def path_parameters(found: Operation) -> Iterator[dict[str, Any]]:
    """The parameters between slashes."""
    for name in re.findall(r"\{(\w+)\}", found.path):
        description, kind = f"The id of the {noun_of(name)}.", {"type": "string", "format": "uuid"}
        if name in IN_PATHS:
            description, pattern = IN_PATHS[name]
            kind = {"type": "string", "pattern": pattern}
        parameter = {"name": name, "in": "path", "required": True, "description": description, "schema": kind}
        yield parameter | shown(parameter_example(found, "path", name))


def query_parameters(found: Operation) -> Iterator[dict[str, Any]]:
    """The parameters behind the question mark; lists are comma-separated, an object is a family of parameters."""
    if found.query is None:
        return
    [named], components = msgspec.json.schema_components([found.query], schema_hook=schema_of, ref_template=REFERENCE)
    component = components[named["$ref"].rsplit("/", 1)[-1]]
    sentences = sentences_of(found.query)
    for name, field in component["properties"].items():
        choices = [each for each in field.get("anyOf", ()) if each != {"type": "null"}]  # absent is all that null means
        schema = dict(choices[0] if len(choices) == 1 else field)
        told = schema.pop("description", None)
        description = sentences.get(name) or told or f"Only those of this {noun_of(name)}."
        parameter: dict[str, Any] = {"name": name, "in": "query", "description": description, "schema": schema}
        if name in component.get("required", ()):
            parameter["required"] = True
        if schema.get("type") == "object":
            # each member is a parameter of its own, whose name begins with that of the family
            schema["propertyNames"] = {"pattern": rf"^{name}\.[a-z][a-z0-9_]*$"}
            parameter |= {"style": "form", "explode": True}
        if "array" in str(field):
            schema.pop("default", None)
            schema.setdefault("minItems", 1)  # a name without a value is an empty text, not an empty list
            parameter |= {"style": "form", "explode": False, "description": f"{description} {SEVERAL}"}
        yield parameter | shown(query_example(found, name, schema))


def query_example(found: Operation, name: str, schema: dict[str, Any]) -> Any:
    """An example of a query parameter, of the type that its schema says; None where there is none.

    The value of another operation may be none of this one's choices; then the first choice is shown.
    """
    if schema.get("type") == "object":
        return family_example(found, name)
    kind, text = schema.get("type"), parameter_example(found, "query", name)
    choices = schema.get("items", schema).get("enum")
    if choices and not set(str(text).split(",")) <= set(choices):
        text = choices[0]
    if text is None or kind not in ("array", "boolean", "integer"):
        return text
    return text.split(",") if kind == "array" else json.loads(text)


def header_parameters(found: Operation) -> Iterator[dict[str, Any]]:
    """The headers that change what an operation does."""
    sent = {
        "Consistency-Token": shows_writes(found),
        "If-None-Match": found.method == "GET" and found.is_tagged,
        "Idempotency-Key": found.method == "POST" and found.is_keyed,
        "If-Match": takes_version(found),
        "Applicant-Address": found.takes_board_key,
        "On-Behalf-Of": not found.is_public and found.access not in (SESSION, THEMSELVES),
    }
    for name, is_sent in sent.items():
        if is_sent:
            description, example, schema = HEADERS[name]
            yield {
                "name": name, "in": "header", "description": description, "schema": {"type": "string", **schema},
                "example": example,
            }  # fmt: skip


def shows_writes(found: Operation) -> bool:
    """Whether an operation shows data that clients change, unlike what the service says of itself."""
    return found.method == "GET" and (not found.is_public or bool(found.parameters))


def noun_of(name: str) -> str:
    """What a parameter names, in words."""
    return name.removesuffix("_id").replace("_", " ").replace("api key", "API key")
