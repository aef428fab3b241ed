"""What breaks clients, one schema, parameter or body at a time: each change forth, and the way back."""

from typing import Any

import pytest

from hiring.openapi.changes import METHODS, breaking

NOTHING: dict[str, Any] = {"security": [], "parameters": [], "responses": {}}
CLOSED: dict[str, Any] = {"type": "object", "additionalProperties": False}
UUID_TEXT, TEXT, NULL = {"type": "string", "format": "uuid"}, {"type": "string"}, {"type": "null"}
TREE: dict[str, Any] = {"type": "object", "properties": {"part": {"$ref": "#/components/schemas/Tree"}, "name": TEXT}}
CHANGED_TREE: dict[str, Any] = {"type": "object", "properties": TREE["properties"] | {"name": NULL}}


def found(before: dict[str, Any] | None, now: dict[str, Any] | None, method: str = "post") -> list[str]:
    """What breaks when an operation changes, and with it the schema of a tree."""
    old, new = (
        {
            "paths": {"/": {method: NOTHING | each} if each is not None else {}},
            "components": {"schemas": {"Tree": tree}},
        }
        for each, tree in ((before, TREE), (now, CHANGED_TREE))
    )
    return [line.removeprefix(f"{method.upper()} /: ") for line in breaking(old, new)]


