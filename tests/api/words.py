"""What all words of an organization's structure do alike: the tests of each noun call it with their bodies."""

from typing import Any

from tests.client import Client

Body = dict[str, Any]


async def check_life_cycle(ada: Client, eve: Client, noun: str, body: Body, patch: Body) -> None:
    """A word is added, changed and archived by one tenant, and another one sees nothing of it."""
    added = await ada.post(f"/api/v1/{noun}", json=body)
    assert added.status_code == 201 and added.json().items() >= body.items()
    path = added.headers["Location"]
    assert (await ada.get(path)).json() == added.json()
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


async def check_name_is_unique(ada: Client, noun: str, body: Body) -> None:
    """A word whose name is taken is refused, also when an archived one has it."""
    word = await ada.made(f"/{noun}", body)
    for _ in range(2):
        twin = await ada.post(f"/api/v1/{noun}", json=body)
        assert (twin.status_code, twin.json()["code"]) == (409, "name_taken")
        await ada.made(f"/{noun}/{word['id']}/archive")


async def check_system_words_are_kept(ada: Client, noun: str) -> None:
    """What the system itself uses is not archived, whatever the version; it may be renamed, to a name that is free."""
    words = (await ada.read(f"/{noun}", params={"limit": 100}))["items"]
    own = next(word for word in words if word["key"])
    refused = await ada.post(f"/api/v1/{noun}/{own['id']}/archive")
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    await check_version_is_judged_first(ada, "POST", f"/{noun}/{own['id']}/archive", {}, "in_use")
    renamed = await ada.patch(f"/api/v1/{noun}/{own['id']}", json={"name": "Otherwise"})
    assert renamed.json()["key"] == own["key"] and renamed.json()["name"] == "Otherwise"
    twin = await ada.post(f"/api/v1/{noun}", json={"kind": own["kind"], "name": "Otherwise"})
    assert (twin.status_code, twin.json()["code"]) == (409, "name_taken")


async def check_version_is_judged_first(ada: Client, method: str, path: str, body: Body, code: str) -> None:
    """A command that a rule refuses, too: `code` is of the error or, behind its pointer, of its finding.

    Whichever of several versions is expected; what is refused stays as it was.
    """
    resource = path.removesuffix("/archive")
    before = await ada.read(resource)
    stale = await ada.request(method, f"/api/v1{path}", json=body, headers={"If-Match": '"98", "99"'})
    assert (stale.status_code, stale.json()["current"]) == (412, {"version": before["version"]})
    expected = {"If-Match": f'"{before["version"]}", "99"'}
    problem = (await ada.request(method, f"/api/v1{path}", json=body, headers=expected)).json()
    found = [f"{error['pointer']} {error['code']}" for error in problem.get("errors", ())]
    assert code in (problem["code"], *found) and await ada.read(resource) == before
    if not found:
        assert problem["current"] == {"status": before["status"], "version": before["version"]}
