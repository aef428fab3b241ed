"""Candidates through the REST API."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Race
from tests.api.journeys import custom_field
from tests.client import Client

PATH = "/api/v1/candidates"
ODD = "Zoë “Zoe” O’Brien–Łukasiewicz\u00a0李 🚀"


async def test_candidate_keeps_every_character_when_added_and_read(ada: Client) -> None:
    """Odd characters come out as they went in; the e-mail address is lower-cased."""
    body: dict[str, Any] = {
        "first_name": ODD, "last_name": None, "emails": [{"value": "Zoe@Example.COM", "kind": "work"}],
        "phones": [{"value": "+49 (0)30 123-456"}], "links": [{"value": "https://example.com/zoë?a=b#c"}],
        "tags": ["C++", "a,b"], "location": "Trois-Rivières, QC",
    }  # fmt: skip
    await custom_field(ada, "shirt")
    languages = await custom_field(ada, "languages", "multi_select", labels=("Łódź", "🚀"))
    body["custom_fields"] = {"shirt": "🚀", "languages": [each["id"] for each in languages["options"]]}
    for name in ("C++", "a,b"):
        await ada.made("/tags", {"name": name})
    made = await ada.made("/candidates", body)
    assert made["name"] == ODD and made["emails"] == [{"value": "zoe@example.com", "kind": "work"}]
    assert made["tags"] == ["C++", "a,b"] and made["custom_fields"] == body["custom_fields"]
    assert await ada.read(f"/candidates/{made['id']}") == made
    found = await ada.read("/candidates", params={"email": "ZOE@example.com"})
    assert [item["id"] for item in found["items"]] == [made["id"]]


async def test_candidate_is_found_by_new_addresses_only_when_they_were_replaced(ada: Client) -> None:
    """A patch replaces the list, and the look-up follows."""
    made = await ada.made("/candidates", {"first_name": "Max", "emails": [{"value": "old@example.com"}]})
    changed = await ada.patch(
        f"{PATH}/{made['id']}", json={"emails": [{"value": "new@example.com"}], "last_name": "Power"}
    )
    assert changed.json()["name"] == "Max Power"
    assert (await ada.read("/candidates", params={"email": "old@example.com"}))["items"] == []
    assert len((await ada.read("/candidates", params={"email": "new@example.com"}))["items"]) == 1


async def test_candidate_is_found_by_the_last_address_alone_when_two_were_set_at_once(ada: Client, race: Race) -> None:
    """The change that waits takes away what the one before has written."""
    made = await ada.made("/candidates", {"first_name": "Max"})
    patches = [{"emails": [{"value": f"{name}@example.com"}]} for name in ("first", "last")]
    lock = "SELECT FROM candidates WHERE id = %(id)s FOR UPDATE"
    await race(lock, {"id": UUID(made["id"])}, *(ada.patch(f"{PATH}/{made['id']}", json=patch) for patch in patches))
    [kept] = (await ada.read(f"/candidates/{made['id']}"))["emails"]
    for name in ("first", "last"):
        found = await ada.read("/candidates", params={"email": f"{name}@example.com"})
        assert len(found["items"]) == (kept["value"] == f"{name}@example.com")


async def test_candidate_with_a_wrong_field_is_refused_when_added(ada: Client) -> None:
    """Each finding has its pointer."""
    wrong = [
        ({"first_name": "A", "emails": [{"value": "nobody"}]}, "/emails/0/value"),
        ({"first_name": "A", "emails": [{"value": "a@example.com"}, {"value": "A@example.com"}]}, "/emails/1/value"),
        ({"first_name": "A", "links": [{"value": "javascript:alert(1)"}]}, "/links/0/value"),
        ({"first_name": "A", "time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"first_name": "A", "source_id": "01a207b5-1694-7356-8f5f-7130d7df4112"}, "/source_id"),
    ]
    for body, pointer in wrong:
        answer = await ada.post(PATH, json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await ada.read("/candidates"))["items"] == []


async def test_external_id_is_taken_once_when_given_twice(ada: Client, eve: Client) -> None:
    """In one organization; another one has its own."""
    await ada.made("/candidates", {"first_name": "A", "external_id": "x"})
    assert (await ada.post(PATH, json={"first_name": "B", "external_id": "x"})).json()["code"] == "external_id_taken"
    await eve.made("/candidates", {"first_name": "A", "external_id": "x"})
    assert len((await ada.read("/candidates", params={"external_id": "x"}))["items"]) == 1


@pytest.mark.parametrize(
    ("kept", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}), ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}), ({"n": 1}, {}, {"n": 1}),
        ({"n": 1, "y": True}, {"n": 1.5, "a": None}, {"n": 1.5, "y": True}),
        ({"a": "b"}, {"a": "b", "n": 2}, {"a": "b", "n": 2}),
    ],
)  # fmt: skip
async def test_custom_fields_are_merged_when_patched(
    ada: Client, kept: dict[str, Any], patch: dict[str, Any], merged: dict[str, Any]
) -> None:
    """As by RFC 7396: null removes a key, and what the patch does not name stays."""
    for key, kind in (("a", "short_text"), ("b", "short_text"), ("n", "number"), ("y", "boolean")):
        await custom_field(ada, key, kind)
    made = await ada.made("/candidates", {"first_name": "A", "custom_fields": kept})
    changed = await ada.patch(f"{PATH}/{made['id']}", json={"custom_fields": patch})
    assert changed.status_code == 200 and changed.json()["custom_fields"] == merged
    renamed = await ada.patch(f"{PATH}/{made['id']}", json={"first_name": "B"})
    assert renamed.json()["custom_fields"] == merged


async def test_instants_of_changes_grow_when_the_changes_have_waited_for_each_other(ada: Client, race: Race) -> None:
    """A list by `updated_since` misses none of them: the instant is that of the write, not of the request."""
    made = await ada.made("/candidates", {"first_name": "A"})
    patches = [ada.patch(f"{PATH}/{made['id']}", json={"last_name": str(n)}) for n in range(4)]
    lock = "SELECT FROM candidates WHERE id = %(id)s FOR UPDATE"
    answers = [answer.json() for answer in await race(lock, {"id": UUID(made["id"])}, *patches)]
    by_version = sorted(answers, key=lambda answer: int(answer["version"]))
    assert [answer["version"] for answer in by_version] == [2, 3, 4, 5]
    instants = [datetime.fromisoformat(answer["updated_at"]) for answer in by_version]
    assert instants == sorted(set(instants))
