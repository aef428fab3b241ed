"""What becomes of active applications when their job is closed, by command or by its last hire: kept, or rejected."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx

from hiring.consumers import automation
from tests.api.journeys import JOB, OVERRIDE, apply, make_internal, open_job, reason, stages
from tests.api.races import until_each_occurred
from tests.api.test_bulk_operations import applied, items
from tests.client import Client, findings
from tests.consumers.conftest import Working
from tests.consumers.test_bulk_operations import EVENTS, HISTORY, carried_out, commanded_by_twenty, ended, ends_of
from tests.databases import Admin

CAUSE = """
SELECT c.type FROM events AS e JOIN events AS c ON c.id = e.causation_id
WHERE e.organization_id = %(organization_id)s AND e.id = %(id)s
"""
HIRING = {"applications.read": "all", "applications.hire": "all", "applications.hire_override": "all"}


async def rejecting(client: Client) -> dict[str, Any]:
    """That active applications are rejected."""
    return {"active_applications": {"reject": {"reason_id": await reason(client, "rejection")}}}


async def closed(client: Client, job: dict[str, Any], **more: Any) -> httpx.Response:
    """The answer to the closing of a job."""
    body = {"reason_id": await reason(client, "job_close")} | more
    return await client.post(f"/api/v1/jobs/{job['id']}/close", json=body)


async def operation_of(client: Client, answer: httpx.Response) -> dict[str, Any]:
    """The bulk operation that an answer names."""
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = await client.read(answer.headers["Location"].removeprefix("/api/v1"))
    return found


async def robot(client: Client, **permissions: str) -> tuple[Client, str]:
    """A client with a key that holds these permissions, and the id of the key."""
    user = await client.made("/users", {"type": "service", "first_name": "Sync"})
    key = await client.made("/api-keys", {"user_id": user["id"], "name": "Sync", "permissions": permissions})
    return Client(client.address, key["secret"]), key["id"]


async def statuses(client: Client, job: dict[str, Any]) -> dict[str, str]:
    """The status of each application of a job."""
    page = await client.read(f"/jobs/{job['id']}/applications", params={"limit": 100})
    return {each["id"]: each["status"] for each in page["items"]}


async def test_active_applications_are_rejected_when_their_job_is_closed(
    ada: Client, admin: Admin, working: Working
) -> None:
    """Those that are active at that moment, once; closing again changes nothing, and nobody else is rejected."""
    job, other = await open_job(ada), await open_job(ada)
    ids, [stranger] = await applied(ada, job, 4), await applied(ada, other, 1)
    await ada.made(f"/applications/{ids[0]}/withdraw", {"reason_id": await reason(ada, "withdrawal")})
    rejection = (await rejecting(ada))["active_applications"]["reject"] | {"message": {}}
    answer = await closed(ada, job, active_applications={"reject": rejection})
    assert answer.json()["status"] == "closed"
    operation = await operation_of(ada, answer)
    assert (operation["action"], operation["is_automatic"], operation["status"]) == ("reject", True, "pending")
    assert {name: value for name, value in operation["arguments"].items() if value is not None} == rejection | {
        "message": {"send_at": None, "template_id": None}
    }
    assert [each["application_id"] for each in await items(ada, operation)] == ids[1:]
    again = await closed(ada, job, active_applications={"reject": rejection})
    assert (again.status_code, again.json()) == (200, answer.json()) and "Location" not in again.headers
    kept = await closed(ada, other)
    assert kept.status_code == 200 and "Location" not in kept.headers
    organization_id = UUID(ada.organization["id"])
    cause = await admin(CAUSE, organization_id=organization_id, id=UUID(operation["id"]))
    assert cause == [("job.status_changed",)]
    found = await carried_out(ada, working, operation)
    assert (found["status"], found["succeeded_count"]) == ("completed", 3)
    assert await statuses(ada, job) == {ids[0]: "withdrawn"} | dict.fromkeys(ids[1:], "rejected")
    assert await statuses(ada, other) == {stranger: "active"}
    assert [each["id"] for each in (await ada.read("/bulk-operations"))["items"]] == [operation["id"]]
    mails = await admin("SELECT count(*) FROM messages AS m WHERE m.application_id = ANY (%(ids)s)",
                        ids=[UUID(each) for each in ids])  # fmt: skip
    assert mails == [(3,)]


async def test_all_are_rejected_when_who_closes_a_job_does_not_see_some(ada: Client, working: Working) -> None:
    """Rule 12: those of colleagues, too, also when the key that closed it is revoked before the worker comes to it."""
    job = await open_job(ada)
    [applicant], insider = await applied(ada, job, 1), await apply(ada, job)
    colleague = await ada.made("/users", {"first_name": "Zoë", "email": f"zoe-{uuid4().hex}@example.com"})
    await make_internal(ada, insider["candidate_id"], colleague)
    body = {"reason_id": await reason(ada, "job_close")} | await rejecting(ada)
    client, key_id = await robot(ada, **{"jobs.write": "all", "applications.reject": "all", "applications.read": "all"})
    async with client:
        operation = await operation_of(client, await client.post(f"/api/v1/jobs/{job['id']}/close", json=body))
        shown = [each["application_id"] for each in await items(client, operation)]
    assert shown == [applicant] and operation["total_count"] == 2
    assert (await ada.delete(f"/api/v1/api-keys/{key_id}")).status_code == 204
    found = await carried_out(ada, working, operation)
    assert (found["status"], found["succeeded_count"]) == ("completed", 2)
    assert await statuses(ada, job) == {applicant: "rejected", insider["id"]: "rejected"}


async def test_job_stays_open_when_its_applications_cannot_be_rejected(ada: Client) -> None:
    """Every wrong reason is told, and a caller who may not reject here does not close the job either."""
    job = await open_job(ada)
    await applied(ada, job, 1)
    wrong = {"reject": {"reason_id": await reason(ada, "withdrawal")}}
    answer = await closed(ada, job, reason_id=str(uuid4()), active_applications=wrong)
    assert findings(answer) == [
        ("/reason_id", "unknown_reference"), ("/active_applications/reject/reason_id", "unknown_reference"),
    ]  # fmt: skip
    draft = await ada.made("/jobs", JOB)
    assert (await closed(ada, draft, **await rejecting(ada))).json()["code"] == "status_conflict"
    reading = {"jobs.read": "all", "jobs.write": "all", "applications.read": "all", "structure.read": "all"}
    for more, status in (({}, 403), ({"applications.reject": "team"}, 404)):
        client, _ = await robot(ada, **reading, **more)
        async with client:
            assert (await closed(client, job, **await rejecting(ada))).status_code == status
    assert (await ada.read(f"/jobs/{job['id']}"))["status"] == "open"
    assert (await ada.read("/bulk-operations"))["items"] == []


async def test_last_hire_rejects_the_others_when_its_job_says_so(ada: Client, admin: Admin, working: Working) -> None:
    """All but the person who is hired, also where who hired may not reject, and cannot do anything any more."""
    job = await open_job(ada, openings_count=2, is_confidential=True, on_filled=await rejecting(ada))
    ids = await applied(ada, job, 5)
    insider = await apply(ada, job)
    colleague = await ada.made("/users", {"first_name": "Zoë", "email": f"zoe-{uuid4().hex}@example.com"})
    await make_internal(ada, insider["candidate_id"], colleague)
    client, key_id = await robot(ada, **HIRING, **{"jobs.read": "all", "jobs.read_confidential": "all"})
    async with client:
        first = await client.post(f"/api/v1/applications/{ids[0]}/hire", json=OVERRIDE)
        assert first.status_code == 200 and "Location" not in first.headers
        answer = await client.post(f"/api/v1/applications/{ids[1]}/hire", json=OVERRIDE)
        operation = await operation_of(client, answer)
    assert operation["is_automatic"] and operation["requested_by"]["id"] == key_id
    assert (await ada.read(f"/jobs/{job['id']}"))["status"] == "closed"
    assert (await ada.delete(f"/api/v1/api-keys/{key_id}")).status_code == 204
    found = await carried_out(ada, working, operation)
    assert (found["status"], found["succeeded_count"], found["total_count"]) == ("completed", 4, 4)
    expected = dict.fromkeys(ids[:2], "hired") | dict.fromkeys([*ids[2:], insider["id"]], "rejected")
    assert await statuses(ada, job) == expected
    told = await admin(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(operation["id"]))
    assert [each[0] for each in told] == ["application.rejected"] * 4 + ["bulk_operation.completed"]


async def test_setting_is_refused_when_its_reason_or_its_author_does_not_fit(ada: Client) -> None:
    """Who may not reject cannot set it, but keeps it; a reason that is archived later stays."""
    path, pointer = "/api/v1/jobs", "/on_filled/active_applications/reject/reason_id"
    job = await ada.made("/jobs", JOB)
    unfit = {"active_applications": {"reject": {"reason_id": await reason(ada, "job_close")}}}
    for answer in (
        await ada.post(path, json=JOB | {"on_filled": unfit}),
        await ada.patch(f"{path}/{job['id']}", json={"on_filled": unfit}),
    ):
        assert findings(answer) == [(pointer, "unknown_reference")]
    made = await ada.made("/reasons", {"kind": "rejection", "name": "Filled by another"})
    fit = {"active_applications": {"reject": {"reason_id": made["id"]}}}
    writing = {"jobs.read": "all", "jobs.write": "all"}
    for more, statuses in (({}, [403, 403]), ({"applications.reject": "team"}, [201, 404])):
        client, _ = await robot(ada, **writing, **more)
        async with client:
            added = await client.post(path, json=JOB | {"on_filled": fit})
            changed = await client.patch(f"{path}/{job['id']}", json={"on_filled": fit})
            assert [added.status_code, changed.status_code] == statuses
    changed = await ada.patch(f"{path}/{job['id']}", json={"on_filled": fit})
    assert (changed.json()["on_filled"], changed.json()["version"]) == (fit, 2)
    await ada.made(f"/reasons/{made['id']}/archive")
    same = await ada.patch(f"{path}/{job['id']}", json={"on_filled": fit, "title": "Cook"})
    assert (same.status_code, same.json()["version"]) == (200, 3)
    assert (await ada.post(path, json=JOB | {"on_filled": fit})).status_code == 422
    kept = await ada.patch(f"{path}/{job['id']}", json={"on_filled": {"active_applications": "keep"}})
    assert kept.json()["on_filled"] == {"active_applications": "keep"}
    assert (await ada.patch(f"{path}/{job['id']}", json={"on_filled": fit})).status_code == 422


async def test_nobody_is_left_when_twenty_apply_while_the_job_is_closed(
    ada: Client, admin: Admin, working: Working
) -> None:
    """Whose application came in is rejected, once; the others hear that the job is not open."""
    job = await open_job(ada)
    people = await asyncio.gather(*(ada.made("/candidates", {"first_name": f"P{n}"}) for n in range(20)))
    requests = [
        ada.post("/api/v1/applications", json={"candidate_id": each["id"], "job_id": job["id"]}) for each in people
    ]
    closing = [closed(ada, job, **await rejecting(ada)) for _ in range(3)]
    answers = await asyncio.gather(*requests[:10], *closing, *requests[10:])
    closings, submitted = answers[10:13], answers[:10] + answers[13:]
    assert {each.status_code for each in submitted} <= {201, 409}
    [closing_answer] = [each for each in closings if "Location" in each.headers]
    operation = await operation_of(ada, closing_answer)
    came_in = sorted(each.json()["id"] for each in submitted if each.status_code == 201)
    assert [each["application_id"] for each in await items(ada, operation)] == came_in
    await carried_out(ada, working, operation)
    assert await statuses(ada, job) == dict.fromkeys(came_in, "rejected")
    done = await admin(HISTORY, organization_id=UUID(ada.organization["id"]), change="rejected")
    assert sorted(done) == [(each, 1) for each in came_in]


async def test_each_is_ended_once_when_twenty_clients_race_with_the_last_hire(
    ada: Client, admin: Admin, working: Working
) -> None:
    """While the last opening is filled and the worker rejects, others reject, withdraw and move the same people."""
    rejection, withdrawal = [{"reason_id": await reason(ada, each)} for each in ("rejection", "withdrawal")]
    on_filled, statuses_of = await rejecting(ada), {"withdraw": "withdrawn", "hire": "hired"}

    async def play() -> set[str]:
        job = await open_job(ada, on_filled=on_filled)
        ids, kinds = await applied(ada, job, 40), await stages(ada, job)
        move = {"to_stage_id": kinds["offer"]}
        commands = {"reject": rejection, "move": move, "withdraw": withdrawal, "hire": OVERRIDE}
        answered = await commanded_by_twenty(ada, ids, commands)
        [last_hire] = [answer for _, _, answer in answered if "Location" in answer.headers]
        operation = await ended(ada, await operation_of(ada, last_hire))
        assert operation["status"] == "completed" and operation["is_automatic"]
        ends = ends_of(answered, await items(ada, operation))
        assert sorted(each for each, _ in ends) == ids
        assert await statuses(ada, job) == {each: statuses_of.get(end, "rejected") for each, end in ends}
        assert [end for _, end in ends].count("hire") == 1
        done = []
        for change in ("rejected", "withdrawn", "hired"):
            done += await admin(HISTORY, organization_id=UUID(ada.organization["id"]), change=change)
        assert sorted(each for each in done if each[0] in ids) == [(each, 1) for each in ids]
        return {end for _, end in ends}

    async with working(automation.CONSUMER):
        await until_each_occurred(play, {"bulk", "reject", "withdraw", "hire"}, minimum_rounds=1)
