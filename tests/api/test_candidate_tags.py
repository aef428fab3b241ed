"""Which tags a candidate has: by their names in lists, by their ids one at a time."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Race, Rows
from tests.api.journeys import apply, join, make_internal, open_job
from tests.client import Client, findings

PATH = "/api/v1/candidates"
EVENTS = """
SELECT e.aggregate_version, e.data FROM events AS e
WHERE e.aggregate_id = %(id)s AND e.type = 'candidate.updated' ORDER BY e.aggregate_version
"""

APART = """
SELECT count(*) FROM (
    (SELECT c.id, n.id FROM candidates AS c, unnest(c.tag_ids) AS n (id)
     EXCEPT ALL SELECT k.candidate_id, k.tag_id FROM candidate_tags AS k)
    UNION ALL
    (SELECT k.candidate_id, k.tag_id FROM candidate_tags AS k
     EXCEPT ALL SELECT c.id, n.id FROM candidates AS c, unnest(c.tag_ids) AS n (id))
) AS x
"""
"""How often a candidate and the list of those who have a tag tell different things."""


async def tags(client: Client, *names: str) -> list[str]:
    """The ids of new tags."""
    return [(await client.made("/tags", {"name": name}))["id"] for name in names]


async def test_tags_are_those_that_were_named_when_a_candidate_is_added_and_changed(ada: Client, rows: Rows) -> None:
    """In alphabetical order, whatever the order of the request; a patch replaces all of them."""
    await tags(ada, "b", "a", "C")
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": ["b", "C"]})
    assert kim["tags"] == ["C", "b"] and await ada.read(f"/candidates/{kim['id']}") == kim
    for given, shown, version in (
        (["a", "b"], ["a", "b"], 2), (["b", "a"], ["a", "b"], 2), (["b"], ["b"], 3), (None, [], 4), ([], [], 4),
    ):  # fmt: skip
        answer = await ada.patch(f"{PATH}/{kim['id']}", json={"tags": given})
        assert (answer.json()["tags"], answer.json()["version"]) == (shown, version), answer.text
        assert await ada.read(f"/candidates/{kim['id']}") == answer.json()
    await ada.patch(f"{PATH}/{kim['id']}", json={"tags": ["a"]})
    renamed = await ada.patch(f"{PATH}/{kim['id']}", json={"first_name": "Kimberly"})
    assert renamed.json()["tags"] == ["a"] and await rows(APART) == [(0,)]


async def test_name_is_refused_when_it_is_none_of_an_active_tag(ada: Client, eve: Client) -> None:
    """Unknown, another tenant's or archived; all of them are told, with the source, and nothing is written."""
    await tags(ada, "known")
    [old], _ = await tags(ada, "old"), await tags(eve, "theirs")
    await ada.made(f"/tags/{old}/archive")
    kim = await ada.made("/candidates", {"first_name": "Kim"})
    body = {"source_id": str(uuid4()), "tags": ["known", "old", "theirs", "nobody's"]}
    expected = [(pointer, "unknown_reference") for pointer in ("/source_id", "/tags/1", "/tags/2", "/tags/3")]
    assert findings(await ada.post(PATH, json=body | {"first_name": "Lee"})) == expected
    stale = {"If-Match": '"99"'}
    assert findings(await ada.patch(f"{PATH}/{kim['id']}", json=body, headers=stale)) == expected
    assert (await ada.read("/candidates"))["items"] == [kim]


async def test_archived_tag_stays_when_a_candidate_has_it_already(ada: Client) -> None:
    """In a patch and when it is added again; once taken away it does not come back, by its name or its id."""
    [old] = await tags(ada, "old")
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": ["old"]})
    archived = await ada.made(f"/tags/{old}/archive")
    path = f"{PATH}/{kim['id']}"
    assert (await ada.patch(path, json={"tags": ["old"], "first_name": "Kimmy"})).json()["tags"] == ["old"]
    again = await ada.put(f"{path}/tags/{old}")
    assert again.status_code == 200 and again.json()["version"] == 2
    assert (await ada.delete(f"{path}/tags/{old}")).json()["tags"] == []
    assert findings(await ada.patch(path, json={"tags": ["old"]})) == [("/tags/0", "unknown_reference")]
    refused = await ada.put(f"{path}/tags/{old}")
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert refused.json()["current"] == {"status": "archived", "version": archived["version"]}


