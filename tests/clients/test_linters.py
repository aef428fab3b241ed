"""Our own rules of Spectral find what they are for; `make check` holds the document to them."""

import json
from pathlib import Path
from typing import Any

import yaml

from tests.clients.node import FOLDER, run_program

NAMELESS = {"in": "query", "name": "a", "schema": {"type": "string", "default": None}}
BODY = {"application/json": {"schema": {"type": "object", "properties": {"a": {"type": "string", "default": "b"}}}}}
BROKEN: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Broken", "version": "1"},
    "tags": [{"name": "Things", "description": "Things."}],
    "paths": {
        "/a": {
            "post": {
                "operationId": "add_a",
                "summary": "Adds an a.",
                "tags": ["Things"],
                "parameters": [NAMELESS],
                "requestBody": {"content": BODY | {"text/plain": {}}},
                "responses": {
                    "200": {"description": "Done."},
                    "201": {"description": "Done.", "headers": {"ETag": {"schema": {"type": "string"}}}},
                    "404": {"description": "None.", "content": {"application/json": {"schema": {}}}},
                    "500": {"description": "Broken."},
                },
            }
        }
    },
    "components": {"schemas": {"Thing": {"type": "object", "properties": {"a": {"type": "string"}}}}},
}
"""A document that breaks every rule of ours."""
SWITCHES = {"info-contact", "operation-singular-tag", "operation-tag-defined", "tag-description"}
SWITCHES |= {"openapi-tags-uniqueness"}
"""Rules of Spectral itself, which the ruleset switches off or makes stricter."""


def test_each_rule_finds_what_breaks_it(tmp_path: Path) -> None:
    """One whose path leads nowhere would find nothing, in any document."""
    document = tmp_path / "broken.json"
    document.write_text(json.dumps(BROKEN))
    linted = run_program("spectral", "lint", "--ruleset", FOLDER / "spectral.yaml", "--format", "json", document)
    found = {each["code"] for each in json.loads(linted.stdout[: linted.stdout.rindex("]") + 1])}
    rules = yaml.safe_load((FOLDER / "spectral.yaml").read_text())["rules"]
    assert rules.keys() - SWITCHES <= found, rules.keys() - SWITCHES - found
