"""Tags through the REST API."""

from uuid import UUID

import pytest

from tests.api import words
from tests.api.conftest import Race
from tests.client import Client

BODY = {"name": "Fair"}


async def test_tag_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of a tag, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "tags", BODY, {"name": "Fairs"})


async def test_tag_is_refused_when_its_name_is_taken(ada: Client) -> None:
    """By one that is active or archived; another tenant's tag takes no name."""
    await words.check_name_is_unique(ada, "tags", BODY)


async def test_name_is_another_when_its_letters_are_written_otherwise(ada: Client, eve: Client) -> None:
    """Upper and lower case differ, and what another tenant has is not taken; blanks around a name do not count."""
    for client, name in ((ada, "Java"), (ada, "java"), (eve, "Java")):
        await client.made("/tags", {"name": name})
    twin = await ada.post("/api/v1/tags", json={"name": " Java "})
    assert (twin.status_code, twin.json()["code"]) == (409, "name_taken")


async def test_candidate_shows_the_new_name_when_a_tag_is_renamed(ada: Client) -> None:
    """Wherever the candidate is shown, with another entity tag but the same version; the old name is unknown."""
    tag = await ada.made("/tags", BODY)
    kim, lee = [await ada.made("/candidates", {"first_name": name, "tags": ["Fair"]}) for name in ("Kim", "Lee")]
    before = await ada.get(f"/api/v1/candidates/{kim['id']}")
    await ada.patch(f"/api/v1/tags/{tag['id']}", json={"name": "Expo"})
    etag = {"If-None-Match": before.headers["ETag"]}
    after = await ada.get(f"/api/v1/candidates/{kim['id']}", headers=etag)
    assert after.status_code == 200 and after.json() == kim | {"tags": ["Expo"]}
    listed = (await ada.read("/candidates", params={"tag_id": tag["id"]}))["items"]
    assert [each["tags"] for each in listed] == [["Expo"], ["Expo"]]
    path = f"/api/v1/candidates/{lee['id']}"
    assert (await ada.patch(path, json={"tags": ["Fair"]})).status_code == 422
    kept = await ada.patch(path, json={"tags": ["Expo"]})
    assert kept.json()["version"] == lee["version"]


@pytest.mark.parametrize("change", [{"name": "Expo"}, None])
async def test_name_is_unknown_when_its_tag_is_renamed_or_archived_meanwhile(
    ada: Client, race: Race, change: dict[str, str] | None
) -> None:
    """Who adds or changes a candidate waits for who changes the tag, and is refused."""
    tag, kim = await ada.made("/tags", BODY), await ada.made("/candidates", {"first_name": "Kim"})
    path = f"/api/v1/tags/{tag['id']}"
    answers = await race(
        "SELECT FROM tags WHERE id = %(id)s FOR UPDATE", {"id": UUID(tag["id"])},
        ada.patch(path, json=change) if change else ada.post(f"{path}/archive"),
        ada.patch(f"/api/v1/candidates/{kim['id']}", json={"tags": ["Fair"]}),
        ada.post("/api/v1/candidates", json={"first_name": "Lee", "tags": ["Fair"]}),
    )  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 422, 422]
    assert (await ada.read("/candidates"))["items"] == [kim]
