"""What the service says about itself to read: description, pages, errors, the catalogue of SQL."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs

from hiring.domain.findings import FINDINGS
from hiring.errors import Unseen, declared
from hiring.handlers.routes import OPERATIONS
from tests.api.conftest import Serve
from tests.client import DESCRIBED, Client


async def test_description_names_every_operation_when_read(anybody: Client) -> None:
    """Each path of the route table is in it, under a name that is used once."""
    described = (await anybody.get("/openapi.json")).json()
    assert described["openapi"] == "3.1.0" and described["info"]["license"]["identifier"] == "Apache-2.0"
    expected = {(each.path, each.method.lower()) for each in OPERATIONS}
    found = {(path, method): one for path, methods in described["paths"].items() for method, one in methods.items()}
    assert found.keys() == expected
    assert max(Counter(one["operationId"] for one in found.values()).values()) == 1
    parameters = [parameter for one in found.values() for parameter in one["parameters"]]
    assert all(each["summary"] for each in found.values())
    assert not [each for each in parameters if not each["description"].endswith(".")]
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', httpx.Response(200, json=described).text))
    assert references <= described["components"]["schemas"].keys()


async def test_sql_catalogue_is_served_when_the_caller_may_read_it(
    ada: Client, member: Any, serve: Serve, tmp_path: Path
) -> None:
    """The file as it is, to an administrator; the deployment without one, or whose file is gone, has no such page."""
    file, bob = tmp_path / "sql.html", await member("bob", {"jobs.read": "all", "events.read": "all"})
    for name, expected in ((None, 404), (str(file), 404), (str(tmp_path), 404)):
        async with serve(sql_catalog_file=name) as address, Client(address) as client:
            answer = await client.get("/docs/sql", headers=ada.headers)
            assert answer.status_code == expected and answer.json()["code"] == "not_found"
    file.write_text("<p>é</p>" * 50_000)
    async with serve(sql_catalog_file=str(file)) as address, Client(address) as client:
        page = await client.get("/docs/sql", headers=ada.headers)
        assert page.status_code == 200 and page.text == file.read_text()
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "sandbox" in page.headers["Content-Security-Policy"] and "private" in page.headers["Cache-Control"]
        assert (await client.head("/docs/sql", headers=ada.headers)).headers["Content-Length"] == "450000"
        refused = await client.get("/docs/sql", headers=bob.headers)
        assert refused.status_code == 403 and "system.read" in refused.text
        assert (await client.get("/docs/sql")).status_code == 401


async def test_catalogue_lists_every_error_when_read(anybody: Client) -> None:
    """For programs; `tests/guide` holds the page for people to it."""
    items = (await anybody.read("/errors"))["items"]
    assert {each["code"] for each in items} == {each.code for each in declared() if not issubclass(each, Unseen)}
    assert all(each["title"] and 300 < each["status"] < 600 for each in items)
    problem = (await anybody.get("/api/v1/me")).json()
    assert problem["type"].removeprefix("/docs/errors#") in {each["code"] for each in items}


async def test_catalogue_lists_every_finding_when_read(anybody: Client) -> None:
    """Beside the errors, each with what it means."""
    findings = (await anybody.read("/errors"))["findings"]
    assert {each["code"]: each["title"] for each in findings} == FINDINGS


UNUSED = {
    "application_ids", "applied_before", "applied_since", "captcha_token", "changes", "deprecated_at", "error",
    "failure", "merged_candidates", "on_behalf_of", "sent_at", "started_at", "sunset_at", "topic", "website",
}  # fmt: skip
"""Members that the service does not fill or use yet, or that the story leaves alone."""


def test_every_member_and_parameter_is_told_and_shown() -> None:
    """A sentence and an example each, or it says nothing yet."""
    schemas = DESCRIBED["components"]["schemas"]
    members = [
        (f"{name}.{key}", key, each) for name, one in schemas.items() for key, each in one.get("properties", {}).items()
    ]
    assert not [name for name, _, each in members if not each.get("description", "").endswith((".", "`"))]
    assert not [name for name, _, each in members if "examples" not in each]
    assert {key for _, key, each in members if each["examples"][0] in (None, [], {})} == UNUSED
    parameters = [each for _, one in described() for each in one["parameters"]]
    assert not [each["name"] for each in parameters if "example" not in each or not each["description"].endswith(".")]


def test_every_example_is_of_its_schema() -> None:
    """Requests and answers of the story; every operation that takes or gives JSON shows it."""
    checked = 0
    for name, one in described():
        bodies = [one.get("requestBody", {}), *one["responses"].values()]
        contents = [(kind, each) for body in bodies for kind, each in body.get("content", {}).items() if "json" in kind]
        for kind, each in contents:
            schema = {**each["schema"], "components": DESCRIBED["components"]}
            validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
            assert "example" in each, (name, kind)
            assert not list(validator.iter_errors(each["example"])), (name, kind)
            checked += 1
    assert checked > len(OPERATIONS)


def described() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation of the document by its id."""
    for methods in DESCRIBED["paths"].values():
        yield from ((each["operationId"], each) for each in methods.values())
