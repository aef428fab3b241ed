"""Parameters and fields against their schemas: what `/openapi.json` forbids is refused, what it allows is taken."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from hiring.http import PREFIX
from hiring.openapi.changes import METHODS, resolved
from tests.api.journeys import JOB, open_job
from tests.api.probe import QUERIES, endpoints, filled
from tests.api.schemas import NOTHING, allowed_texts, forbidden_texts, forbidden_values
from tests.api.worlds import made_up, seen, world_of
from tests.client import DESCRIBED, Client

FEW = 6
"""Forbidden texts of each parameter, others for each: one conversion serves all of a kind."""
RAW = ("{0}=%00", "{0}=%ff", "{0}=a&{0}=a", "{0}&{0}", "{0}[]=a", "{0}%20=a")
"""Queries that no list takes, whatever its schema says."""
LISTED = {"ids", "updated_since", "job_id", "candidate_id", "stage_id", "department_id", "status", "kind", "as_of"}


class Parameter(NamedTuple):
    """A parameter of an operation in the document."""

    method: str
    path: str
    name: str
    schema: dict[str, Any]


def parameters(place: str) -> Iterator[Parameter]:
    """Every parameter of the document in a place: path, query or header; families have tests of their own."""
    for path, methods in DESCRIBED["paths"].items():
        for method in METHODS:
            for each in methods.get(method, {}).get("parameters", ()):
                if each["in"] == place and each["schema"].get("type") != "object":
                    yield Parameter(method.upper(), path, each["name"], resolved(each["schema"], DESCRIBED))


def needed(method: str, path: str) -> dict[str, str]:
    """The parameters that an operation does not do without, with names of ids in braces."""
    return QUERIES.get(f"{method} {path.removeprefix(PREFIX)}", {})


def dealt(values: Sequence[Any], place: int, count: int) -> list[Any]:
    """Some of the values, others for each place."""
    return [values[(place * count + n) % len(values)] for n in range(min(count, len(values)))]


@pytest.fixture
def nobodys() -> dict[str, str]:
    """Ids of nothing, by any name: what is wrong with a request is told before what is absent."""
    return defaultdict(lambda: str(uuid4()))


@pytest.fixture
async def ids(ada: Client, anybody: Client) -> dict[str, str]:
    """Everything that Ada's organization has."""
    return await world_of(ada, anybody)


async def test_parameter_is_refused_when_its_schema_forbids_the_text(ada: Client, nobodys: dict[str, str]) -> None:
    """Every query parameter of every operation: neither `null` nor nothing switches a filter off."""
    found = list(parameters("query"))
    assert {each.name for each in found} >= LISTED and len(found) > 100
    for place, (method, path, name, schema) in enumerate(found):
        forbidden = forbidden_texts(schema)
        nothing = [text for text in NOTHING if text in forbidden]
        for text in (*nothing, *dealt(forbidden, place, FEW)):
            params = filled(needed(method, path), nobodys) | {name: text}
            answer = await ada.request(method, filled(path, nobodys), params=params)
            told = (method, path, name, text[:80], answer.text)
            assert answer.status_code == 422, told
            assert any(each["pointer"].startswith(f"?{name}") for each in answer.json()["errors"]), told
        for query in dealt([each.format(name) for each in RAW], place, 2):
            answer = await ada.request(method, f"{filled(path, nobodys)}?{query}")
            assert answer.status_code == 422, (method, path, query, answer.text)


async def test_parameter_is_taken_when_its_schema_allows_the_text(ada: Client, ids: dict[str, str]) -> None:
    """In every spelling of its type; what is not found is an empty list, or a pipeline or text of another time."""
    for method, path, name, schema in parameters("query"):
        if name in needed(method, path):  # it names something
            continue
        for text in allowed_texts(schema):
            answer = await ada.request(method, filled(path, ids), params={name: text})
            assert answer.status_code in ((200, 404) if name in ("as_of", "version") else (200,)), (
                path,
                name,
                text,
                answer.text,
            )


async def test_path_leads_nowhere_when_its_id_is_spelled_another_way(ada: Client, ids: dict[str, str]) -> None:
    """404, and nothing is done: an id has one form, in any case."""
    before, places = await seen(ada, ids), itertools.count()
    for endpoint in endpoints():
        for each in parameters("path"):
            if (each.method, each.path) != (endpoint.method, endpoint.path) or each.schema.get("format") != "uuid":
                continue
            own = ids[each.name]
            spelled = [
                own.replace("-", ""),
                f"{{{own}}}",
                f"urn:uuid:{own}",
                f"{own}%20",
                f"%20{own}",
                "null",
                "0",
                "me-",
            ]
            for text in dealt([*spelled, own.replace("0", "%EF%BC%90")], next(places), 3):
                path = filled(each.path, ids | made_up() | {each.name: text})
                answer = await ada.request(each.method, path, **endpoint.options(ids | made_up()))
                assert answer.status_code == 404, (endpoint.name, text, answer.text)
    assert await seen(ada, ids) == before