async def test_tag_is_written_once_when_it_is_added_and_taken_away_again_and_again(ada: Client, rows: Rows) -> None:
    """Each change raises the version, moves the candidate and records its event; a repeat does none of it."""
    first, second = await tags(ada, "first", "second")
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": ["first"]})
    path, versions, moments = f"{PATH}/{kim['id']}/tags", [], [kim["updated_at"]]
    for method, tag, shown, version in (
        ("PUT", second, ["first", "second"], 2), ("PUT", second, ["first", "second"], 2),
        ("DELETE", first, ["second"], 3), ("DELETE", first, ["second"], 3),
    ):  # fmt: skip
        answer = await ada.request(method, f"{path}/{tag}")
        assert (answer.status_code, answer.json()["tags"], answer.json()["version"]) == (200, shown, version)
        assert ("Consistency-Token" in answer.headers) == (version not in versions)
        assert await ada.read(f"/candidates/{kim['id']}") == answer.json()
        versions.append(version)
        moments.append(answer.json()["updated_at"])
    assert moments == sorted(moments) and len(set(moments)) == 3
    told = await rows(EVENTS, id=UUID(kim["id"]))
    assert told == [(2, {"fields": ["tags"]}), (3, {"fields": ["tags"]})]


async def test_tag_is_not_changed_when_the_version_is_stale_or_the_candidate_is_not_active(
    ada: Client, rows: Rows
) -> None:
    """412 and 409 with what is there, also where nothing would change."""
    first, second = await tags(ada, "first", "second")
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": ["first"]})
    path = f"{PATH}/{kim['id']}/tags"
    ways = [(method, tag) for method in ("PUT", "DELETE") for tag in (first, second)]
    for method, tag in ways:
        refused = await ada.request(method, f"{path}/{tag}", headers={"If-Match": '"99"'})
        assert (refused.status_code, refused.json()["current"]) == (412, {"version": 1})
    await rows("UPDATE candidates SET status = 'anonymized' WHERE id = %(id)s RETURNING id", id=UUID(kim["id"]))
    for method, tag in ways:
        refused = await ada.request(method, f"{path}/{tag}")
        assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
        assert refused.json()["current"] == {"status": "anonymized", "version": 1}
    assert (await ada.read(f"/candidates/{kim['id']}"))["tags"] == ["first"]


async def test_candidate_has_fifty_tags_when_there_are_more(ada: Client) -> None:
    """The next one is refused in a list and alone; one that is there may be added again."""
    names = [f"{number:02}" for number in range(51)]
    ids = await tags(ada, *names)
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": names[:50]})
    path = f"{PATH}/{kim['id']}"
    assert findings(await ada.patch(path, json={"tags": names})) == [("/tags", "too_long")]
    assert findings(await ada.put(f"{path}/tags/{ids[50]}")) == [("/tags", "too_long")]
    assert (await ada.put(f"{path}/tags/{ids[0]}")).json() == kim
    await ada.delete(f"{path}/tags/{ids[0]}")
    assert (await ada.put(f"{path}/tags/{ids[50]}")).json()["tags"] == names[1:]


