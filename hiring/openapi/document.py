"""`/openapi.json` (OpenAPI 3.1), made from the operations that check the requests."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from hiring import VERSION
from hiring.domain.findings import FINDINGS
from hiring.domain.vocabulary import schema_of
from hiring.errors import ApiError, Taken, Unseen, declared
from hiring.http.operation import Operation
from hiring.http.shapes import Problem
from hiring.openapi.answers import problems, responses
from hiring.openapi.parameters import REFERENCE, header_parameters, path_parameters, query_parameters

FILE: dict[str, Any] = {
    "application/octet-stream": {},
    "multipart/form-data": {
        "schema": {
            "type": "object", "required": ["file"], "additionalProperties": False,
            "properties": {"file": {"type": "string", "format": "binary"}},
        }
    },
}  # fmt: skip
"""The body of an upload: the bytes of a file with any media type of its own, or a form with one file of any name."""
DESCRIPTION = """A headless applicant tracking system.

A command that changed something answers with a `Consistency-Token` where its answer names one; a read that sends it
within ten minutes sees that change. A POST accepts an `Idempotency-Key` where its parameters name it. Filters of a list
narrow each other; two that do not go together are refused with 422 `not_combinable`. Errors are problem documents (RFC
9457); their codes are listed at `/docs/errors`."""


def document(operations: Sequence[Operation], public_url: str) -> dict[str, Any]:
    """The OpenAPI document of some operations."""
    schemas, components = msgspec.json.schema_components(
        list(dict.fromkeys(types_of(operations))), schema_hook=schema_of, ref_template=REFERENCE
    )
    by_type = dict(zip(dict.fromkeys(types_of(operations)), schemas, strict=True))
    asked = named_in([by_type[each.body] for each in operations if each.body is not None], components)
    components = {name: found if name in asked else of_an_answer(found) for name, found in components.items()}
    result: dict[str, dict[str, Any]] = {}
    for each in operations:
        result.setdefault(each.path, {})[each.method.lower()] = described(each, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hiring API", "version": VERSION, "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": result,
        "components": {
            "schemas": components,
            "responses": problems(by_type[Problem]),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Access token or API key."}
            },
        },
    }  # fmt: skip


def types_of(operations: Sequence[Operation]) -> Iterator[Any]:
    """Every shape that the document names."""
    yield Problem
    for each in operations:
        yield from (shape for shape in (each.body, each.returns) if shape is not None)


def named_in(value: Any, components: dict[str, Any]) -> set[str]:
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


def of_an_answer(schema: Any) -> Any:
    """A schema of an answer: clients must expect fields and values that are not known yet; its enums are examples."""
    if isinstance(schema, list):
        return [of_an_answer(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if all(isinstance(value, str) for value in schema.get("enum", [None])):
        rest = {key: value for key, value in schema.items() if key != "enum"}
        return rest | {"type": "string", "examples": schema["enum"], "description": "Values so far; more may come."}
    return {
        key: of_an_answer(value) for key, value in schema.items() if (key, value) != ("additionalProperties", False)
    }


def described(found: Operation, by_type: dict[Any, Any]) -> dict[str, Any]:
    """One operation of the document."""
    result: dict[str, Any] = {
        "operationId": found.name,
        "summary": found.summary,
        "tags": [found.run.__module__.rsplit(".", 1)[-1].replace("_", " ")],
        "parameters": [
            *path_parameters(found),
            *query_parameters(found),
            *header_parameters(found),
        ],
        "responses": responses(found, by_type),
        "security": [] if found.is_public else [{"bearer": []}],
    }
    if found.description:
        result["description"] = found.description
    if found.is_streamed:
        result["requestBody"] = {"required": True, "content": FILE}
    elif found.body is not None:
        is_optional = not msgspec.structs.fields(found.body) or all(
            not each.required for each in msgspec.structs.fields(found.body)
        )
        content = {media_type: {"schema": by_type[found.body]} for media_type in body_types(found.method)}
        result["requestBody"] = {"required": not is_optional, "content": content}
    return result


def body_types(method: str) -> tuple[str, ...]:
    """The media types of a method's body."""
    return ("application/merge-patch+json", "application/json") if method == "PATCH" else ("application/json",)


def error_catalogue() -> list[dict[str, Any]]:
    """Every error that the service can answer: code, status, sentence."""
    errors = [
        {"code": code, "status": error.kind.status, "title": error.sentence()}
        for error in declared()
        for code in codes_of(error)
    ]
    return sorted(errors, key=lambda error: (error["status"], error["code"]))


def finding_catalogue() -> list[dict[str, str]]:
    """Every code of a finding with its sentence."""
    return [{"code": code, "title": FINDINGS[code]} for code in sorted(FINDINGS)]


def codes_of(error: type[ApiError]) -> list[str]:
    """The codes that a client can see of an error: one, a family, or none."""
    if issubclass(error, Unseen):
        return []
    return [f"{column}_taken" for column in Taken.columns] if error is Taken else [error.code]
