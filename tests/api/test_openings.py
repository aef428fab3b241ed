"""Openings: the seats of a job."""

from tests.api.journeys import JOB, reason
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