async def test_header_is_refused_when_its_schema_forbids_the_text(ada: Client, nobodys: dict[str, str]) -> None:
    """On-Behalf-Of of a key that may impersonate, for every third operation: one conversion serves all."""
    permissions = {"keys.impersonate": "all", "jobs.read": "all"}
    robot = await ada.made("/users", {"first_name": "Robot", "type": "service"})
    key = await ada.made("/api-keys", {"user_id": robot["id"], "name": "All", "permissions": permissions})
    async with Client(ada.address, key["secret"]) as client:
        for place, (method, path, name, schema) in enumerate(parameters("header")):
            if name != "On-Behalf-Of" or place % 3:
                continue
            forbidden = forbidden_texts({"type": "string", "format": "uuid"})
            assert not [text for text in forbidden if re.fullmatch(schema["pattern"], text)]
            texts = [text for text in forbidden if text.isascii() and text.strip() == text]
            for text in (*("null", ""), *dealt(texts, place, 2)):
                answer = await client.request(method, filled(path, nobodys), headers={name: text})
                assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, name), (method, path, text)


def fields() -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Every field of every body: its endpoint, its name, its schema."""
    for endpoint in endpoints():
        body = DESCRIBED["paths"][endpoint.path][endpoint.method.lower()].get("requestBody")
        if endpoint.operation.body is None or body is None:
            continue
        schema = resolved(body["content"]["application/json"]["schema"], DESCRIBED)
        yield from ((endpoint, name, each) for name, each in schema.get("properties", {}).items())


async def test_field_is_refused_when_its_schema_forbids_the_value(ada: Client, nobodys: dict[str, str]) -> None:
    """Every field of every body with ids, moments, dates, numbers, booleans or words of a list."""
    count = 0
    for place, (endpoint, name, schema) in enumerate(fields()):
        for value in dealt(list(forbidden_values(schema)), place, 6):
            right = filled(endpoint.body(), nobodys)
            answer = await ada.request(endpoint.method, filled(endpoint.path, nobodys), json=right | {name: value})
            told = (endpoint.name, name, value, answer.text)
            assert answer.status_code == 422, told
            codes = [each["code"] for each in answer.json()["errors"] if each["pointer"].startswith(f"/{name}")]
            assert codes and "unknown_reference" not in codes, told
            count += 1
    assert count > 300


async def test_whole_number_is_taken_when_it_is_written_with_a_point_or_an_exponent(
    ada: Client,
) -> None:
    """JSON Schema counts 1.0 among the integers; what follows is the same as for 1."""
    json = {"Content-Type": "application/json"}
    for text, expected in ((b"3.0", 3), (b"0.2e1", 2), (b"1E1", 10), (b"-0.0", 0), (b"40000e-3", 40)):
        answer = await ada.patch(
            "/api/v1/organization", content=b'{"reapply_window_days": ' + text + b"}", headers=json
        )
        assert (answer.status_code, answer.json().get("reapply_window_days")) == (200, expected), answer.text
    for text in (b"2.5", b"1e400", b"1e4000000000", b"1e30", b"-1.0", b"9007199254740993.0", b"0.1e0", b'"3"', b"true"):
        answer = await ada.patch(
            "/api/v1/organization", content=b'{"reapply_window_days": ' + text + b"}", headers=json
        )
        assert answer.status_code == 422, (text, answer.text)
    made = await ada.post(
        f"/api/v1/jobs/{(await open_job(ada))['id']}/openings", content=b'{"count": 2.0e0}', headers=json
    )  # fmt: skip
    assert len(made.json()["items"]) == 2


async def test_list_is_taken_with_commas_and_given_several_times(ada: Client) -> None:
    """Both ways at once, too; a parameter of one value is given once."""
    job = await ada.made("/jobs", JOB | {"department_id": (await ada.made("/departments", {"name": "D"}))["id"]})
    path = f"/api/v1/jobs/{job['id']}"
    for query in ("department,offices", "department&expand=offices", "offices&expand=department,offices"):
        shown = (await ada.get(f"{path}?expand={query}")).json()
        assert shown["department"]["name"] == "D" and shown["offices"] == [], query
    other = await ada.made("/jobs", JOB)
    listed = (await ada.get(f"/api/v1/jobs?ids={job['id']}&ids={other['id']}")).json()["items"]
    assert {each["id"] for each in listed} == {job["id"], other["id"]}
    wrong = await ada.get(f"/api/v1/jobs?ids={job['id']}&ids=null")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "?ids/1")
    many = "&".join(f"ids={job['id']}" for _ in range(101))
    assert (await ada.get(f"/api/v1/jobs?{many}")).status_code == 422
    twice = await ada.get("/api/v1/jobs?limit=1&limit=2")
    assert twice.json()["errors"][0]["code"] == "repeated"
