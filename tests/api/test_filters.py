"""Filters of lists, alone and in pairs: each finds exactly the items that show its value, in the list's order."""

import itertools
from typing import Any

from tests.api.probe import endpoints, filled
from tests.api.worlds import world_of
from tests.client import Client

FILTERS = ("status", "kind", "external_id", "email", "job_id", "candidate_id", "stage_id", "department_id")
LONG_AGO = "2020-01-01T00:00:00Z"
TEAM_READING = ("jobs.read", "posts.read", "applications.read", "candidates.read", "attachments.read")


def shown(item: dict[str, Any], name: str) -> Any:
    """What an item shows for a filter."""
    if name == "stage_id":
        return item["stage"]["id"]
    if name == "email" and "emails" in item:
        return item["emails"][0]["value"] if item["emails"] else None
    return item[name]


async def checked(client: Client, path: str, names: tuple[str, ...]) -> int:
    """Filters a list in every way, and counts the ways that were not refused as not combinable."""
    everything = {"limit": "100"}
    items = (await client.read(path, params=everything))["items"]
    changed = (await client.read(path, params=everything | {"updated_since": LONG_AGO}))["items"]
    assert sorted(item["id"] for item in items) == sorted(item["id"] for item in changed), path
    assert changed == sorted(changed, key=lambda item: (item["updated_at"], item["id"]))
    count = 0
    for since, chosen in itertools.product(({}, {"updated_since": LONG_AGO}), [*pairs(names)]):
        for values in {tuple(shown(item, name) for name in chosen) for item in items}:
            if None in values:
                continue
            given = dict(zip(chosen, values, strict=True))
            answer = await client.get(f"/api/v1{path}", params=everything | since | given)
            if answer.status_code == 422:
                assert answer.json()["errors"][0]["code"] == "not_combinable" and len(since | given) > 1
                continue
            expected = [
                item["id"]
                for item in (changed if since else items)
                if all(shown(item, name) == value for name, value in given.items())
            ]
            assert [item["id"] for item in answer.json()["items"]] == expected, (path, since, given)
            count += 1
    return count


def pairs(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Each filter, and each two."""
    return [(name,) for name in names] + list(itertools.combinations(names, 2))


async def test_filters_find_what_shows_their_value_when_given(ada: Client, anybody: Client, member: Any) -> None:
    """Every list with filters, for who sees all jobs and for who sees one of the two."""
    ids = await world_of(ada, anybody)
    bob = await member("bob", dict.fromkeys(TEAM_READING, "team"))
    for code in ("structure.read", "users.read"):
        await ada.made(f"/users/{bob.user['id']}/permissions", {"permission": code, "scope": "all"})
    body = {"members": [{"user_id": bob.user["id"], "role": "coordinator"}]}
    assert (await ada.put(f"/api/v1/jobs/{ids['job_id']}/hiring-team", json=body)).is_success
    counts: dict[str, int] = {}
    for endpoint in endpoints():
        known = endpoint.operation.query.__struct_fields__ if endpoint.operation.query else ()
        names = tuple(name for name in FILTERS if name in known)
        if "updated_since" in known:
            for who in (ada, bob):
                counts[endpoint.path] = await checked(who, filled(endpoint.path.removeprefix("/api/v1"), ids), names)
    assert min(counts.values()) > 0 and counts["/api/v1/applications"] > 15, counts
