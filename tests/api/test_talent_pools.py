"""Talent pools: jobs that are never filled, which people are transferred out of."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import JOB, OVERRIDE, apply, join, open_job, published_post
from tests.client import Client, findings

EVENTS = """
SELECT e.type, count(*)::integer FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.data ->> 'candidate_id' = %(candidate_id)s
GROUP BY e.type ORDER BY e.type
"""


async def pool(client: Client, **changes: Any) -> dict[str, Any]:
    """A talent pool that takes applications."""
    return await open_job(client, kind="pool", **changes)


async def test_pool_has_no_openings_when_it_is_made(ada: Client) -> None:
    """Nothing has to be said of them; a job says nothing and has one. The kind is shown and cannot be changed."""
    made, job = await ada.made("/jobs", JOB | {"kind": "pool"}), await ada.made("/jobs", JOB)
    assert (made["kind"], job["kind"]) == ("pool", "job")
    assert [len((await ada.read(f"/jobs/{each['id']}/openings"))["items"]) for each in (made, job)] == [0, 1]
    assert (await ada.made("/jobs", JOB | {"kind": "pool", "openings_count": 0}))["kind"] == "pool"
    refused = await ada.patch(f"/api/v1/jobs/{job['id']}", json={"kind": "pool"})
    assert findings(refused) == [("/kind", "unknown_field")]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"kind": "pool", "openings_count": 1}, ("/openings_count", "unexpected")),
        ({"kind": "party"}, ("/kind", "enum")),
        ({"kind": None}, ("/kind", "type")),
    ],
)
async def test_pool_is_refused_when_it_cannot_be(ada: Client, body: dict[str, Any], found: tuple[str, str]) -> None:
    """With the field that is wrong, and nothing is made."""
    answer = await ada.post("/api/v1/jobs", json=JOB | body)
    assert findings(answer) == [found]
    assert (await ada.read("/jobs"))["items"] == []


async def test_pools_are_listed_apart_when_the_list_is_asked_for_a_kind(ada: Client, member: Any) -> None:
    """In pages, with each filter of jobs, and in the order of change, for who sees all jobs and who sees some.

    Joining a team changes a job.
    """
    department = (await ada.made("/departments", {"name": "Kitchen"}))["id"]
    open_pool, draft_pool = await pool(ada, external_id="pool"), await ada.made("/jobs", JOB | {"kind": "pool"})
    open_one, in_kitchen = await open_job(ada), await ada.made("/jobs", JOB | {"department_id": department})
    bob = await member("bob", {"jobs.read": "team"})
    for each in (open_pool, open_one):
        await join(ada, each, bob.user["id"], "coordinator")
    since = {"updated_since": "2020-01-01T00:00:00Z"}
    wanted: tuple[tuple[dict[str, str], list[dict[str, Any]]], ...] = (
        ({"kind": "pool"}, [draft_pool, open_pool]), ({"kind": "job"}, [in_kitchen, open_one]),
        ({"kind": "pool", "status": "open"}, [open_pool]), ({"kind": "pool", "department_id": department}, []),
        ({"kind": "job", "department_id": department}, [in_kitchen]), ({"kind": "job", "external_id": "pool"}, []),
        ({"kind": "pool", "external_id": "pool"}, [open_pool]), ({"kind": "pool"} | since, [draft_pool, open_pool]),
        ({"kind": "job", "status": "open"} | since, [open_one]),
    )  # fmt: skip
    for params, expected in wanted:
        for reader, seen in ((ada, expected), (bob, [each for each in expected if each in (open_pool, open_one)])):
            found = (await reader.read("/jobs", params=params))["items"]
            assert [each["id"] for each in found] == [each["id"] for each in seen], params
    first = await ada.read("/jobs", params={"kind": "pool", "limit": 1})
    last = await ada.read("/jobs", params={"kind": "pool", "limit": 1, "cursor": first["next_cursor"]})
    assert [each["id"] for each in first["items"] + last["items"]] == [draft_pool["id"], open_pool["id"]]
    assert last["next_cursor"] is None


@pytest.mark.parametrize(
    ("params", "found"),
    [({"kind": "party"}, ("?kind", "enum")), ({"kind": "pool", "ids": str(UUID(int=1))}, ("?kind", "not_combinable"))],
)
async def test_kind_is_refused_when_it_is_no_filter(ada: Client, params: Any, found: tuple[str, str]) -> None:
    """A word that is no kind, and any kind beside ids."""
    answer = await ada.get("/api/v1/jobs", params=params)
    assert answer.status_code == 422, answer.text
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [found]


async def test_pool_gets_no_openings_when_they_are_added(ada: Client) -> None:
    """In no status, and it stays as it is."""
    made = await pool(ada)
    path = f"/jobs/{made['id']}"
    refused = await ada.post(f"/api/v1{path}/openings", json={"count": 2})
    assert (refused.status_code, refused.json()["code"]) == (409, "job_is_pool")
    assert refused.json()["current"] == {"status": "open", "version": made["version"]}
    await ada.made(f"{path}/hold")
    assert (await ada.post(f"/api/v1{path}/openings", json={"count": 1})).json()["code"] == "job_is_pool"
    assert (await ada.read(f"{path}/openings"))["items"] == []


async def test_nobody_is_hired_on_a_pool(ada: Client) -> None:
    """The application stays as it is, and so does the pool; the version is told first, and that it has ended."""
    made = await pool(ada)
    application = await apply(ada, made)
    path = f"/api/v1/applications/{application['id']}"
    refused = await ada.post(f"{path}/hire", json=OVERRIDE)
    assert (refused.status_code, refused.json()["code"]) == (409, "job_is_pool")
    assert refused.json()["current"] == {"status": "open", "version": made["version"]}
    assert (await ada.post(f"{path}/hire", json=OVERRIDE, headers={"If-Match": '"9"'})).status_code == 412
    assert await ada.read(f"/applications/{application['id']}") == application
    await ada.made(f"/applications/{application['id']}/transfer", {"job_id": (await open_job(ada))["id"]})
    assert (await ada.post(f"{path}/hire", json=OVERRIDE)).json()["code"] == "application_not_active"


async def test_application_is_transferred_from_a_pool_into_a_job_and_hired_there(ada: Client) -> None:
    """And from a job into a pool: a pool is a job like any other, but for being filled."""
    made, job = await pool(ada), await open_job(ada)
    application = await apply(ada, made)
    ended = await ada.made(f"/applications/{application['id']}/transfer", {"job_id": job["id"]})
    hired = await ada.made(f"/applications/{ended['transferred_to']}/hire", OVERRIDE)
    assert (ended["status"], hired["status"], hired["job_id"]) == ("transferred", "hired", job["id"])
    other = await apply(ada, await open_job(ada))
    kept = await ada.made(f"/applications/{other['id']}/transfer", {"job_id": made["id"]})
    assert (await ada.read(f"/applications/{kept['transferred_to']}"))["job_id"] == made["id"]
    assert (await ada.read(f"/jobs/{made['id']}"))["status"] == "open"


async def test_pool_is_public_only_when_it_is_posted(ada: Client, anybody: Client) -> None:
    """Then people apply to it as to any job."""
    made = await pool(ada, title="Stay in touch")
    board = f"/api/v1/boards/{ada.organization['slug']}/posts"
    assert (await anybody.get(board)).json()["items"] == []
    post = await published_post(ada, made)
    assert (await anybody.post(f"{post}/applications", json={"first_name": "Kim", "email": "k@example.com"})).is_success
    assert len((await ada.read(f"/jobs/{made['id']}/applications"))["items"]) == 1


async def test_application_leaves_a_pool_once_when_twenty_transfer_it_at_once(ada: Client, rows: Rows) -> None:
    """To twenty jobs: one has it, and the others hear that it is not active any more."""
    made = await pool(ada)
    application = await apply(ada, made)
    jobs = [await open_job(ada) for _ in range(20)]
    path = f"/api/v1/applications/{application['id']}/transfer"
    answers = await asyncio.gather(*(ada.post(path, json={"job_id": job["id"]}) for job in jobs))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"application_not_active"}
    found = (await ada.read("/applications", params={"candidate_id": application["candidate_id"]}))["items"]
    assert sorted(each["status"] for each in found) == ["active", "transferred"]
    told = await rows(EVENTS, organization_id=UUID(ada.organization["id"]), candidate_id=application["candidate_id"])
    assert told == [("application.submitted", 2), ("application.transferred", 1)]


async def test_nobody_is_hired_when_twenty_hire_from_pools_and_transfer_out_of_them(ada: Client) -> None:
    """A transfer and a hire of one application at once: whichever comes first, the hire is refused."""
    made, job = await pool(ada), await open_job(ada, openings_count=20)
    applications = [await apply(ada, made) for _ in range(10)]
    requests = []
    for each in applications:
        path = f"/api/v1/applications/{each['id']}"
        requests += [
            ada.post(f"{path}/hire", json=OVERRIDE),
            ada.post(f"{path}/transfer", json={"job_id": job["id"]}),
        ]
    answers = await asyncio.gather(*requests)
    assert {answer.status_code for answer in answers[1::2]} == {200}
    hires = {(answer.status_code, answer.json()["code"]) for answer in answers[::2]}
    assert hires <= {(409, "job_is_pool"), (409, "application_not_active")}
    assert (await ada.read(f"/jobs/{made['id']}"))["status"] == "open"
