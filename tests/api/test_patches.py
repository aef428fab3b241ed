"""Patches that say what is so already: nothing is written, whatever the noun."""

from typing import Any

import msgspec

from tests.api.conftest import Rows
from tests.api.journeys import custom_field
from tests.api.probe import Endpoint, endpoints, filled
from tests.api.worlds import world_of
from tests.client import Client

PATCHES = [each for each in endpoints() if each.method == "PATCH"]
EVENTS = "SELECT count(*)::integer FROM events WHERE organization_id = %(id)s::uuid"


async def shown(client: Client, endpoint: Endpoint, ids: dict[str, str]) -> dict[str, Any]:
    """The resource that an operation patches: read by its path, or from its list where it cannot be."""
    path = filled(endpoint.path, ids).removeprefix("/api/v1")
    answer = await client.get(f"/api/v1{path}")
    if answer.status_code == 200:
        return dict(answer.json())
    [found] = (await client.read(path.rpartition("/")[0], params={"ids": path.rpartition("/")[2]}))["items"]
    return dict(found)


async def test_nothing_is_written_when_a_patch_names_what_is_so_already(
    ada: Client, anybody: Client, rows: Rows
) -> None:
    """Every field of every noun: same version, no event; one that differs beside them is a change.

    A published post is answered with its warnings, which are not read again.
    """
    ids = await world_of(ada, anybody)
    pay = {"min_minor": 1, "max_minor": 2, "currency": "EUR", "period": "year"}
    options = (await custom_field(ada, "a", "multi_select", labels=("b",)))["options"]
    await custom_field(ada, "c", "number")
    person = {"custom_fields": {"a": [options[0]["id"]], "c": 1}, "tags": ["x"], "phones": [{"value": "+431234567"}]}
    await ada.made("/tags", {"name": "x"})
    for path, body in (
        (f"/jobs/{ids['job_id']}", {"pay_range": pay}),
        (f"/candidates/{ids['candidate_id']}", person),
        (f"/pipeline-templates/{ids['pipeline_template_id']}", {"is_default": True}),
    ):
        assert (await ada.patch(f"/api/v1{path}", json=body)).status_code == 200
    for endpoint in PATCHES:
        before, path = await shown(ada, endpoint, ids), filled(endpoint.path, ids)
        shape: Any = endpoint.operation.body
        names = {field.encode_name for field in msgspec.structs.fields(shape)}
        same = {name: value for name, value in before.items() if name in names}
        assert names - same.keys() == set(), endpoint.name
        [(count,)] = await rows(EVENTS, id=ada.organization["id"])
        for body in (same, {}):
            answer = await ada.patch(path, json=body)
            assert answer.status_code == 200, (endpoint.name, answer.text)
            told = {name: value for name, value in answer.json().items() if name != "warnings"}
            assert told == before, (endpoint.name, answer.text)
            assert "Consistency-Token" not in answer.headers
        stale = await ada.patch(path, json=same, headers={"If-Match": '"99"'})
        assert stale.status_code == 412, endpoint.name
        assert await rows(EVENTS, id=ada.organization["id"]) == [(count,)], endpoint.name
        text = next(name for name in ("title", "name", "first_name", "external_id", "body", "text") if name in names)
        changed = await ada.patch(path, json=same | {text: "Something else"})
        assert changed.json()["version"] == before["version"] + 1, (endpoint.name, changed.text)


async def test_offices_are_written_when_only_their_order_differs(ada: Client) -> None:
    """The first is the primary one."""
    offices = [(await ada.made("/offices", {"name": name}))["id"] for name in "ab"]
    job = await ada.made("/jobs", {
        "title": "Engineer", "employment_type": "full_time", "workplace": "hybrid", "office_ids": offices,
    })  # fmt: skip
    for office_ids, version in ((offices, 1), (offices[::-1], 2), (offices[::-1], 2), ([], 3), ([], 3)):
        answer = await ada.patch(f"/api/v1/jobs/{job['id']}", json={"office_ids": office_ids})
        assert (answer.json()["office_ids"], answer.json()["version"]) == (office_ids, version)