def asking(schema: dict[str, Any]) -> dict[str, Any]:
    """An operation that takes a body."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def answering(schema: dict[str, Any]) -> dict[str, Any]:
    """An operation that answers with one."""
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}}


def item(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def mapping(values: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


CHANGES: list[tuple[dict[str, Any], dict[str, Any], list[str], list[str]]] = [
    # before, now, what breaks who sends it, what breaks who gets it
    (TEXT, UUID_TEXT, ["body: format changed"], []),
    (UUID_TEXT, TEXT, [], ["answer 200: format changed"]),
    (UUID_TEXT, {"type": "string", "format": "date"}, ["body: format changed"], ["answer 200: format changed"]),
    (TEXT, {"type": "string", "pattern": "a"}, ["body: pattern changed"], []),
    (TEXT, {"type": "string", "minLength": 1}, ["body: minLength rose"], []),
    (TEXT, {"type": "string", "minLength": 0}, [], []),
    (TEXT, {"type": "string", "maxLength": 9}, ["body: maxLength fell"], []),
    (TEXT, {"enum": ["a", "b"]}, ["body: only a, b is right"], []),
    ({"enum": ["a"]}, TEXT, [], []),
    ({"enum": ["a", "b"]}, {"enum": ["b", "c"]}, ["body: a removed"], []),
    ({"enum": [1]}, {"enum": [True]}, ["body: integer became boolean", ], ["answer 200: integer became boolean"]),
    ({"type": "integer"}, {"type": "number"}, [], ["answer 200: integer became number"]),
    ({"type": "number"}, {"type": "integer"}, ["body: number became integer"], []),
    ({"type": "number"}, {"type": "number", "minimum": -5}, ["body: minimum rose"], []),
    ({"type": "number", "minimum": -5}, {"type": "number", "minimum": -6}, [], []),
    ({"type": "number", "minimum": -5}, {"type": "number"}, [], []),
    ({"type": "number"}, {"type": "number", "exclusiveMinimum": 0}, ["body: exclusiveMinimum rose"], []),
    ({"type": "number"}, {"type": "number", "exclusiveMaximum": 7}, ["body: exclusiveMaximum fell"], []),
    ({"type": "number", "maximum": 7}, {"type": "number", "maximum": 7.5}, [], []),
    (item(TEXT), item(UUID_TEXT), ["body[]: format changed"], []),
    (item(TEXT), {"type": "array"}, [], ["answer 200[]: string became anything"]),
    (item(TEXT), item(TEXT) | {"minItems": 0}, [], []),
    (item(TEXT), item(TEXT) | {"minItems": 1}, ["body: minItems rose"], []),
    (item(TEXT), item(TEXT) | {"maxItems": 1}, ["body: maxItems fell"], []),
    ({"type": "object"}, {"type": "object", "required": ["a"]}, ["body.a: now required"], []),
    ({"type": "object", "properties": {"a": TEXT}, "required": ["a"]}, {"type": "object", "properties": {"a": TEXT}},
     [], ["answer 200.a: no longer always there"]),
    (mapping(TEXT), mapping(UUID_TEXT), ["body.*: format changed"], []),
    (mapping(UUID_TEXT), mapping(TEXT), [], ["answer 200.*: format changed"]),
    (mapping(TEXT), CLOSED, ["body.*: removed"], []),
    (CLOSED, CLOSED, [], []),
    (CLOSED, {"type": "object"}, [], []),
    (TEXT, {"anyOf": [TEXT, NULL]}, [], ["answer 200: string became null"]),
    ({"oneOf": [NULL, {"anyOf": [item(TEXT), TEXT]}]}, {"oneOf": [TEXT, item(TEXT)]},
     ["body: null became string"], []),
    ({"anyOf": [TEXT, {"type": "integer"}]}, {"anyOf": [{"type": "integer", "minimum": 1}, UUID_TEXT]},
     ["body: format changed", "body: minimum rose"], []),
    ({}, TEXT, ["body: anything became string"], []),
    (TEXT, {}, [], ["answer 200: string became anything"]),
    ({"$ref": "#/components/schemas/Tree"}, {"$ref": "#/components/schemas/Tree"},
     ["body.name: string became null"], ["answer 200.name: string became null"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "now", "of_request", "of_answer"), CHANGES)
def test_schema_is_judged_by_who_sends_its_values(
    before: dict[str, Any], now: dict[str, Any], of_request: list[str], of_answer: list[str]
) -> None:
    """What a client sends must stay right, what it gets must stay what it expects."""
    assert found(asking(before), asking(now)) == of_request
    assert found(answering(before), answering(now)) == of_answer


@pytest.mark.parametrize("method", METHODS)
def test_operation_is_missed_whatever_its_method_is(method: str) -> None:
    """With its path or without it; one that is new harms nobody."""
    assert found({}, None, method) == ["removed"] and found(None, {}, method) == []
    assert list(breaking({"paths": {"/a": {method: NOTHING}}}, {"paths": {}})) == [f"{method.upper()} /a: removed"]
    assert {*METHODS} == {"get", "post", "put", "patch", "delete"}


def test_token_is_news_to_who_needed_none() -> None:
    """And nothing changes for who has one."""
    guarded: dict[str, Any] = {"security": [{"bearer": []}]}
    assert found({}, guarded) == ["now needs a token"]
    assert found(guarded, guarded) == found(guarded, {}) == []


@pytest.mark.parametrize("place", ["query", "header"])
def test_parameter_is_known_by_its_place_and_name(place: str) -> None:
    """It may become optional, and others may come; what must be sent must have had to be sent before."""
    optional = {"name": "a", "in": place, "schema": TEXT}
    needed, other = optional | {"required": True}, optional | {"in": "cookie"}
    for before, now, expected in (
        ([needed], [needed], []),
        ([needed], [optional], []),
        ([], [optional], []),
        ([], [needed], [f"{place} parameter a: now required"]),
        ([optional], [needed], [f"{place} parameter a: now required"]),
        ([optional], [other], [f"{place} parameter a: removed"]),
        ([optional], [optional | {"schema": UUID_TEXT}], [f"{place} parameter a: format changed"]),
    ):
        assert found({"parameters": before}, {"parameters": now}) == expected


def body(*media_types: str, schema: dict[str, Any] = TEXT, required: bool = False) -> dict[str, Any]:
    """An operation that takes a body in several forms."""
    return {"requestBody": {"required": required, "content": {each: {"schema": schema} for each in media_types}}}


def test_body_may_come_and_become_optional_and_not_the_reverse() -> None:
    """Who sent none is not asked for one, who sent one may go on."""
    plain, needed = body("application/json"), body("application/json", required=True)
    assert found({}, plain) == found(needed, plain) == found(needed, needed) == found(plain, plain) == []
    assert found({}, needed) == found(plain, needed) == ["body: now required"]
    assert found(plain, {}) == ["body: application/json removed"]


def test_body_is_compared_once_where_it_has_two_forms() -> None:
    """A merge patch has the shape of its plain JSON; one that comes alone is compared itself."""
    both = ("application/merge-patch+json", "application/json")
    assert found(body(*both), body(*both, schema=UUID_TEXT)) == ["body: format changed"]
    assert found(body(both[0]), body(both[0], schema=UUID_TEXT)) == ["body: format changed"]
    assert found(body(*both), body(both[0])) == ["body: application/json removed"]
    assert found(body("text/a", "text/b"), body("text/a", "text/b", schema=NULL)) == ["body: string became null"] * 2


def test_answer_may_not_lose_its_content() -> None:
    """Nor a media type; one that had none may get some."""
    assert found(answering(TEXT), {"responses": {"200": {}}}) == ["answer 200: application/json removed"]
    assert found({"responses": {"200": {}}}, answering(TEXT)) == []
    assert (
        found({"responses": {"200": {"content": {"text/a": {}}}}}, {"responses": {"200": {"content": {"text/a": {}}}}})
        == []
    )
