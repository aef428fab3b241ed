"""What belongs to one organization looks absent to every other: every operation, id, filter and token is tried."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.probe import BODIES, HARMLESS_FILTERS, PROPOSED, Endpoint, endpoints, filled, id_places, placeholders
from tests.api.worlds import made_up, seen, world_of
from tests.client import Client

PUBLIC_NAMES = {"board", "code", "name"}
"""Parameters of paths that everybody knows."""
NOTHING_NAMED = {
    *(f"POST /jobs/{{job_id}}/posts /questions/*{place}/id" for place in ("", "/options/*")),
    *(f"POST /bulk-operations /arguments/{name}_id" for name in ("to_stage", "from_stage", "reason", "tag")),
    *(f"POST /bulk-operations /arguments/{name}_id" for name in ("assignee", "changes/assignee", "changes/referrer")),
    "POST /bulk-operations /arguments/template_id",
    "POST /bulk-operations /arguments/message/template_id",
    "POST /jobs/{job_id}/close /active_applications/reject/message/template_id",
    "POST /email-templates/{email_template_id}/preview /candidate_id",
    *(
        f"{each} /sender_identity_id"
        for each in ("POST /email-templates", "PATCH /email-templates/{email_template_id}")
    ),
    *(f"{each} /sender_identity_id" for each in ("POST /job-boards", "PATCH /job-boards/{job_board_id}")),
    *(f"POST /bulk-operations /filter/{name}_id" for name in ("candidate", "job", "stage", "post", "source")),
    "POST /bulk-operations /filter/assignee_id",
}
"""Ids of nothing that is there: the questions of a new post have none yet, and no sender is verified. What a bulk
operation takes is judged for each item by its command, and a filter of nothing chooses nothing."""
SCOPED = [each for each in endpoints() if set(each.parameters) - PUBLIC_NAMES]
CONDITIONS = {"POST /applications/{application_id}/move /from_stage_id"}
"""What is expected of the application; it is not so, whatever the id names: 409."""
ORDER = ("GET", "PUT", "PATCH", "POST", "DELETE")
World = dict[str, str]


def query_names(endpoint: Endpoint) -> tuple[str, ...]:
    """The parameters behind an operation's question mark."""
    return endpoint.operation.query.__struct_fields__ if endpoint.operation.query else ()


LISTS = [each for each in endpoints() if "cursor" in query_names(each) and not each.operation.is_public]


@pytest.fixture
async def hers(ada: Client, anybody: Client) -> World:
    """Everything that Ada's organization has."""
    return await world_of(ada, anybody)


@pytest.fixture
async def own(eve: Client, anybody: Client) -> World:
    """Everything that Eve's organization has."""
    return await world_of(eve, anybody)


async def ask(client: Client, endpoint: Endpoint, path: World, body: World) -> httpx.Response:
    """Calls an operation with ids in its path and in its body."""
    known = body | made_up()
    return await client.request(endpoint.method, filled(endpoint.path, path), **endpoint.options(known))


