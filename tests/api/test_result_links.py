"""Links to what vendors found about candidates: who sees them, who adds and deletes them, and what is left of them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, make_internal, open_job
from tests.api.merging import PATH, merged, person
from tests.client import Client, findings

RESULT = {"label": "Coding test", "url": "https://vendor.example/results/1?a=b#c", "score": "87 of 100"}
EVENTS = """
SELECT e.type, e.aggregate_version, e.data FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.aggregate_id = %(id)s ORDER BY e.id
"""


def links(candidate: dict[str, Any]) -> str:
    """Where the result links of a candidate are."""
    return f"/candidates/{candidate['id']}/result-links"


async def listed(client: Client, candidate: dict[str, Any]) -> list[dict[str, Any]]:
    """The result links of a candidate, as a client sees them."""
    found: list[dict[str, Any]] = (await client.read(links(candidate), params={"limit": 100}))["items"]
    return found


async def test_result_link_reads_as_it_was_added(ada: Client, rows: Rows) -> None:
    """With the key that added it, newest first, in pages; deleted, it is gone, and events tell of both by ids."""
    candidate = await person(ada)
    service = await ada.made("/users", {"type": "service", "first_name": "Vendor"})
    permissions = {"candidates.read": "all", "candidates.write": "all"}
    key = await ada.made("/api-keys", {"user_id": service["id"], "name": "Vendor", "permissions": permissions})
    async with Client(ada.address, key["secret"]) as vendor:
        first = await vendor.made(links(candidate), RESULT)
    second = await ada.made(links(candidate), RESULT | {"score": None})
    by = {"type": "api_key", "id": key["id"], "user_id": service["id"], "on_behalf_of": None}
    assert first == RESULT | {
        "id": first["id"], "candidate_id": candidate["id"], "added_by": by, "created_at": first["created_at"],
    }  # fmt: skip
    page = await ada.read(links(candidate), params={"limit": 1})
    rest = await ada.read(links(candidate), params={"limit": 1, "cursor": page["next_cursor"]})
    assert page["items"] + rest["items"] == [second, first] and rest["next_cursor"] is None
    path = f"/api/v1{links(candidate)}/{first['id']}"
    assert [(await ada.delete(path)).status_code for _ in range(2)] == [204, 404]
    assert await listed(ada, candidate) == [second]
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(first["id"]))
    data = {"candidate_id": candidate["id"]}
    assert told == [("result_link.created", 1, data), ("result_link.deleted", 1, data)]


async def test_candidate_moves_when_a_result_link_does(ada: Client) -> None:
    """Its `updated_at`, not its version."""
    candidate = await person(ada)
    seen = [candidate]
    link = await ada.made(links(candidate), RESULT)
    seen.append(await ada.read(f"/candidates/{candidate['id']}"))
    await ada.delete(f"/api/v1{links(candidate)}/{link['id']}")
    seen.append(await ada.read(f"/candidates/{candidate['id']}"))
    moments = [each["updated_at"] for each in seen]
    assert moments == sorted(set(moments)) and {each["version"] for each in seen} == {1}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (RESULT | {"url": "http://vendor.example/1"}, ("/url", "format")),
        (RESULT | {"url": "javascript:alert(1)"}, ("/url", "format")),
        (RESULT | {"url": "https://"}, ("/url", "format")),
        (RESULT | {"url": f"https://a.de/{'a' * 2000}"}, ("/url", "too_long")),
        (RESULT | {"url": None}, ("/url", "type")),
        ({"label": "A"}, ("/url", "required")),
        ({"url": "https://a.de"}, ("/label", "required")),
        (RESULT | {"label": " "}, ("/label", "too_short")),
        (RESULT | {"score": 87}, ("/score", "type")),
        (RESULT | {"score": "a" * 201}, ("/score", "too_long")),
        (RESULT | {"added_by": None}, ("/added_by", "unknown_field")),
    ],
)
async def test_result_link_is_refused_when_it_is_of_another_shape(
    ada: Client, body: dict[str, Any], found: tuple[str, str]
) -> None:
    """With the field that is wrong, and nothing is written."""
    candidate = await person(ada)
    answer = await ada.post(f"/api/v1{links(candidate)}", json=body)
    assert findings(answer) == [found]
    assert await listed(ada, candidate) == []


async def test_result_link_is_seen_with_its_candidate(ada: Client, member: Any) -> None:
    """By everybody who sees the candidate, whoever added it; nobody else lists, adds or deletes one."""
    job, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    candidate = {"id": (await apply(ada, job))["candidate_id"]}
    hidden = {"id": (await apply(ada, secret))["candidate_id"]}
    found = {each["id"]: await ada.made(links(each), RESULT) for each in (candidate, hidden)}
    reading = ("candidates.read", "candidates.write")
    tia, ivo = [await member(name, dict.fromkeys(reading, "team")) for name in ("tia", "ivo")]
    carl = await member("carl", dict.fromkeys(reading, "all"))
    reader = await member("reader", {"candidates.read": "all"})
    await join(ada, job, tia.user["id"], "coordinator")
    for client, sees in ((tia, (True, False)), (ivo, (False, False)), (carl, (True, False))):
        for each, is_seen in zip((candidate, hidden), sees, strict=True):
            path = f"/api/v1{links(each)}"
            answers = [await client.get(path), await client.post(path, json=RESULT)]
            assert [answer.status_code for answer in answers] == ([200, 201] if is_seen else [404, 404])
            if not is_seen:
                assert (await client.delete(f"{path}/{found[each['id']]['id']}")).status_code == 404
    assert (await reader.get(f"/api/v1{links(candidate)}")).status_code == 200
    assert (await reader.post(f"/api/v1{links(candidate)}", json=RESULT)).status_code == 403
    assert (await carl.delete(f"/api/v1{links(candidate)}/{found[candidate['id']]['id']}")).status_code == 204
    await make_internal(ada, candidate["id"], carl.user)
    assert (await carl.get(f"/api/v1{links(candidate)}")).status_code == 404
    assert (await carl.post(f"/api/v1{links(candidate)}", json=RESULT)).status_code == 404


async def test_result_link_is_deleted_at_its_own_candidate_alone(ada: Client) -> None:
    """Another candidate in the path finds nothing."""
    one, two = await person(ada), await person(ada)
    link = await ada.made(links(one), RESULT)
    assert (await ada.delete(f"/api/v1{links(two)}/{link['id']}")).status_code == 404
    assert (await ada.delete(f"/api/v1{links(one)}/{uuid4()}")).status_code == 404
    assert await listed(ada, one) == [link]


async def test_result_link_is_added_once_when_its_request_is_repeated(ada: Client) -> None:
    """Twenty at once, with one key."""
    candidate, key = await person(ada), {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(
        *(ada.post(f"/api/v1{links(candidate)}", json=RESULT, headers=key) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    [link] = await listed(ada, candidate)
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {link["id"]}


async def test_one_deletion_is_made_when_twenty_delete_a_result_link_at_once(ada: Client, rows: Rows) -> None:
    """The others find nothing, and one event tells of it."""
    candidate = await person(ada)
    link = await ada.made(links(candidate), RESULT)
    path = f"/api/v1{links(candidate)}/{link['id']}"
    statuses = [answer.status_code for answer in await asyncio.gather(*(ada.delete(path) for _ in range(20)))]
    assert sorted(statuses) == [204] + [404] * 19
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(link["id"]))
    assert [kind for kind, _, _ in told] == ["result_link.created", "result_link.deleted"]


async def test_no_result_link_is_lost_when_twenty_are_added_during_a_merge(ada: Client) -> None:
    """Five runs: each was added before, and moved to the survivor, or was refused with the id of the survivor."""
    for _ in range(5):
        one, two = await person(ada), await person(ada)
        adding = [ada.post(f"/api/v1{links(two)}", json=RESULT) for _ in range(20)]
        merging = ada.post(f"{PATH}/{one['id']}/merge", json={"candidate_id": two["id"]})
        answers = await asyncio.gather(*adding[:10], merging, *adding[10:])
        merge = answers.pop(10)
        assert merge.status_code == 200, merge.text
        added = {answer.json()["id"] for answer in answers if answer.status_code == 201}
        late = [answer.json() for answer in answers if answer.status_code != 201]
        assert {(each["code"], each["merged_into"]) for each in late} <= {("candidate_merged", one["id"])}
        assert {each["id"] for each in await listed(ada, one)} == added
        assert merge.json()["moved"]["result_links_count"] == len(added)


async def test_result_links_move_when_their_candidate_is_merged(ada: Client) -> None:
    """To the survivor, who has them beside their own; there one is deleted."""
    one, two = await person(ada), await person(ada)
    own, other = await ada.made(links(one), RESULT), await ada.made(links(two), RESULT)
    assert (await merged(ada, one, two))["moved"]["result_links_count"] == 1
    assert await listed(ada, one) == [other | {"candidate_id": one["id"]}, own]
    assert (await ada.delete(f"/api/v1{links(one)}/{other['id']}")).status_code == 204
