"""What operations can answer, for `/openapi.json`: what was asked for, with its headers, and the problems by status."""

from collections.abc import Iterator, Mapping
from typing import Any

from hiring.domain.visibility import is_partial
from hiring.errors import KeyRunning
from hiring.http.operation import Operation, is_resource
from hiring.http.shapes import Problem, is_page
from hiring.openapi.examples import example_of, refusal_example, refusal_of

Header = dict[str, Any]

BYTES = {"type": "string", "format": "binary"}
"""A file as OpenAPI 3.0 wrote it: in 3.1 the media type would do, but generators of clients look for this."""
CONTENT: dict[str, dict[str, Any]] = {
    "application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}},
    "application/feed+json": {"schema": {"type": "object"}, "example": {"version": "https://jsonfeed.org/version/1.1"}},
    "application/octet-stream": {"schema": BYTES},
    "application/rss+xml": {"schema": {"type": "string"}, "example": '<rss version="2.0"></rss>'},
    "application/vnd.apache.arrow.stream": {"schema": BYTES},
    "application/vnd.apache.parquet": {"schema": BYTES},
    "application/xml": {"schema": {"type": "string"}, "example": "<source></source>"},
    "text/csv": {"schema": {"type": "string"}, "example": "from_days,to_days,hires\r\n0,7,3\r\n"},
    "text/html": {"schema": {"type": "string"}, "example": "<!doctype html>"},
    "*/*": {"schema": BYTES},
}
"""Answers that are made of no struct, by their media types."""
SHAPES: dict[str, tuple[dict[str, Any], Any]] = {
    "Consistency-Token": (
        {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
        "NFNhdanm4LakdGes1BcD8gGZAAAAAHAAgAAAAAAAAEI",
    ),
    "ETag": ({"type": "string", "pattern": '^(W/)?"[^"]*"$'}, '"3-8f1b20c4"'),
    "Idempotent-Replayed": ({"type": "string", "const": "true"}, "true"),
    "Location": ({"type": "string", "format": "uri-reference"}, "/api/v1/jobs/01990000-0000-7000-8000-000000000026"),
    "RateLimit": ({"type": "string", "pattern": '^"[a-z]+";r=[0-9]+;t=[0-9]+$'}, '"principal";r=98;t=1'),
    "Request-Id": ({"type": "string", "format": "uuid"}, "01990000-0000-7000-8000-000000000001"),
    "Retry-After": ({"type": "integer", "minimum": 1}, 30),
    "Visibility": (
        {"type": "string", "pattern": '^(all|team)(;without="[a-z ]+")?$'},
        'all;without="confidential internal"',
    ),
    "WWW-Authenticate": ({"type": "string"}, 'Bearer realm="hiring", error="invalid_token"'),
}
"""The schema of each header of an answer, and an example."""
REQUEST_ID = {"Request-Id": "Names the request in our logs."}
LEFT = {"principal": "r=98;t=1", "login": "r=4;t=12", "apply": "r=9;t=1", "upload": "r=9;t=1"}
"""What a first request or two may leave of each limit."""
LIMIT = {"RateLimit": "The name of the limit, what is left of it (`r`), and the seconds until it is whole again (`t`)."}
PROBLEMS: dict[int, str] = {
    400: "The request cannot be read.",
    401: "There is no token, or it is refused.",
    403: "The caller may not do this.",
    404: "There is nothing here that the caller may see.",
    409: "Another request with the same `Idempotency-Key` is being answered; Retry-After tells when to try again.",
    412: "The resource has changed since the version in If-Match.",
    413: "The body is too large.",
    415: "The body is of a media type that this operation does not take.",
    422: "Something in the request is wrong; `errors` tells all of its kind: forms first, then references and rules.",
    429: "Too many requests; Retry-After tells when to try again.",
    503: "The service cannot answer at this moment; Retry-After tells when to try again.",
}
"""The problems of operations by status; any may also end in a 500."""
RULES = {
    301: "The candidate is part of another one for good; `merged_into` names it.",
    409: "The state of the resource does not allow this; `current` tells it.",
}
"""The same where an operation has codes of its own."""
HEADERS_OF_PROBLEMS = {
    301: {"Location": "The same of the candidate that this one is part of."},
    401: {"WWW-Authenticate": "The scheme (RFC 6750), and whether the token was refused."},
    409: {"Retry-After": "The seconds to wait, where trying again may help."},
    429: {"Retry-After": "The seconds to wait."},
    503: {"Retry-After": "The seconds to wait."},
}


def responses(found: Operation, by_type: Mapping[Any, Any]) -> dict[str, Any]:
    """What an operation can answer."""
    result = {str(found.status): success(found, by_type)}
    if found.or_status is not None:
        other = success(found, by_type)
        other["headers"] |= headers(HEADERS_OF_PROBLEMS.get(found.or_status, {}))
        result[str(found.or_status)] = other
    if found.method == "GET" and found.is_tagged:
        result["304"] = {"description": "It is still the version in If-None-Match."}
    result |= {str(status): refused_with(found, status, by_type[Problem]) for status in refusals(found)}
    return result | {"default": reference("Problem")}


def success(found: Operation, by_type: Mapping[Any, Any]) -> dict[str, Any]:
    """The answer of an operation that did what was asked."""
    names = REQUEST_ID | LIMIT
    if found.method != "GET" and found.has_token:
        names["Consistency-Token"] = "Send it with a read that must see this change. An answer without it made none."
    if found.is_tagged:
        names["ETag"] = "A hash of the content."
        if is_resource(found.returns):
            names["ETag"] = "The version of the resource and a hash of its content; If-Match compares the version."
        if found.query is not None and "expand" in found.query.__struct_fields__:
            names["ETag"] += " With `expand` there is none."
    if found.method == "POST" and found.is_keyed:
        names["Idempotent-Replayed"] = "`true` where this is the first answer under the key, again."
    if is_partial(found.permission) and is_page(found.returns):
        names["Visibility"] = "Which of the organization's the list is made of, as `GET /me` tells it of each kind."
    if place := place_of(found):
        names["Location"] = place
    answer: dict[str, Any] = {"description": "Created." if found.status == 201 else "Done.", "headers": headers(names)}
    answer["headers"]["RateLimit"]["example"] = f'"{found.limit}";{LEFT[found.limit]}'
    if found.returns is not None:
        body = {"schema": by_type[found.returns]} | shown(example_of(found).get("answer"))
        answer["content"] = {"application/json": body}
    for each in found.media_types:
        answer.setdefault("content", {})[each] = CONTENT[each]
    return answer


def place_of(found: Operation) -> str:
    """What the header `Location` of an answer names; empty where there is none."""
    is_made = found.status in (201, 202) and (found.is_tagged or getattr(found.returns, "is_located", False))
    return "Where the resource lives." if is_made else found.location


def refusals(found: Operation) -> Iterator[int]:
    """Yields the statuses of the problems that an operation can answer."""
    special = {error.kind.status for error in found.refuses}
    takes_body = found.body is not None or found.is_streamed
    looks_at_token = found.takes_board_key or not found.is_public
    can_happen = {
        301: False, 400: is_admitted(found), 401: looks_at_token, 403: looks_at_token, 404: bool(found.parameters),
        409: found.method == "POST" and found.is_keyed, 412: takes_version(found), 413: takes_body, 415: takes_body,
        422: True, 429: True, 503: is_admitted(found),
    }  # fmt: skip
    yield from (status for status, is_possible in can_happen.items() if is_possible or status in special)


def refused_with(found: Operation, status: int, schema: Any) -> dict[str, Any]:
    """The answer of an operation for a status of problems, with the codes of the rules that it judges."""
    errors = sorted((each for each in found.refuses if each.kind.status == status), key=lambda each: each.code)
    if not errors:
        return reference(f"Problem{status}")
    if status == 409 and found.method == "POST" and found.is_keyed:
        errors.append(KeyRunning)
    codes = [f"- `{each.code}`: {each.sentence()}" for each in errors]
    told = "\n".join([RULES.get(status) or PROBLEMS[status], "", "Codes of this operation:", "", *codes])
    return problem_of(status, told, schema, refusal_of(found, errors[0]))


def is_admitted(found: Operation) -> bool:
    """Whether other servers are asked before the callers of an operation get their answer."""
    return getattr(found.handler, "is_admitted", True)


def takes_version(found: Operation) -> bool:
    """Whether an operation obeys If-Match."""
    is_command = found.method in {"POST", "DELETE"} and bool(found.parameters) and found.status == 200
    is_command = is_command and getattr(found.returns, "is_versioned", True)
    return is_command or found.method in {"PATCH", "PUT"}


def problems(schema: Any) -> dict[str, Any]:
    """The responses that are problem documents, by the names that operations refer to."""
    result = {"Problem": {"description": "A problem.", "headers": headers(REQUEST_ID), "content": content_of(schema)}}
    for status, told in PROBLEMS.items():
        result[f"Problem{status}"] = problem_of(status, told, schema, refusal_example(status))
    return result


def problem_of(status: int, told: str, schema: Any, example: Any) -> dict[str, Any]:
    """An answer that is a problem document."""
    names = REQUEST_ID | LIMIT | HEADERS_OF_PROBLEMS.get(status, {})
    return {"description": told, "headers": headers(names), "content": content_of(schema, example)}


def content_of(schema: Any, example: Any = None) -> dict[str, Any]:
    """The content of a problem document."""
    return {"application/problem+json": {"schema": schema} | shown(example)}


def shown(example: Any) -> dict[str, Any]:
    """The member that shows an example, where there is one."""
    return {} if example is None else {"example": example}


def reference(name: str) -> dict[str, str]:
    """A response that stands among the components."""
    return {"$ref": f"#/components/responses/{name}"}


def headers(names: Mapping[str, str]) -> dict[str, Header]:
    """Headers of an answer, each with its description."""
    return {
        name: {"description": text, "schema": SHAPES[name][0], "example": SHAPES[name][1]}
        for name, text in names.items()
    }
