"""What breaks clients between two versions of `/openapi.json`; the rest may change within v1.

A request may be loosened, an answer may be narrowed or gain members. So one question answers for both: what does one
schema let through that the other does not? For a request the old is held against the new, for an answer the reverse.
"""

import math
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

METHODS = ("get", "post", "put", "patch", "delete")
LOWER_BOUNDS = {"minLength": 0, "minItems": 0, "minimum": -math.inf, "exclusiveMinimum": -math.inf}
"""Each with what holds where a schema does not name it."""
UPPER_BOUNDS = ("maxLength", "maxItems", "maximum", "exclusiveMaximum")
ANYTHING: dict[str, Any] = {}

OpenApiDocument = dict[str, Any]


class Side(NamedTuple):
    """Both documents, and whether schemas are of a request (`new` must take what `old` took) or of an answer."""

    old: OpenApiDocument
    new: OpenApiDocument
    of: Literal["request", "answer"]


def breaking(old: OpenApiDocument, new: OpenApiDocument) -> Iterator[str]:
    """Yields a line for each change that a client of `old` could notice to its harm."""
    for path, methods in old["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            name, now = f"{method.upper()} {path}", new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{name}: removed"
            else:
                yield from (f"{name}: {line}" for line in of_operation(methods[method], now, old, new))


def of_operation(
    before: dict[str, Any], now: dict[str, Any], old: OpenApiDocument, new: OpenApiDocument
) -> Iterator[str]:
    """Yields what breaks the callers of one operation."""
    request, answer = Side(old, new, "request"), Side(old, new, "answer")
    if needs_token(now) and not needs_token(before):
        yield "now needs a token"
    yield from of_parameters(before["parameters"], now["parameters"], request)
    yield from of_body(before.get("requestBody"), now.get("requestBody"), request)
    for status, response in before["responses"].items():
        if status not in now["responses"]:
            yield f"answer {status}: removed"
            continue
        found, expected = resolved(now["responses"][status], new), resolved(response, old)
        yield from of_content(expected.get("content", {}), found.get("content", {}), answer, f"answer {status}")


def needs_token(operation: dict[str, Any]) -> bool:
    """Whether nobody may call without a token."""
    return bool(operation["security"]) and {} not in operation["security"]


def of_parameters(before: list[dict[str, Any]], now: list[dict[str, Any]], side: Side) -> Iterator[str]:
    """Yields what breaks those who send parameters, or do not."""
    old, new = ({(each["in"], each["name"]): each for each in parameters} for parameters in (before, now))
    for key, parameter in old.items():
        if key not in new:
            yield f"{key[0]} parameter {key[1]}: removed"
        else:
            yield from of_schema(parameter["schema"], new[key]["schema"], side, f"{key[0]} parameter {key[1]}")
    for key, parameter in new.items():
        if parameter.get("required") and not old.get(key, {}).get("required"):
            yield f"{key[0]} parameter {key[1]}: now required"


def of_body(before: dict[str, Any] | None, now: dict[str, Any] | None, side: Side) -> Iterator[str]:
    """Yields what breaks those who send a body, or none."""
    if now is not None and now["required"] and not (before and before["required"]):
        yield "body: now required"
    if before is not None:
        yield from of_content(before["content"], now["content"] if now else {}, side, "body")


def of_content(before: dict[str, Any], now: dict[str, Any], side: Side, where: str) -> Iterator[str]:
    """Yields what breaks by media type."""
    for media_type, content in before.items():
        if media_type not in now:
            yield f"{where}: {media_type} removed"
        elif not media_type.endswith("+json") or len(before) == 1:  # a merge patch has the shape of its plain JSON
            old, new = content.get("schema", ANYTHING), now[media_type].get("schema", ANYTHING)
            yield from of_schema(old, new, side, where)


def of_schema(
    before: dict[str, Any], now: dict[str, Any], side: Side, where: str, seen: frozenset[int] = frozenset()
) -> Iterator[str]:
    """Yields where a schema breaks; each alternative of the one must have its counterpart in the other."""
    shape = id(resolved(before, side.old))
    if shape in seen:  # it contains itself
        return
    seen |= {shape}
    old, new = alternatives(before, side.old), alternatives(now, side.new)
    given, wanted = (old, new) if side.of == "request" else (new, old)
    for each in given:
        alike_first = sorted(wanted, key=lambda other: kind(other) != kind(each))
        yield from min((list(of_alternative(each, other, side, where, seen)) for other in alike_first), key=len)


def of_alternative(
    given: dict[str, Any], wanted: dict[str, Any], side: Side, where: str, seen: frozenset[int]
) -> Iterator[str]:
    """Yields where one alternative allows what its counterpart does not."""
    old, new = (given, wanted) if side.of == "request" else (wanted, given)
    if kind(wanted) not in ("anything", kind(given)) and (kind(given), kind(wanted)) != ("integer", "number"):
        yield f"{where}: {kind(old)} became {kind(new)}"
        return
    if side.of == "request":
        yield from of_values(old, new, where)
    elif "format" in old and new.get("format") != old["format"]:
        yield f"{where}: format changed"
    if "items" in old:
        yield from of_schema(old["items"], new.get("items", ANYTHING), side, f"{where}[]", seen)
    before, now = old.get("additionalProperties"), new.get("additionalProperties")
    if isinstance(before, dict) and isinstance(now, dict):
        yield from of_schema(before, now, side, f"{where}.*", seen)
    elif side.of == "request" and now is False and before is not False:
        yield f"{where}.*: removed"
    yield from of_members(old, new, side, where, seen)


def of_members(old: dict[str, Any], new: dict[str, Any], side: Side, where: str, seen: frozenset[int]) -> Iterator[str]:
    """Yields members that are gone, required of a client now, or not promised to one any more."""
    had, has = old.get("properties", {}), new.get("properties", {})
    required, requires = set(old.get("required", ())), set(new.get("required", ()))
    for name, schema in had.items():
        if name not in has:
            yield f"{where}.{name}: removed"
        else:
            yield from of_schema(schema, has[name], side, f"{where}.{name}", seen)
    if side.of == "request":
        yield from (f"{where}.{name}: now required" for name in sorted(requires - required))
    else:
        yield from (f"{where}.{name}: no longer always there" for name in sorted((required - requires) & has.keys()))


def of_values(old: dict[str, Any], new: dict[str, Any], where: str) -> Iterator[str]:
    """Yields values that a request might have and may not have any more."""
    if "enum" in new:
        if "enum" not in old:
            yield f"{where}: only {', '.join(map(str, new['enum']))} is right"
        yield from (f"{where}: {value} removed" for value in old.get("enum", ()) if value not in new["enum"])
    yield from (
        f"{where}: {key} rose" for key, lowest in LOWER_BOUNDS.items() if new.get(key, lowest) > old.get(key, lowest)
    )
    yield from (f"{where}: {key} fell" for key in UPPER_BOUNDS if new.get(key, math.inf) < old.get(key, math.inf))
    yield from (f"{where}: {key} changed" for key in ("pattern", "format") if key in new and new[key] != old.get(key))


def alternatives(schema: dict[str, Any], document: OpenApiDocument) -> list[dict[str, Any]]:
    """A schema as the list of what a value may be."""
    found = resolved(schema, document)
    choices = found.get("anyOf") or found.get("oneOf")
    return [each for choice in choices for each in alternatives(choice, document)] if choices else [found]


def resolved(schema: dict[str, Any], document: OpenApiDocument) -> dict[str, Any]:
    """What a reference leads to."""
    while "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        schema = target
    return schema


def kind(schema: dict[str, Any]) -> str:
    """The type of an alternative's values."""
    if "type" not in schema and "enum" in schema:
        return {str: "string", int: "integer", bool: "boolean"}.get(type(schema["enum"][0]), "null")
    return str(schema.get("type", "anything"))