def told(answer: httpx.Response) -> tuple[Any, ...]:
    """All that an answer tells, but for what differs between any two."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "request-id")}
    body = answer.text.replace(answer.headers["Request-Id"], "")
    return answer.status_code, headers, body


def test_probe_knows_every_id_when_an_operation_takes_one() -> None:
    """A reference in a body that the table does not fill, or a body that no operation takes, fails here."""
    for endpoint in endpoints():
        if endpoint.operation.body is not None:
            missing = set(id_places(endpoint.operation.body)) - {place for place, _ in placeholders(endpoint.body())}
            missing = {place for place in missing if f"{endpoint.name} {place}" not in NOTHING_NAMED}
            assert not missing, f"BODIES[{endpoint.name!r}] lacks {missing}"
    assert not BODIES.keys() - {endpoint.name for endpoint in endpoints()}


async def test_everything_of_another_tenant_looks_absent_when_named_in_a_path(
    ada: Client, eve: Client, anybody: Client, hers: World, own: World
) -> None:
    """Every operation, every parameter: 404, the same bytes as for an id of nothing; and nothing has changed."""
    before = await seen(ada, hers)
    for endpoint in SCOPED:
        client = anybody if endpoint.operation.is_public else eve
        for name in set(endpoint.parameters) - PUBLIC_NAMES:
            for base in (own, hers | {"board": own["board"]}):
                hidden = await ask(client, endpoint, base | {name: hers[name]}, own)
                absent = await ask(client, endpoint, base | {name: str(uuid4())}, own)
                assert hidden.status_code == 404, (endpoint.name, name, hidden.text)
                assert told(hidden) == told(absent), (endpoint.name, name)
    last = await eve.post("/api/v1/departments", json={"name": "Last"})
    ada.headers["Consistency-Token"] = last.headers["Consistency-Token"]
    assert await seen(ada, hers) == before


async def test_everything_of_another_tenant_is_unknown_when_named_in_a_body(
    ada: Client, eve: Client, anybody: Client, hers: World, own: World
) -> None:
    """Every reference of every request, each by itself: the same refusal as for an id of nothing."""
    before, asked = await seen(ada, hers), 0
    for endpoint in endpoints():
        client = anybody if endpoint.operation.is_public else eve
        for place, name in placeholders(endpoint.body()):
            if name.startswith("new_"):
                continue
            stranger = str(uuid4())
            hidden = await ask(client, endpoint, own, own | {name: hers[name]})
            absent = await ask(client, endpoint, own, own | {name: stranger})
            asked += 1
            expected = (409,) if f"{endpoint.name} {place}" in CONDITIONS else (404, 422)
            assert hidden.status_code in expected, (endpoint.name, place, hidden.text)
            assert told(hidden)[0] == told(absent)[0], (endpoint.name, place)
            assert told(hidden)[2].replace(hers[name], "") == told(absent)[2].replace(stranger, ""), endpoint.name
    last = await eve.post("/api/v1/departments", json={"name": "Last"})
    ada.headers["Consistency-Token"] = last.headers["Consistency-Token"]
    assert await seen(ada, hers) == before
    assert asked > 40


async def test_nothing_of_another_tenant_is_listed_when_filtered_by_it(
    ada: Client, eve: Client, hers: World, own: World
) -> None:
    """Every filter of every list, with a value that finds something where it belongs."""
    theirs = set(hers.values()) - set(own.values())
    for endpoint in LISTS:
        there, here = filled(endpoint.path, hers), filled(endpoint.path, own)
        items = (await ada.get(there)).json()["items"]
        for name in set(query_names(endpoint)) - HARMLESS_FILTERS:
            value = value_of(items, name) or hers.get(name)
            assert value, f"{endpoint.name}: nothing in the probe's world to filter by {name}"
            assert (await ada.get(there, params={name: value})).json()["items"], (endpoint.name, name)
            answer = await eve.get(here, params={name: value})
            assert (answer.status_code, answer.json().get("items")) == (200, []), (endpoint.name, name, answer.text)
        for more in ({}, {"updated_since": "2020-01-01T00:00:00Z"}):
            if more.keys() <= set(query_names(endpoint)):
                text = (await eve.get(here, params={"limit": "100"} | more)).text
                assert not [each for each in theirs if each in text], endpoint.name


def value_of(items: list[dict[str, Any]], name: str) -> str | None:
    """What an item of a list has for a filter."""
    for item in items:
        if name == "ids":
            return str(item["id"])
        if name == "email" and item.get("emails"):
            return str(item["emails"][0]["value"])
        if name == "stage_id":
            return str(item["stage"]["id"])
        if item.get(name):
            return str(item[name])
    return None


async def test_cursor_of_another_tenant_is_refused_when_used(ada: Client, eve: Client, hers: World, own: World) -> None:
    """Every list, in both orders."""
    for endpoint in LISTS:
        orders: list[dict[str, str]] = [{}]
        if "updated_since" in query_names(endpoint):
            orders.append({"updated_since": "2020-01-01T00:00:00Z"})
        for order in orders:
            page = (await ada.get(filled(endpoint.path, hers), params={"limit": "1"} | order)).json()
            assert page["next_cursor"], f"{endpoint.name}: the probe's world needs two of these"
            more = order | {"cursor": page["next_cursor"]}
            assert (await ada.get(filled(endpoint.path, hers), params=more)).status_code == 200, endpoint.name
            answer = await eve.get(filled(endpoint.path, own), params=more)
            assert (answer.status_code, answer.json().get("code")) == (422, "invalid"), (endpoint.name, answer.text)


async def test_idempotency_key_of_another_tenant_means_nothing_when_used(ada: Client, eve: Client) -> None:
    """The same key, path and body run anew."""
    keyed: dict[str, Any] = {"headers": {"Idempotency-Key": "one"}, "json": {"name": "Once"}}
    answers = [await client.post("/api/v1/departments", **keyed) for client in (ada, eve)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert "Idempotent-Replayed" not in answers[1].headers
    assert answers[0].json()["id"] != answers[1].json()["id"]
    assert len((await eve.read("/departments"))["items"]) == 1


async def test_consistency_token_of_another_tenant_shows_nothing_when_sent(ada: Client, eve: Client) -> None:
    """Her own lists, as without it."""
    made = await ada.post("/api/v1/departments", json={"name": "Secret"})
    token = {"Consistency-Token": made.headers["Consistency-Token"]}
    assert (await eve.get("/api/v1/departments", headers=token)).json()["items"] == []
    assert (await eve.get(made.headers["Location"], headers=token)).status_code == 404


async def test_requests_of_the_probe_are_taken_when_they_name_ones_own(
    eve: Client, anybody: Client, own: World
) -> None:
    """Else the refusals above would prove nothing: reads first, removals last; only a state may stand in the way."""
    for endpoint in sorted(SCOPED, key=lambda each: (not each.operation.is_public, ORDER.index(each.method))):
        client = anybody if endpoint.operation.is_public else eve
        answer = await ask(client, endpoint, own, own)
        state = 404 if endpoint.name in PROPOSED else 409
        assert answer.is_success or answer.status_code == state, (endpoint.name, answer.text)
