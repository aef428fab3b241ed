"""Filters of lists, alone and in pairs: each finds exactly the items that show its value, in the list's order."""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

import msgspec

from hiring.domain.misfits import members
from hiring.http.shapes import Page
from hiring.queries.applications import BY_APPLIED_AT
from tests.api.journeys import JOB, join
from tests.api.probe import endpoints, filled
from tests.api.worlds import world_of
from tests.client import Client

FILTERS = (
    "status", "kind", "external_id", "email", "job_id", "candidate_id", "application_id", "stage_id", "department_id",
    "source_id", "post_id", "purpose",
)  # fmt: skip
LONG_AGO = "2020-01-01T00:00:00Z"
TEAM_READING = (
    "jobs.read", "posts.read", "applications.read", "candidates.read", "attachments.read", "messages.read",
    "notes.read",
)  # fmt: skip


def shown(item: dict[str, Any], name: str) -> Any:
    """What an item shows for a filter."""
    if name == "stage_id":
        return item["stage"]["id"]
    if name == "email" and "emails" in item:
        return item["emails"][0]["value"] if item["emails"] else None
    return item[name]


async def checked(client: Client, path: str, names: tuple[str, ...]) -> int:
    """Reads a list by ids, filters it in every way, and counts the ways that were not refused as not combinable."""
    everything = {"limit": "100"}
    items = (await client.read(path, params=everything))["items"]
    ways: list[dict[str, str]] = [{}]
    changed: list[dict[str, Any]] = []
    if path not in NOT_FOLLOWED:
        ways.append({"updated_since": LONG_AGO})
        changed = (await client.read(path, params=everything | ways[1]))["items"]
        assert sorted(item["id"] for item in items) == sorted(item["id"] for item in changed), path
        assert changed == sorted(changed, key=lambda item: (item["updated_at"], item["id"]))
    some = items[::2]
    if some:
        named = {"ids": ",".join(item["id"] for item in some)}
        assert (await client.read(path, params=named))["items"] == some, path
    count = 1
    for since, chosen in itertools.product(ways, pairs(names)):
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


async def team_reader(ada: Client, member: Any, job_id: str) -> Client:
    """Who reads what is of one job, and what is of no job."""
    bob: Client = await member("bob", dict.fromkeys(TEAM_READING, "team"))
    for code in ("structure.read", "users.read", "keys.read"):
        await ada.made(f"/users/{bob.user['id']}/permissions", {"permission": code, "scope": "all"})
    await join(ada, {"id": job_id}, bob.user["id"], "coordinator")
    return bob


async def test_filters_find_what_shows_their_value_when_given(ada: Client, anybody: Client, member: Any) -> None:
    """Every list with filters, for who sees all jobs, a talent pool among them, and for who sees one job."""
    ids = await world_of(ada, anybody)
    await ada.made("/jobs", JOB | {"kind": "pool"})
    bob = await team_reader(ada, member, ids["job_id"])
    counts: dict[str, int] = {}
    for endpoint in endpoints():
        known = endpoint.operation.query.__struct_fields__ if endpoint.operation.query else ()
        names = tuple(name for name in FILTERS if name in known)
        if "ids" in known:
            path = filled(endpoint.path.removeprefix("/api/v1"), ids)
            for who in (ada, bob):
                counts[endpoint.path] = await checked(who, path, names)
            named = {"ids": ",".join(item["id"] for item in (await ada.read(path, params={"limit": "100"}))["items"])}
            assert await bob.read(path, params=named) == await bob.read(path, params={"limit": "100"}), path
    assert min(counts.values()) > 0 and counts["/api/v1/applications"] > 16, counts


