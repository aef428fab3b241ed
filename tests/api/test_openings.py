"""Openings: the seats of a job."""

from typing import Any

from tests.api.conftest import Rows
from tests.api.journeys import JOB, OVERRIDE, apply, join, make_internal, open_job, reason
from tests.client import Client


async def test_opening_is_added_closed_and_reopened_when_the_job_is_there(ada: Client) -> None:
    """Seats of a job."""
    job = await ada.made("/jobs", JOB | {"openings_count": 0})
    added = await ada.made(f"/jobs/{job['id']}/openings", {"count": 2, "target_start_on": "2027-01-01"})
    [first, _] = added["items"]
    changed = await ada.patch(f"/api/v1/openings/{first['id']}", json={"external_id": "seat-1"})
    assert changed.json()["external_id"] == "seat-1" and changed.json()["target_start_on"] == "2027-01-01"
    closed = await ada.made(f"/openings/{first['id']}/close", {"reason_id": await reason(ada, "opening_close")})
    assert closed["status"] == "closed"
    assert [each["id"] for each in (await ada.read("/openings", params={"status": "closed"}))["items"]] == [first["id"]]
    assert (await ada.made(f"/openings/{first['id']}/reopen"))["status"] == "open"
    both = await ada.post(f"/api/v1/jobs/{job['id']}/openings", json={"count": 2, "external_id": "x"})
    assert both.status_code == 422
    await ada.made(f"/jobs/{job['id']}/archive")
    assert (await ada.post(f"/api/v1/jobs/{job['id']}/openings")).status_code == 409


async def test_opening_stays_closed_when_its_job_is_archived(ada: Client) -> None:
    """An archived job takes no opening in any way; one that is open may stay so, and is not reopened."""
    job = await ada.made("/jobs", JOB | {"openings_count": 2})
    [closed, still_open] = (await ada.read("/openings", params={"job_id": job["id"]}))["items"]
    await ada.made(f"/openings/{closed['id']}/close", {"reason_id": await reason(ada, "opening_close")})
    archived = await ada.made(f"/jobs/{job['id']}/archive")
    refused = await ada.post(f"/api/v1/openings/{closed['id']}/reopen")
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert refused.json()["current"] == {"status": "archived", "version": archived["version"]}
    assert (await ada.made(f"/openings/{still_open['id']}/reopen"))["version"] == 1
    await ada.made(f"/jobs/{job['id']}/unarchive")
    assert (await ada.made(f"/openings/{closed['id']}/reopen"))["status"] == "open"


async def test_opening_tells_its_hire_to_those_alone_who_see_the_application(ada: Client, member: Any) -> None:
    """Whose application it is, in whichever list and in the answer to a change: for others nobody is there."""
    job = await open_job(ada, openings_count=2)
    hired = (await apply(ada, job))["id"]
    candidate = (await ada.made(f"/applications/{hired}/hire", OVERRIDE))["candidate_id"]
    [opening] = (await ada.read("/openings", params={"status": "filled"}))["items"]
    jobs = {"jobs.read": "all", "jobs.write": "all"}
    nobody = await member("nobody", jobs)
    reader = await member("reader", jobs | {"applications.read": "all"})
    whole = await member("whole", jobs | {"applications.read": "all", "candidates.read_internal": "all"})
    team = {"jobs.read": "team", "jobs.write": "team", "applications.read": "team"}
    interviewer = await member("interviewer", team)
    await join(ada, job, interviewer.user["id"], "interviewer")
    since = {"updated_since": "2020-01-01T00:00:00Z"}

    async def told(client: Client) -> set[str | None]:
        asked: list[dict[str, str]] = [{}, since, {"ids": opening["id"]}, {"job_id": job["id"]}]
        lists = [await client.read("/openings", params=each) for each in asked]
        lists.append(await client.read(f"/jobs/{job['id']}/openings"))
        found = {each["application_id"] for page in lists for each in page["items"] if each["id"] == opening["id"]}
        changed = await client.patch(f"/api/v1/openings/{opening['id']}", json={"target_start_on": None})
        return found | {changed.json()["application_id"]}

    everybody = (ada, nobody, reader, whole, interviewer)
    assert [await told(each) for each in everybody] == [{hired}, {None}, {hired}, {hired}, {None}]
    await make_internal(ada, candidate, whole.user)
    assert [await told(each) for each in everybody] == [{hired}, {None}, {None}, {None}, {None}]
    await join(ada, job, interviewer.user["id"], "coordinator")
    assert await told(interviewer) == {None}, "the candidate is a user"


async def test_hire_takes_the_oldest_opening_when_none_is_named(ada: Client, rows: Rows) -> None:
    """By the day when it was opened, whatever the order of ids."""
    job = await open_job(ada, openings_count=3)
    ids = [each["id"] for each in (await ada.read(f"/jobs/{job['id']}/openings"))["items"]]
    first, second, third = sorted(ids)
    for opening_id, day in ((first, "2026-02-02"), (second, "2026-02-03"), (third, "2026-02-01")):
        await rows("UPDATE openings SET opened_on = %(day)s WHERE id = %(id)s RETURNING id", day=day, id=opening_id)
    hired = [(await apply(ada, job))["id"] for _ in range(3)]
    for application_id in hired:
        await ada.made(f"/applications/{application_id}/hire", OVERRIDE)
    filled = {each["id"]: each["application_id"] for each in (await ada.read(f"/jobs/{job['id']}/openings"))["items"]}
    assert [filled[each] for each in (third, first, second)] == hired


async def test_reserved_opening_is_neither_filled_nor_closed(ada: Client, rows: Rows) -> None:
    """Rule 5: a hire by override fills none, named or not; while there is one, the last open one leaves the job open.

    There are no offers yet: nothing but a row that is written so reserves an opening.
    """
    job = await open_job(ada, openings_count=2)
    free, reserved = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    reserve = "UPDATE openings SET status = 'reserved', opened_on = '2020-01-01' WHERE id = %(id)s RETURNING id"
    await rows(reserve, id=reserved["id"])
    one, other = [f"/applications/{(await apply(ada, job))['id']}" for _ in range(2)]
    await ada.made(f"{one}/hire", OVERRIDE)
    [now] = (await ada.read("/openings", params={"ids": free["id"]}))["items"]
    assert (now["status"], (await ada.read(f"/jobs/{job['id']}"))["status"]) == ("filled", "open")
    for named in ({}, {"opening_id": reserved["id"]}):
        refused = await ada.post(f"/api/v1{other}/hire", json=OVERRIDE | named)
        assert (refused.status_code, refused.json()["code"]) == (409, "no_opening"), refused.text
    for command, body in (("close", {"reason_id": await reason(ada, "opening_close")}), ("reopen", {})):
        refused = await ada.post(f"/api/v1/openings/{reserved['id']}/{command}", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict"), refused.text
        assert refused.json()["current"]["status"] == "reserved"
