"""Interview kits through the REST API."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.api import words
from tests.client import Client, findings

Body = dict[str, Any]

EMPATHY = {"name": "Empathy", "description": "Listens before they answer."}
KIT: Body = {"name": "First call", "questions": ["What did you build last?", "With whom?"]}


async def test_interview_kit_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of an interview kit, which another tenant sees nothing of."""
    await words.check_life_cycle(ada, eve, "interview-kits", KIT, {"name": "Second call", "questions": []})


async def test_interview_kit_is_refused_when_its_name_is_taken(ada: Client) -> None:
    """By one that is active or archived."""
    await words.check_name_is_unique(ada, "interview-kits", KIT)


async def test_attribute_keeps_its_id_when_a_patch_names_it(ada: Client) -> None:
    """Under another name and at another place; what has no id gets one, and what is left out is gone."""
    kit = await ada.made("/interview-kits", KIT | {"attributes": [EMPATHY, {"name": "Rust"}]})
    empathy, rust = kit["attributes"]
    assert EMPATHY.items() <= empathy.items() and rust["description"] is None and empathy["id"] != rust["id"]
    path = f"/api/v1/interview-kits/{kit['id']}"
    moved = (await ada.patch(path, json={"attributes": [{"name": "C"}, rust | {"name": "Rust, async"}]})).json()
    new, kept = moved["attributes"]
    assert kept == rust | {"name": "Rust, async"} and new["id"] not in (empathy["id"], rust["id"])
    assert moved["questions"] == KIT["questions"] and moved["version"] == 2
    assert (await ada.patch(path, json={"attributes": moved["attributes"]})).json() == moved
    emptied = (await ada.patch(path, json={"attributes": None, "questions": None})).json()
    assert (emptied["attributes"], emptied["questions"]) == ([], [])


async def test_attribute_is_refused_when_it_is_not_one_of_the_kit(ada: Client) -> None:
    """An id of another kit, of one that is gone or of nothing, whatever the version; and nothing changes."""
    kit = await ada.made("/interview-kits", KIT | {"attributes": [EMPATHY]})
    other = await ada.made("/interview-kits", {"name": "Other", "attributes": [EMPATHY]})
    [own], path = kit["attributes"], f"/interview-kits/{kit['id']}"
    for stranger in (other["attributes"][0]["id"], str(UUID(int=7))):
        body = {"attributes": [own, {"name": "Stranger", "id": stranger}]}
        answer = await ada.patch(f"/api/v1{path}", json=body, headers={"If-Match": '"9"'})
        assert findings(answer) == [("/attributes/1/id", "unknown_reference")]
    assert await ada.read(path) == kit


@pytest.mark.parametrize(
    ("attributes", "pointer"),
    [
        ([EMPATHY, {"name": "empathy"}], "/attributes/1/name"),
        ([EMPATHY | {"id": str(UUID(int=7))}, {"name": "Rust", "id": str(UUID(int=7))}], "/attributes/1/id"),
    ],
)
async def test_attribute_is_refused_when_it_is_there_twice(ada: Client, attributes: list[Body], pointer: str) -> None:
    """By its name in any case, or by its id."""
    kit = await ada.made("/interview-kits", KIT)
    answer = await ada.patch(f"/api/v1/interview-kits/{kit['id']}", json={"attributes": attributes})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert answer.json()["errors"][0]["code"] == "repeated"


async def test_no_attribute_is_lost_when_twenty_change_a_kit_at_once(ada: Client) -> None:
    """Each adds one to what it has read, with its version: those who were late read again."""
    kit = await ada.made("/interview-kits", KIT)
    path = f"/interview-kits/{kit['id']}"

    async def add(number: int) -> None:
        while True:
            now = await ada.read(path)
            body = {"attributes": [*now["attributes"], {"name": f"No. {number}"}]}
            answer = await ada.patch(f"/api/v1{path}", json=body, headers={"If-Match": f'"{now["version"]}"'})
            if answer.status_code == 200:
                return
            assert answer.status_code == 412

    await asyncio.gather(*map(add, range(20)))
    found = await ada.read(path)
    assert {each["name"] for each in found["attributes"]} == {f"No. {number}" for number in range(20)}
    assert len({each["id"] for each in found["attributes"]}) == 20 and found["version"] == 21
