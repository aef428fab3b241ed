"""Pipeline templates through the REST API."""

import asyncio
from uuid import UUID

import pytest

from tests.api import words
from tests.api.conftest import Rows
from tests.client import Client

STAGES = [{"name": "Review", "kind": "review"}, {"name": "Hired", "kind": "hired"}]


async def test_template_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of a pipeline template, which another tenant sees nothing of."""
    patch = {"stages": [{"name": "Look", "kind": "review"}, STAGES[1]]}
    await words.check_life_cycle(ada, eve, "pipeline-templates", {"name": "Short", "stages": STAGES}, patch)


async def test_template_is_refused_when_its_name_is_taken(ada: Client) -> None:
    """By one that is active or archived."""
    await words.check_name_is_unique(ada, "pipeline-templates", {"name": "Short", "stages": STAGES})


async def test_version_is_judged_first_when_a_default_is_archived_or_made_of_a_former_template(ada: Client) -> None:
    """The default stays; one that is archived does not become the default."""
    [default] = (await ada.read("/pipeline-templates"))["items"]
    former = await ada.made("/pipeline-templates", {"name": "Former", "stages": STAGES})
    await ada.made(f"/pipeline-templates/{former['id']}/archive")
    path = "/pipeline-templates"
    await words.check_version_is_judged_first(ada, "POST", f"{path}/{default['id']}/archive", {}, "in_use")
    body = {"is_default": True}
    await words.check_version_is_judged_first(ada, "PATCH", f"{path}/{former['id']}", body, "status_conflict")


async def test_event_tells_of_the_former_default_when_another_takes_its_place(ada: Client, rows: Rows) -> None:
    """Its version is new, too; the change that caused it is named."""
    [first] = (await ada.read("/pipeline-templates"))["items"]
    second = await ada.made("/pipeline-templates", {"name": "Second", "stages": STAGES, "is_default": True})
    await ada.patch(f"/api/v1/pipeline-templates/{first['id']}", json={"is_default": True})
    found = await rows(
        "SELECT e.aggregate_id, e.aggregate_version, c.aggregate_id, e.data FROM events AS e"
        " JOIN events AS c ON c.organization_id = e.organization_id AND c.id = e.causation_id"
        " WHERE e.organization_id = %(id)s AND e.aggregate_type = 'pipeline_template' ORDER BY e.id",
        id=UUID(ada.organization["id"]),
    )
    told = {"change": "updated", "fields": ["is_default"]}
    ids = UUID(first["id"]), UUID(second["id"])
    assert [tuple(each) for each in found] == [(ids[0], 2, ids[1], told), (ids[1], 2, ids[0], told)]


async def test_one_template_is_the_default_when_many_are_made_at_once(ada: Client) -> None:
    """Eight defaults at once: the last one stays, none is refused; the default is not archived."""
    made = await asyncio.gather(
        *(ada.made("/pipeline-templates", {"name": f"T{n}", "stages": STAGES, "is_default": True}) for n in range(8))
    )
    templates = (await ada.read("/pipeline-templates", params={"limit": 100}))["items"]
    [default] = [template for template in templates if template["is_default"]]
    assert default["id"] in {template["id"] for template in made}
    assert (await ada.post(f"/api/v1/pipeline-templates/{default['id']}/archive")).json()["code"] == "in_use"
    other = next(template for template in templates if not template["is_default"])
    await ada.made(f"/pipeline-templates/{other['id']}/archive")
    refused = await ada.patch(f"/api/v1/pipeline-templates/{other['id']}", json={"is_default": True})
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert refused.json()["current"]["status"] == "archived" and refused.json()["current"]["version"] > 1
    assert (
        await ada.patch(f"/api/v1/pipeline-templates/{default['id']}", json={"is_default": False})
    ).status_code == 422


@pytest.mark.parametrize(
    ("stages", "pointer"),
    [
        ([STAGES[0]], "/stages"),
        ([STAGES[0], STAGES[0], STAGES[1]], "/stages/1/name"),
        ([STAGES[1], STAGES[0]], "/stages"),
        ([{"name": "Found", "kind": "lead"}, STAGES[1]], "/stages"),
        ([{"name": "A", "kind": "a"}, STAGES[1]], "/stages/0/kind"),
    ],
)
async def test_template_is_refused_when_its_stages_make_no_pipeline(
    ada: Client, stages: list[dict[str, str]], pointer: str
) -> None:
    """Too few, twice the same name, not ending in hired, nowhere to enter, an unknown kind."""
    refused = await ada.post("/api/v1/pipeline-templates", json={"name": "Odd", "stages": stages})
    assert refused.status_code == 422
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
