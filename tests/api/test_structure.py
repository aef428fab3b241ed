"""Offices, reasons, sources and pipeline templates through the REST API."""

import asyncio
from typing import Any

import pytest

from tests.client import Client

STAGES = [{"name": "Review", "kind": "review"}, {"name": "Hired", "kind": "hired"}]
NOUNS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "offices",
        {"name": "Zürich", "country": "CH", "region": "CH-ZH", "time_zone": "Europe/Zurich"},
        {"city": "Zürich"},
    ),
    ("reasons", {"kind": "rejection", "name": "No work permit"}, {"name": "No permit to work"}),
    ("sources", {"kind": "campaign", "name": "Fair 2026"}, {"name": "Job fair 2026"}),
    (
        "pipeline-templates",
        {"name": "Short", "stages": STAGES},
        {"stages": [{"name": "Look", "kind": "review"}, STAGES[1]]},
    ),
]


@pytest.mark.parametrize(("noun", "body", "patch"), NOUNS)
async def test_word_is_added_changed_and_archived_when_permitted(
    ada: Client, eve: Client, noun: str, body: dict[str, Any], patch: dict[str, Any]
) -> None:
    """The life of each word of the structure, which another tenant sees nothing of."""
    added = await ada.post(f"/api/v1/{noun}", json=body)
    assert added.status_code == 201 and added.json().items() >= body.items()
    path = added.headers["Location"]
    changed = await ada.patch(path, json=patch, headers={"If-Match": '"1"'})
    assert changed.json().items() >= (patch | {"version": 2}).items()
    assert (await ada.patch(path, json=patch, headers={"If-Match": '"1"'})).status_code == 412
    listed = await ada.read(f"/{noun}", params={"status": "active", "limit": 100})
    assert changed.json() in listed["items"]
    archived = await ada.post(f"{path}/archive")
    assert archived.json()["status"] == "archived" and archived.json()["version"] == 3
    assert (await ada.post(f"{path}/archive")).json() == archived.json()
    assert (await eve.get(path)).status_code == 404
    assert (await eve.patch(path, json=patch)).status_code == 404
    assert (await eve.post(f"{path}/archive")).status_code == 404
    assert (await eve.read(f"/{noun}", params={"ids": added.json()["id"]}))["items"] == []
    assert (await ada.read(f"/{noun}", params={"ids": added.json()["id"]}))["items"] == [archived.json()]


@pytest.mark.parametrize("noun", ["reasons", "sources"])
async def test_word_of_the_system_is_kept_when_it_shall_be_archived(ada: Client, noun: str) -> None:
    """It may be renamed; a name that is taken is refused."""
    words = (await ada.read(f"/{noun}", params={"limit": 100}))["items"]
    own = next(word for word in words if word["key"])
    refused = await ada.post(f"/api/v1/{noun}/{own['id']}/archive")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    renamed = await ada.patch(f"/api/v1/{noun}/{own['id']}", json={"name": "Otherwise"})
    assert renamed.json()["key"] == own["key"] and renamed.json()["name"] == "Otherwise"
    twin = await ada.post(f"/api/v1/{noun}", json={"kind": own["kind"], "name": "Otherwise"})
    assert (twin.status_code, twin.json()["code"]) == (409, "name_taken")


async def refusable(ada: Client) -> list[tuple[str, str, dict[str, Any], str]]:
    """Commands on words that a rule refuses: method, path, body, and the code of the error or of its finding."""
    words = {noun: (await ada.read(f"/{noun}", params={"limit": 100}))["items"] for noun in ("reasons", "sources")}
    own = {noun: next(word["id"] for word in items if word["key"]) for noun, items in words.items()}
    [default] = (await ada.read("/pipeline-templates"))["items"]
    former = await ada.made("/pipeline-templates", {"name": "Former", "stages": STAGES})
    await ada.made(f"/pipeline-templates/{former['id']}/archive")
    office = await ada.made("/offices", {"name": "Bern", "country": "CH", "region": "CH-BE"})
    return [
        ("POST", f"/reasons/{own['reasons']}/archive", {}, "in_use"),
        ("POST", f"/sources/{own['sources']}/archive", {}, "in_use"),
        ("POST", f"/pipeline-templates/{default['id']}/archive", {}, "in_use"),
        ("PATCH", f"/pipeline-templates/{former['id']}", {"is_default": True}, "status_conflict"),
        ("PATCH", f"/offices/{office['id']}", {"region": "AT-9"}, "/region contradiction"),
        ("PATCH", f"/offices/{office['id']}", {"country": "AT"}, "/country contradiction"),
    ]


async def test_version_is_judged_first_when_a_rule_refuses_a_word_besides(ada: Client) -> None:
    """Whichever of several versions is expected; what is refused stays as it was."""
    for method, path, body, code in await refusable(ada):
        resource = path.removesuffix("/archive")
        before = await ada.read(resource)
        stale = await ada.request(method, f"/api/v1{path}", json=body, headers={"If-Match": '"98", "99"'})
        assert (stale.status_code, stale.json()["current"]) == (412, {"version": before["version"]}), path
        expected = {"If-Match": f'"{before["version"]}", "99"'}
        problem = (await ada.request(method, f"/api/v1{path}", json=body, headers=expected)).json()
        found = [f"{error['pointer']} {error['code']}" for error in problem.get("errors", ())]
        assert code in (problem["code"], *found) and await ada.read(resource) == before, path
        if not found:
            assert problem["current"] == {"status": before["status"], "version": before["version"]}, path


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