async def test_tag_is_not_found_when_it_or_the_candidate_is_of_nobody_or_somebody_else(
    ada: Client, eve: Client, member: Any
) -> None:
    """Also where the candidate is hidden from the caller, because of their job or because they are a user."""
    [own], [foreign] = await tags(ada, "own"), await tags(eve, "foreign")
    job, other = await open_job(ada), await open_job(ada)
    mine, hidden, himself = [(await apply(ada, each))["candidate_id"] for each in (job, other, job)]
    theirs = (await eve.made("/candidates", {"first_name": "Kim"}))["id"]
    bob = await member("bob", {"candidates.write": "team", "candidates.read": "team"})
    await join(ada, job, bob.user["id"], "coordinator")
    await make_internal(ada, himself, bob.user)
    for method in ("PUT", "DELETE"):
        for client, candidate, tag in (
            (ada, mine, foreign), (ada, mine, str(uuid4())), (ada, theirs, own), (ada, str(uuid4()), own),
            (bob, hidden, own), (bob, himself, own),
        ):  # fmt: skip
            answer = await client.request(method, f"{PATH}/{candidate}/tags/{tag}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, candidate, tag)
        assert (await bob.request(method, f"{PATH}/{mine}/tags/{own}")).status_code == 200
    assert (await ada.read(f"/candidates/{hidden}"))["tags"] == []


async def test_candidates_are_listed_by_tag_when_the_caller_sees_them(ada: Client, eve: Client, member: Any) -> None:
    """Newest first, page by page; each caller sees their own, another tenant none, and no other filter goes with it."""
    [fair] = await tags(ada, "fair")
    job, other = await open_job(ada), await open_job(ada)
    people = [(await apply(ada, each, tags=["fair"]))["candidate_id"] for each in (job, other, job)]
    await apply(ada, job)
    bob = await member("bob", {"candidates.read": "team"})
    await join(ada, job, bob.user["id"], "coordinator")
    params = {"tag_id": fair}
    for client, expected in ((ada, people[::-1]), (bob, [people[2], people[0]]), (eve, [])):
        page = await client.read("/candidates", params=params | {"limit": "1"})
        listed = page["items"]
        while page["next_cursor"]:
            page = await client.read("/candidates", params=params | {"limit": "1", "cursor": page["next_cursor"]})
            listed += page["items"]
        assert [each["id"] for each in listed] == expected
    assert (await ada.read("/candidates", params={"tag_id": str(uuid4())}))["items"] == []
    for name, value in (
        ("ids", people[0]), ("external_id", "x"), ("email", "a@example.com"), ("updated_since", "2020-01-01T00:00:00Z"),
    ):  # fmt: skip
        answer = await ada.get(PATH, params=params | {name: value})
        assert answer.status_code == 422 and answer.json()["errors"][0]["code"] == "not_combinable"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_no_change_is_lost_when_twenty_change_the_tags_of_a_candidate_at_once(
    ada: Client, rows: Rows, method: str
) -> None:
    """Each adds or takes away another one; and each says so in an event with a version of its own."""
    names = [f"{number:02}" for number in range(20)]
    ids = await tags(ada, *names)
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": names if method == "DELETE" else []})
    path = f"{PATH}/{kim['id']}"
    answers = await asyncio.gather(*(ada.request(method, f"{path}/tags/{tag}") for tag in ids))
    assert {answer.json()["version"] for answer in answers} == set(range(2, 22))
    assert (await ada.read(f"/candidates/{kim['id']}"))["tags"] == (names if method == "PUT" else [])
    assert [version for version, _ in await rows(EVENTS, id=UUID(kim["id"]))] == list(range(2, 22))
    assert await rows(APART) == [(0,)]


async def test_the_fiftieth_tag_is_added_once_when_twenty_add_one_at_once(ada: Client) -> None:
    """The others are refused."""
    names = [f"{number:02}" for number in range(69)]
    ids = await tags(ada, *names)
    kim = await ada.made("/candidates", {"first_name": "Kim", "tags": names[:49]})
    answers = await asyncio.gather(*(ada.put(f"{PATH}/{kim['id']}/tags/{tag}") for tag in ids[49:]))
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 19
    assert len((await ada.read(f"/candidates/{kim['id']}"))["tags"]) == 50


@pytest.mark.parametrize("is_patched_first", [True, False])
async def test_tags_are_those_of_the_last_change_when_a_list_meets_a_single_one(
    ada: Client, race: Race, rows: Rows, is_patched_first: bool
) -> None:
    """A list that waits takes away what was added before it; a single tag that waits is added to the list."""
    await tags(ada, "list")
    [single] = await tags(ada, "single")
    kim = await ada.made("/candidates", {"first_name": "Kim"})
    path = f"{PATH}/{kim['id']}"
    requests = [ada.patch(path, json={"tags": ["list"]}), ada.put(f"{path}/tags/{single}")]
    lock = "SELECT FROM candidates WHERE id = %(id)s FOR UPDATE"
    answers = await race(lock, {"id": UUID(kim["id"])}, *(requests if is_patched_first else requests[::-1]))
    expected = ["list", "single"] if is_patched_first else ["list"]
    assert [answer.json()["version"] for answer in answers] == [2, 3] and answers[1].json()["tags"] == expected
    assert (await ada.read(f"/candidates/{kim['id']}"))["tags"] == expected
    assert await rows(APART) == [(0,)]


async def test_archived_tag_is_not_added_when_twenty_add_it_while_it_is_archived(ada: Client, rows: Rows) -> None:
    """A candidate has it exactly where the answer said so, and nobody gets it afterwards."""
    [fair] = await tags(ada, "fair")
    people = [(await ada.made("/candidates", {"first_name": "Kim"}))["id"] for _ in range(20)]
    requests = [ada.put(f"{PATH}/{each}/tags/{fair}") for each in people]
    requests.insert(10, ada.post(f"/api/v1/tags/{fair}/archive"))
    answers = await asyncio.gather(*requests)
    assert answers.pop(10).status_code == 200
    assert {answer.status_code for answer in answers} <= {200, 409}
    given = {each for each, answer in zip(people, answers, strict=True) if answer.status_code == 200}
    held = await rows("SELECT k.candidate_id FROM candidate_tags AS k WHERE k.tag_id = %(id)s", id=UUID(fair))
    assert {str(each) for (each,) in held} == given
    assert (await ada.put(f"{PATH}/{people[0]}/tags/{fair}")).status_code == (200 if people[0] in given else 409)


async def test_tag_waits_for_its_archiving_when_they_meet(ada: Client, race: Race) -> None:
    """And is refused."""
    [fair] = await tags(ada, "fair")
    kim = await ada.made("/candidates", {"first_name": "Kim"})
    answers = await race(
        "SELECT FROM tags WHERE id = %(id)s FOR UPDATE", {"id": UUID(fair)},
        ada.post(f"/api/v1/tags/{fair}/archive"), ada.put(f"{PATH}/{kim['id']}/tags/{fair}"),
    )  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 409]
