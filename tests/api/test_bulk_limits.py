"""How many bulk operations of an organization may wait or run: a further one is refused, however many ask at once."""

import asyncio
from typing import Any
from uuid import UUID

import httpx

from hiring.domain.bulk_operations import MAXIMUM_UNENDED
from tests.api.conftest import Rows
from tests.api.journeys import OVERRIDE, apply, open_job, reason
from tests.api.test_bulk_operations import applied, requested
from tests.client import Client

PATH = "/api/v1/bulk-operations"
WAITING = """
INSERT INTO bulk_operations (organization_id, id, action, arguments, is_dry_run, requested_by, due_event_id,
                             total_count)
SELECT b.organization_id, uuid_v7(), b.action, b.arguments, true, b.requested_by, b.due_event_id, 0
FROM bulk_operations AS b, generate_series(1, %(count)s) WHERE b.id = %(id)s RETURNING id
"""
UNENDED = "SELECT count(*) FROM bulk_operations WHERE organization_id = %(organization_id)s AND ended_at IS NULL"


async def tagging(client: Client, job: dict[str, Any]) -> dict[str, Any]:
    """The body of a request."""
    tag = (await client.read("/tags"))["items"] or [await client.made("/tags", {"name": "Bulk"})]
    return {"action": "tag", "arguments": {"tag_id": tag[0]["id"]}, "filter": {"job_id": job["id"]}}


async def closing(client: Client) -> dict[str, Any]:
    """The body of a closing that rejects."""
    rejection = {"reject": {"reason_id": await reason(client, "rejection")}}
    return {"reason_id": await reason(client, "job_close"), "active_applications": rejection}


async def filled(client: Client, rows: Rows, job: dict[str, Any], free_count: int) -> dict[str, Any]:
    """One of many operations that wait: so many more may be requested."""
    body = await tagging(client, job)
    operation = await requested(client, body["action"], body["arguments"], filter=body["filter"])
    await rows(WAITING, id=UUID(operation["id"]), count=MAXIMUM_UNENDED - free_count - 1)
    return operation


def is_refused(answer: httpx.Response) -> bool:
    """Whether there was no room, which the answer tells."""
    problem = answer.json()
    told = (answer.status_code, problem.get("code"), problem.get("current"))
    return told == (409, "too_many_bulk_operations", {"unended_count": MAXIMUM_UNENDED})


async def test_room_is_given_once_when_twenty_ask_at_once(ada: Client, rows: Rows) -> None:
    """Ten requests and ten closings for seven places: seven get one, and no job of the others is closed."""
    jobs = [await open_job(ada) for _ in range(11)]
    for job in jobs:
        await apply(ada, job)
    await filled(ada, rows, jobs[10], 7)
    request, end = await tagging(ada, jobs[10]), await closing(ada)
    asked = [ada.post(PATH, json=request) for _ in range(10)]
    asked += [ada.post(f"/api/v1/jobs/{job['id']}/close", json=end) for job in jobs[:10]]
    answers = await asyncio.gather(*asked)
    assert sorted(map(is_refused, answers)) == [False] * 7 + [True] * 13
    assert {answer.status_code for answer in answers if not is_refused(answer)} <= {200, 202}
    assert await rows(UNENDED, organization_id=UUID(ada.organization["id"])) == [(MAXIMUM_UNENDED,)]
    for job, answer in zip(jobs, answers[10:], strict=False):
        status = (await ada.read(f"/jobs/{job['id']}"))["status"]
        assert status == ("open" if is_refused(answer) else "closed")


async def test_only_what_requests_another_one_is_refused_when_there_is_no_room(
    ada: Client, eve: Client, rows: Rows
) -> None:
    """A cancelled one gives room; others, a closing that keeps and one that is repeated need none."""
    jobs = [await open_job(ada) for _ in range(3)]
    operation = await filled(ada, rows, jobs[0], 0)
    request, end = await tagging(ada, jobs[0]), await closing(ada)
    assert is_refused(await ada.post(PATH, json=request | {"dry_run": True}))
    assert is_refused(await ada.post(f"/api/v1/jobs/{jobs[0]['id']}/close", json=end))
    await ada.made(f"/jobs/{jobs[1]['id']}/close", end | {"active_applications": "keep"})
    await ada.made(f"/jobs/{jobs[1]['id']}/close", end)
    foreign = await open_job(eve)
    assert (await eve.post(PATH, json=await tagging(eve, foreign))).status_code == 202
    await ada.made(f"/bulk-operations/{operation['id']}/cancel")
    assert (await ada.post(PATH, json=request)).status_code == 202
    assert is_refused(await ada.post(PATH, json=request))


async def test_last_hire_is_not_refused_when_there_is_no_room(ada: Client, rows: Rows) -> None:
    """The hire is done; the other applicants are rejected behind what waits already."""
    rejection = {"active_applications": {"reject": {"reason_id": await reason(ada, "rejection")}}}
    job = await open_job(ada, on_filled=rejection)
    ids = await applied(ada, job, 2)
    await filled(ada, rows, job, 0)
    answer = await ada.post(f"/api/v1/applications/{ids[0]}/hire", json=OVERRIDE)
    assert answer.status_code == 200 and "Location" in answer.headers
    assert await rows(UNENDED, organization_id=UUID(ada.organization["id"])) == [(MAXIMUM_UNENDED + 1,)]