async def followed(client: Client, path: str, params: dict[str, str]) -> list[str]:
    """The ids of a list that is read item by item, from cursor to cursor."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = params | {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = await client.read(path, params=asked)
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        assert len(page["items"]) == 1 or cursor is None, (path, params)
    return found


async def test_pages_of_one_hold_everything_once_when_followed(ada: Client, anybody: Client) -> None:
    """Every list, whole, in the order of change, and by each filter: a cursor holds with its filters, and no others."""
    ids = await world_of(ada, anybody)
    for _ in range(3):
        await ada.made("/candidates", {"first_name": "Kim", "emails": [{"value": "kim@example.com"}]})
    assert len(await followed(ada, "/candidates", {"email": "Kim@Example.com"})) == 3
    for template, filters in lists():
        path = filled(template, ids)
        if "permission" in path or template in NOT_LOOKED_UP:
            continue
        items = (await ada.read(path, params={"limit": "100"}))["items"]
        first = {name: {name: shown(items[0], name)} for name in FILTERS if name in filters and items}
        for params in ({}, {"updated_since": LONG_AGO}, *first.values()):
            if None not in params.values() and (template not in NOT_FOLLOWED or "updated_since" not in params):
                whole = (await ada.read(path, params=params | {"limit": "100"}))["items"]
                assert await followed(ada, path, params) == [item["id"] for item in whole], (path, params)


async def test_cursor_is_refused_when_it_is_made_up(ada: Client) -> None:
    """With every filter of every list, whatever the type of its value is."""
    for template, filters in lists():
        path = filled(template, defaultdict(lambda: str(UUID(int=1))))
        for name, value in ({"limit": "1"} | filters).items():
            answer = await ada.get(f"/api/v1{path}", params={name: value, "cursor": "x"})
            assert answer.status_code == 422, (path, name, answer.text)
            assert answer.json()["errors"][0]["code"] == "invalid_cursor", (path, name)


NEVER_TOGETHER = {
    *(("ids", name) for name in ("updated_since", "external_id", "email", "status", "kind", "department_id")),
    ("ids", "candidate_id"), ("ids", "application_id"), ("ids", "stage_id"), ("ids", "tag_id"), ("ids", "applies_to"),
    ("ids", "purpose"), ("ids", "assignee_id"),
    *(("ids", name) for name in BY_APPLIED_AT),
    ("updated_since", "external_id"), ("updated_since", "email"),
}  # fmt: skip
"""Filters that no list takes together."""
NOT_WITH_ASSIGNEE = ("updated_since", "external_id", "stage_id", *BY_APPLIED_AT)
REFUSED_BY = {
    "/candidates": {(name, "tag_id") for name in ("updated_since", "external_id", "email")},
    "/applications": {
        ("updated_since", "candidate_id"), ("updated_since", "stage_id"), ("assignee_id", "candidate_id"),
        *itertools.product(NOT_WITH_ASSIGNEE, ("assignee_id",)),
        *itertools.product(("updated_since", "external_id", "status", "stage_id"), BY_APPLIED_AT),
        *itertools.product(BY_APPLIED_AT, ("candidate_id",)),
    },
    "/jobs/{job_id}/applications": {
        ("updated_since", "stage_id"), *itertools.product(NOT_WITH_ASSIGNEE, ("assignee_id",)),
        *itertools.product(("updated_since", "external_id", "status", "stage_id"), BY_APPLIED_AT),
    },
}  # fmt: skip
"""Other pairs, and the one list that refuses them."""
NOT_LOOKED_UP = {
    "/bulk-operations/{bulk_operation_id}/items": "what was chosen never changes, and each item is done once",
    "/candidates/{candidate_id}/duplicates": "a few, looked at when somebody wonders",
    "/candidates/{candidate_id}/result-links": "a few, which never change; one that comes or goes moves the candidate",
    "/candidates/{candidate_id}/timeline": "append only",
    "/me/sessions": "one's own, and gone when they end",
    "/users/{user_id}/permissions": "grants have no ids that are shown, and no version: they are made and revoked",
    "/users/{user_id}/permission-groups": "as permissions",
    "/boards/{board}/posts": "what the public sees; integrations read /posts",
    "/applications/{application_id}/history": "append only",
}
"""Lists without `ids` and `updated_since`, and why."""
NOT_FOLLOWED = {
    "/bulk-operations": "every item that is done would change one; who waits for one reads it until it has ended",
    "/messages": "what one says never changes; its end has an event",
    "/stage-changes": "append only",
}
"""Lists with `ids` and without `updated_since`, and why."""


NO_FILTERS = ("limit", "cursor", "expand", "with_revoked", "custom")
"""Of `custom`: test_custom_values.py."""


def a_value(kind: Any, name: str) -> str:
    """Some value that a filter takes."""
    words = [word for each in members(kind) if get_origin(each) is Literal for word in get_args(each)]
    names = {
        "updated_since": LONG_AGO, "applied_since": LONG_AGO, "applied_before": LONG_AGO, "email": "kim@example.com",
        "language": "de", "country": "DE", "region": "DE-BE", "with_facets": "true",
    }  # fmt: skip
    return words[0] if words else names.get(name, str(UUID(int=1)))


def is_page(shape: Any) -> bool:
    """Whether an answer is a page of a list."""
    return isinstance(shape, type) and issubclass(shape, Page)


def lists() -> Iterator[tuple[str, dict[str, str]]]:
    """Every list with its filters and a value for each, in the order of their declaration."""
    for endpoint in endpoints():
        if endpoint.operation.query and is_page(endpoint.operation.returns):
            fields = msgspec.structs.fields(endpoint.operation.query)
            filters = {each.name: a_value(each.type, each.name) for each in fields}
            yield (
                endpoint.path.removeprefix("/api/v1"),
                {name: value for name, value in filters.items() if name not in NO_FILTERS},
            )


async def test_two_filters_go_together_unless_they_are_told_apart(ada: Client, member: Any) -> None:
    """Each pair of filters of each list, for who sees all jobs and who sees some: what is refused stands above."""
    job = await ada.made("/jobs", JOB)
    bob = await team_reader(ada, member, job["id"])
    [board] = (await ada.read("/job-boards"))["items"]
    ids = {
        "job_id": job["id"], "user_id": bob.user["id"], "board": board["slug"], "job_board_id": board["id"],
    }  # fmt: skip
    for (path, filters), who in itertools.product(lists(), (ada, bob)):
        for pair in itertools.combinations(filters, 2):
            answer = await who.get(f"/api/v1{filled(path, ids)}", params={name: filters[name] for name in pair})
            is_refused = pair in NEVER_TOGETHER | REFUSED_BY.get(path, set())
            assert answer.status_code == (422 if is_refused else 200), (path, pair, answer.text)
            if is_refused:
                assert answer.json()["errors"][0]["code"] == "not_combinable"


def test_every_list_is_read_by_ids_and_by_change_unless_it_says_why() -> None:
    """Section 4 of the contract; what has an `external_id` is looked up by it, too."""
    without = {name: {path for path, filters in lists() if name not in filters} for name in ("ids", "updated_since")}
    assert without["ids"] == NOT_LOOKED_UP.keys()
    assert without["updated_since"] == NOT_LOOKED_UP.keys() | NOT_FOLLOWED.keys()
    for endpoint in endpoints():
        if is_page(endpoint.operation.returns) and endpoint.operation.query:
            [shape] = get_args(endpoint.operation.returns.__annotations__["items"])
            if "external_id" in shape.__struct_fields__ and endpoint.name.removeprefix("GET ") not in NOT_LOOKED_UP:
                assert "external_id" in endpoint.operation.query.__struct_fields__, endpoint.name
