"""What counts as a change that breaks clients, and what does not."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hiring.handlers.routes import OPERATIONS
from hiring.openapi.changes import breaking
from hiring.openapi.document import document

THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "status": {"type": "string", "examples": ["on", "off"]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
    },
    "required": ["id", "note", "status"],
}
NEW_THING = {
    "type": "object",
    "properties": {
        "note": {"anyOf": [{"type": "string", "maxLength": 200}, {"type": "null"}], "default": None},
        "kind": {"enum": ["small", "large"]},
        "size": {"type": "integer", "minimum": 1},
    },
    "required": ["kind"],
    "additionalProperties": False,
}
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things": {
            "post": {
                "security": [],
                "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 100}}],
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}},
                },
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "default": {"$ref": "#/components/responses/Problem"},
                },
            }
        }
    },
    "components": {
        "schemas": {"Thing": THING, "NewThing": NEW_THING},
        "responses": {"Problem": {"description": "A problem."}},
    },
}
Change = Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], object]

BREAKING: dict[str, Change] = {
    "POST /things: removed": lambda thing, new, post: post.clear(),
    "POST /things: now needs a token": lambda thing, new, post: post.update(security=[{"bearer": []}]),
    "POST /things: answer 201: removed": lambda thing, new, post: post["responses"].pop("201"),
    "POST /things: query parameter limit: removed": lambda thing, new, post: post["parameters"].clear(),
    "POST /things: query parameter limit: maximum fell": lambda thing, new, post: post["parameters"][0].update(
        schema={"type": "integer", "maximum": 50}
    ),
    "POST /things: query parameter page: now required": lambda thing, new, post: post["parameters"].append(
        {"name": "page", "in": "query", "required": True, "schema": {"type": "string"}}
    ),
    "POST /things: body.kind: small removed": lambda thing, new, post: new["properties"]["kind"]["enum"].remove(
        "small"
    ),
    "POST /things: body.size: removed": lambda thing, new, post: new["properties"].pop("size"),
    "POST /things: body.size: now required": lambda thing, new, post: new["required"].append("size"),
    "POST /things: body.size: integer became string": lambda thing, new, post: new["properties"].update(
        size={"type": "string"}
    ),
    "POST /things: body.size: minimum rose": lambda thing, new, post: new["properties"]["size"].update(minimum=2),
    "POST /things: body.note: maxLength fell": lambda thing, new, post: new["properties"]["note"]["anyOf"][0].update(
        maxLength=100
    ),
    "POST /things: body.note: null became string": lambda thing, new, post: new["properties"]["note"]["anyOf"].pop(),
    "POST /things: body.size: only 1 is right": lambda thing, new, post: new["properties"].update(size={"enum": [1]}),
    "POST /things: answer 201.status: removed": lambda thing, new, post: thing["properties"].pop("status"),
    "POST /things: answer 201.id: no longer always there": lambda thing, new, post: thing["required"].remove("id"),
    "POST /things: answer 201.id: string became null": lambda thing, new, post: thing["properties"].update(
        id={"anyOf": [{"type": "string", "format": "uuid"}, {"type": "null"}]}
    ),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda thing, new, post: None,
    "a member more in the answer": lambda thing, new, post: thing["properties"].update(more={"type": "string"}),
    "a value more in the answer": lambda thing, new, post: thing["properties"]["status"]["examples"].append("broken"),
    "null never comes any more": lambda thing, new, post: thing["properties"]["note"]["anyOf"].pop(),
    "a member more that may be sent": lambda thing, new, post: new["properties"].update(more={"type": "string"}),
    "a value more that may be sent": lambda thing, new, post: new["properties"]["kind"]["enum"].append("huge"),
    "no member must be sent": lambda thing, new, post: new["required"].clear(),
    "a limit less": lambda thing, new, post: new["properties"]["note"]["anyOf"][0].pop("maxLength"),
    "a number with a fraction is right, too": lambda thing, new, post: new["properties"]["size"].update(type="number"),
    "an answer more": lambda thing, new, post: post["responses"].update({"200": {}}),
}


def changed(change: Change) -> dict[str, Any]:
    now = copy.deepcopy(DOCUMENT)
    schemas, post = now["components"]["schemas"], now["paths"]["/things"]["post"]
    change(schemas["Thing"], schemas["NewThing"], post)
    if not post:
        del now["paths"]["/things"]["post"]
    return now


@pytest.mark.parametrize("line", BREAKING)
def test_one_line_tells_what_breaks_when_a_client_could_notice(line: str) -> None:
    """The operation, the place, what became of it."""
    assert list(breaking(DOCUMENT, changed(BREAKING[line]))) == [line]


@pytest.mark.parametrize("what", HARMLESS)
def test_nothing_breaks_when_a_change_only_adds(what: str) -> None:
    """What v1 may do at any time."""
    assert list(breaking(DOCUMENT, changed(HARMLESS[what]))) == []


def test_enums_are_open_in_answers_and_closed_in_requests_when_described() -> None:
    """A client has to expect values that are not there yet, and may send only those that are."""
    schemas = document(OPERATIONS, "/")["components"]["schemas"]
    assert schemas["User"]["properties"]["status"]["examples"] == ["active", "disabled", "invited"]
    assert "enum" not in schemas["User"]["properties"]["status"]
    assert schemas["NewUser"]["properties"]["type"]["enum"] == ["member", "service"]


UNTYPED = {"schema", "data", "previous"}
"""Members whose objects are not of this API's making, or of a form that `GET /event-types` tells for each type."""


def members(schemas: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields each member of each schema: its owner's name, its own, and what it may be, alone or in a list."""
    for owner, schema in schemas.items():
        for name, member in schema.get("properties", {}).items():
            for choice in member.get("anyOf", [member]):
                yield owner, name, choice.get("items", choice)


def test_member_has_a_format_when_its_name_tells_it() -> None:
    """A generated client makes dates of dates and ids of ids."""
    formats = {"id": "uuid", "at": "date-time", "on": "date", "url": "uri"}
    found = [
        (owner, name, member)
        for owner, name, member in members(document(OPERATIONS, "/")["components"]["schemas"])
        if member.get("type") == "string" and "_" in name
        if (expected := formats.get(name.rpartition("_")[2])) and member.get("format") != expected
    ]
    assert {name for _, name, _ in found} == {"external_id", "logo_url", "source_application_id", "website_url"}


def test_object_is_typed_when_its_form_is_known() -> None:
    """Each has members, or a name that says why not."""
    found = {
        name
        for _, name, member in members(document(OPERATIONS, "/")["components"]["schemas"])
        if member.get("type") == "object" and not {"properties", "additionalProperties"} & member.keys()
    }
    assert found == UNTYPED
