"""`/openapi.json` (OpenAPI 3.1), made from the operations that check the requests."""

import importlib.metadata
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hiring.domain.findings import FINDINGS
from hiring.domain.vocabulary import schema_of
from hiring.errors import ApiError, Taken, Unseen, declared
from hiring.handlers.operation import Operation, operation_of
from hiring.handlers.shapes import Problem, Resource

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
REFERENCE = "#/components/schemas/{name}"
DESCRIPTION = """A headless applicant tracking system.

Every command answers with a `Consistency-Token`; a read that sends it sees that write. A POST accepts an
`Idempotency-Key` where its parameters name it. Filters of a list narrow each other; two that do not go together are
refused with 422 `not_combinable`. Errors are problem documents (RFC 9457); their codes are listed at
`/docs/errors`."""
EVERY_ANSWER = {
    "Request-Id": "Names the request in our logs.",
    "RateLimit": "What is left of the limit, and the seconds until it is whole again.",
}


def document(paths: list[tuple[str, type]], public_url: str) -> dict[str, Any]:
    """The OpenAPI document of (path template, handler class) pairs."""
    operations = [
        (path, method, handler, found)
        for path, handler in paths
        for method in METHODS
        if (found := operation_of(handler, method))
    ]
    schemas, components = msgspec.json.schema_components(
        list(dict.fromkeys(types_of(operations))), schema_hook=schema_of, ref_template=REFERENCE
    )
    by_type = dict(zip(dict.fromkeys(types_of(operations)), schemas, strict=True))
    asked = named_in([by_type[found.body] for *_, found in operations if found.body is not None], components)
    components = {name: each if name in asked else of_an_answer(each) for name, each in components.items()}
    result: dict[str, dict[str, Any]] = {}
    for path, method, handler, found in operations:
        result.setdefault(path, {})[method.lower()] = described(path, method, handler, found, by_type)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hiring API", "version": importlib.metadata.version("hiring-api"), "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": result,
        "components": {
            "schemas": components,
            "responses": {"Problem": problem_response(by_type[Problem])},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Access token or API key."}
            },
        },
    }  # fmt: skip


def types_of(operations: list[tuple[str, str, type, Operation]]) -> Iterator[Any]:
    """Every shape that the document names."""
    yield Problem
    for _, _, _, found in operations:
        yield from (each for each in (found.body, found.returns) if each is not None)


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


def described(path: str, method: str, handler: type, found: Operation, by_type: dict[Any, Any]) -> dict[str, Any]:
    """One operation of the document."""
    result: dict[str, Any] = {
        "operationId": f"{method.lower()}{handler.__name__}",
        "summary": found.summary,
        "description": (handler.__doc__ or "").strip(),
        "tags": [handler.__module__.rsplit(".", 1)[-1].replace("_", " ")],
        "parameters": [*path_parameters(path, found), *query_parameters(found), *header_parameters(method, found)],
        "responses": responses(method, found, by_type),
        "security": [] if found.is_public else [{"bearer": []}],
    }
    if found.permission:
        result["description"] += f" Needs the permission `{found.permission}`."
    if found.is_streamed:
        result["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    elif found.body is not None:
        is_optional = not msgspec.structs.fields(found.body) or all(
            not each.required for each in msgspec.structs.fields(found.body)
        )
        content = {media_type: {"schema": by_type[found.body]} for media_type in body_types(method)}
        result["requestBody"] = {"required": not is_optional, "content": content}
    return result


def body_types(method: str) -> tuple[str, ...]:
    """The media types of a method's body."""
    return ("application/merge-patch+json", "application/json") if method == "PATCH" else ("application/json",)


def path_parameters(path: str, found: Operation) -> Iterator[dict[str, Any]]:
    """The parameters between slashes."""
    for name in re.findall(r"\{(\w+)\}", path):
        kind = {"type": "string"} if found.path.get(name) is str else {"type": "string", "format": "uuid"}
        yield {"name": name, "in": "path", "required": True, "schema": kind}


def query_parameters(found: Operation) -> Iterator[dict[str, Any]]:
    """The parameters behind the question mark; lists are comma-separated."""
    if found.query is None:
        return
    [named], components = msgspec.json.schema_components([found.query], schema_hook=schema_of, ref_template=REFERENCE)
    fields = components[named["$ref"].rsplit("/", 1)[-1]]["properties"]
    for name, field in fields.items():
        choices = [each for each in field.get("anyOf", ()) if each != {"type": "null"}]  # absent is all that null means
        schema = choices[0] if len(choices) == 1 else field
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": schema}
        if "array" in str(field):
            parameter |= {"style": "form", "explode": False}
        yield parameter


def header_parameters(method: str, found: Operation) -> Iterator[dict[str, Any]]:
    """The headers that change what an operation does."""
    names = []
    if method == "GET":
        names.append(("Consistency-Token", "Tokens whose writes must be seen, comma-separated."))
    if is_versioned(method, found):
        names.append(("If-None-Match", "The version that the caller has, as in ETag."))
    if method == "POST" and found.is_keyed:
        names.append(("Idempotency-Key", "The same key and body get the first answer again, for 48 hours."))
    if method in {"PATCH", "PUT"} or (method == "POST" and found.path and found.status == 200):
        names.append(("If-Match", "The version that must still be current, as in ETag."))
    if not found.is_public:
        names.append(("On-Behalf-Of", "The id of the user for whom an API key acts."))
    for name, description in names:
        yield {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}


def responses(method: str, found: Operation, by_type: dict[Any, Any]) -> dict[str, Any]:
    """What an operation can answer."""
    result = {
        str(found.status): success(method, found, by_type),
        "default": {"$ref": "#/components/responses/Problem"},
    }
    if is_versioned(method, found):
        result["304"] = {"description": "It is still the version in If-None-Match."}
    return result


def success(method: str, found: Operation, by_type: dict[Any, Any]) -> dict[str, Any]:
    """The answer of an operation that did what was asked."""
    names = dict(EVERY_ANSWER)
    if method != "GET":
        names["Consistency-Token"] = "Send it with a read that must see this."
    if is_resource(found.returns):
        names["ETag"] = "The version of the resource and a hash of its content; If-Match compares the version alone."
    if method == "POST" and found.is_keyed:
        names["Idempotent-Replayed"] = "`true` where this is the first answer under the key, again."
    if found.status == 201 and is_resource(found.returns):
        names["Location"] = "Where the resource lives."
    answer = {"description": "Created." if found.status == 201 else "Done.", "headers": headers(names)}
    if found.returns is not None:
        answer["content"] = {"application/json": {"schema": by_type[found.returns]}}
    return answer


def is_versioned(method: str, found: Operation) -> bool:
    """Whether an operation reads one resource that has a version."""
    return method == "GET" and is_resource(found.returns)


def is_resource(shape: Any) -> bool:
    """Whether an answer is one resource."""
    return isinstance(shape, type) and issubclass(shape, Resource)


def headers(names: Mapping[str, str]) -> dict[str, Any]:
    """Headers of an answer."""
    return {name: {"description": text, "schema": {"type": "string"}} for name, text in names.items()}


def problem_response(schema: Any) -> dict[str, Any]:
    """What every refusal looks like."""
    names = EVERY_ANSWER | {"Retry-After": "With 429 and 503: the seconds to wait.", "WWW-Authenticate": "With 401."}
    content = {"application/problem+json": {"schema": schema}}
    return {"description": "A problem.", "headers": headers(names), "content": content}


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
