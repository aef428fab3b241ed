"""`/openapi.json` (OpenAPI 3.1), made from the operations that check the requests."""

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap
from pathlib import Path
from typing import Any

import msgspec

from hiring import VERSION
from hiring.domain.event_types import EVENT_TYPES
from hiring.domain.findings import FINDINGS
from hiring.errors import Unseen, declared
from hiring.http.operation import ANYONE, BOARD, PUBLIC, SESSION, THEMSELVES, Operation
from hiring.http.shapes import Problem
from hiring.openapi.answers import BYTES, problems, responses, shown
from hiring.openapi.examples import Example, example_of, exemplify
from hiring.openapi.parameters import header_parameters, path_parameters, query_parameters
from hiring.openapi.schemas import Schema, schemas_of

WORKFLOWS = Path(__file__).with_name("workflows.arazzo.yaml")
"""Workflows of these operations (Arazzo 1.0.1), which the tests run."""
FILE: dict[str, Any] = {
    "application/octet-stream": {"schema": BYTES},
    "multipart/form-data": {
        "schema": {
            "type": "object", "required": ["file"], "additionalProperties": False,
            "properties": {"file": BYTES | {"description": "The file, under any name of the field."}},
        }
    },
}  # fmt: skip
"""The body of an upload: the bytes of a file with any media type of its own, or a form with one file of any name."""
DESCRIPTION = """A headless applicant tracking system. [The guide](/docs) begins with the first five minutes.

A command that changed something answers with a `Consistency-Token` where its answer names one; a read that sends it
within ten minutes sees that change. A POST accepts an `Idempotency-Key` where its parameters name it. Filters of a list
narrow each other; two that do not go together are refused with 422 `not_combinable`. Errors are problem documents (RFC
9457); [the page of errors](/docs/errors) lists their codes. [Workflows](/workflows.arazzo.yaml) (Arazzo) lead from
registration to hire, through a career page and a nightly sync; [AsyncAPI](/asyncapi.json) describes the events."""
CALLERS = {
    PUBLIC: "Anybody may call this, without a token.",
    BOARD: "Anybody may call this, without a token. The server of a career site may send a key of the board; the limit "
    "`board` of the key then counts in the place of that of its address.",
    ANYONE: "Every access token and API key may call this.",
    THEMSELVES: "Users and API keys call this for themselves, without `On-Behalf-Of`.",
    SESSION: "Only users who have logged in may call this, not API keys.",
}
"""Who may call an operation that no permission guards."""
LIMITS = {
    "login": "Counts against the limit `login`, which is stricter.",
    "apply": "Counts against the limit `apply`, which is stricter.",
    "upload": "Counts against the limit `upload`, which is stricter.",
}


def document(operations: Sequence[Operation], public_url: str) -> dict[str, Any]:
    """The OpenAPI document of some operations."""
    shapes, asked = list(dict.fromkeys(types_of(operations))), [each.body for each in operations if each.body]
    by_type, components = schemas_of(shapes, asked)
    exemplify(components, bodies_of(operations, by_type))
    result: dict[str, dict[str, Any]] = {}
    tags: dict[str, dict[str, str]] = {}
    for each in operations:
        result.setdefault(each.path, {})[each.method.lower()] = described(each, by_type)
        tags.setdefault((tag := tag_of(each))["name"], tag)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hiring API", "version": VERSION, "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "tags": list(tags.values()),
        "paths": result,
        "components": {
            "schemas": components,
            "responses": problems(by_type[Problem]),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Access token or API key."},
                "board_key": {
                    "type": "http", "scheme": "bearer",
                    "description": "Key of a board, for the server of a career site. It is never needed.",
                },
            },
        },
    }  # fmt: skip


def types_of(operations: Sequence[Operation]) -> Iterator[Any]:
    """Every shape that the document names."""
    yield Problem
    for each in operations:
        yield from (shape for shape in (each.body, each.returns) if shape is not None)


def bodies_of(operations: Sequence[Operation], by_type: Mapping[Any, Schema]) -> Iterator[tuple[Schema, Any]]:
    """Every body of the examples with its schema, answers first: they show more."""
    examples = [(each, example_of(each)) for each in operations]
    yield from ((by_type[each.returns], found["answer"]) for each, found in examples if "answer" in found)
    yield from ((by_type[each.body], found["request"]["body"]) for each, found in examples if body_in(found))
    yield from (
        (by_type[Problem], each["answer"]) for _, found in examples for each in found.get("refusals", {}).values()
    )


def body_in(example: Example) -> Any:
    """The body that an example sends, or None."""
    return example.get("request", {}).get("body")


def tag_of(found: Operation) -> dict[str, str]:
    """The tag of an operation, which its module says in one line: `Openings: the seats of a job`.

    Modules may share one, which the first of them describes.
    """
    line = (inspect.getdoc(sys.modules[found.run.__module__]) or "").partition("\n")[0]
    name, _, rest = line.partition(": ")
    return {"name": name, "description": rest[:1].upper() + rest[1:]}


def described(found: Operation, by_type: Mapping[Any, Schema]) -> dict[str, Any]:
    """One operation of the document."""
    result: dict[str, Any] = {
        "operationId": found.name,
        "summary": found.summary,
        "description": "\n\n".join(paragraphs(found)),
        "tags": [tag_of(found)["name"]],
        "parameters": [
            *path_parameters(found),
            *query_parameters(found),
            *header_parameters(found),
        ],
        "responses": responses(found, by_type),
        "security": security_of(found),
    }
    if found.is_streamed:
        result["requestBody"] = {"required": True, "content": FILE}
    elif found.body is not None:
        is_optional = not msgspec.structs.fields(found.body) or all(
            not each.required for each in msgspec.structs.fields(found.body)
        )
        sent = {"schema": by_type[found.body]} | shown(body_in(example_of(found)))
        content = dict.fromkeys(found.body_types, sent)
        result["requestBody"] = {"required": not is_optional, "content": content}
    return result


def security_of(found: Operation) -> list[dict[str, list[str]]]:
    """What a request is to be sent with, any one of it; nothing at all is a choice where anybody may call."""
    if found.takes_board_key:
        return [{}, {"board_key": []}]
    return [] if found.is_public else [{"bearer": []}]


def paragraphs(found: Operation) -> Iterator[str]:
    """What the docstring says behind its first line, then who may call, which limit counts, and what events tell."""
    if found.description:
        yield found.description
    calls = f"Needs the permission `{found.permission}`." if found.permission else CALLERS[found.access]
    yield " ".join([calls, *(LIMITS[name] for name in [found.limit] if name in LIMITS)])
    if found.events:
        yield "\n".join(["Events:", "", *starmap(told, found.events.items())])


def told(kind: str, condition: str) -> str:
    """An event of an operation, with the condition on which there is one."""
    return f"- `{kind}`{condition and f', {condition}'}: {EVENT_TYPES[kind].__doc__}"


def error_catalogue() -> list[dict[str, Any]]:
    """Every error that the service can answer: code, status, sentence."""
    seen = (each for each in declared() if not issubclass(each, Unseen))
    errors = [{"code": each.code, "status": each.kind.status, "title": each.sentence()} for each in seen]
    return sorted(errors, key=lambda error: (error["status"], error["code"]))


def finding_catalogue() -> list[dict[str, str]]:
    """Every code of a finding with its sentence."""
    return [{"code": code, "title": FINDINGS[code]} for code in sorted(FINDINGS)]
