"""Hires of applicants, the openings that they fill, and hires that are taken back."""

from uuid import UUID

from tests.api.conftest import Rows
from tests.api.journeys import OVERRIDE, apply, open_job, reason
from tests.client import Client


async def test_nobody_is_hired_when_the_job_is_archived(ada: Client) -> None:
    """Nor on the draft that it becomes again; on a closed one, whose opening was given back, somebody is."""
    job = await open_job(ada)
    application = await apply(ada, job)
    path = f"/api/v1/applications/{application['id']}/hire"
    await ada.made(f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")})
    for command, status, version in (("archive", "archived", 4), ("unarchive", "draft", 5)):
        await ada.made(f"/jobs/{job['id']}/{command}")
        refused = await ada.post(path, json=OVERRIDE)
        assert (refused.status_code, refused.json()["code"]) == (409, "job_not_open")
        assert refused.json()["current"] == {"status": status, "version": version}
    await ada.made(f"/jobs/{job['id']}/open")
    await ada.made(f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")})
    assert (await ada.post(path, json=OVERRIDE)).status_code == 200


async def test_hire_is_not_taken_back_when_the_job_is_archived(ada: Client) -> None:
    """Its opening would be open in an archived job; on the draft that the job becomes again, it is taken back."""
    job = await open_job(ada)
    application = await apply(ada, job)
    await ada.made(f"/applications/{application['id']}/hire", OVERRIDE)
    archived = await ada.made(f"/jobs/{job['id']}/archive")
    path, body = f"/applications/{application['id']}/unhire", {"reason_id": await reason(ada, "unhire")}
    refused = await ada.post(f"/api/v1{path}", json=body)
    assert (refused.status_code, refused.json()["code"]) == (409, "status_conflict")
    assert refused.json()["detail"] == "An archived job takes no openings."
    assert refused.json()["current"] == {"status": "archived", "version": archived["version"]}
    [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    assert opening["status"] == "filled"
    await ada.made(f"/jobs/{job['id']}/unarchive")
    assert (await ada.made(path, body))["status"] == "active"
    [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    assert opening["status"] == "open"


async def test_opening_tells_of_hire_and_unhire_when_they_happen(ada: Client, rows: Rows) -> None:
    """In the order of their causes: the application's event, the opening's, and with the last one the job's."""
    job = await open_job(ada)
    application = await apply(ada, job)
    await ada.made(f"/applications/{application['id']}/hire", OVERRIDE)
    await ada.made(f"/applications/{application['id']}/unhire", {"reason_id": await reason(ada, "unhire")})
    [opening] = (await ada.read(f"/jobs/{job['id']}/openings"))["items"]
    written = await rows(
        """SELECT e.type, e.aggregate_version, c.type, e.data
           FROM outbox AS o JOIN events AS e ON e.id = o.event_id LEFT JOIN events AS c ON c.id = e.causation_id
           WHERE e.organization_id = %(id)s AND e.type ~ '(hired|filled|opening.reopened|status_changed)$'
           ORDER BY o.sequence""",
        id=UUID(ada.organization["id"]),
    )
    facts = {"job_id": job["id"], "application_id": application["id"]}
    assert [row[:3] for row in written[1:]] == [
        ("application.hired", 2, None), ("opening.filled", 2, "application.hired"),
        ("job.status_changed", 3, "application.hired"), ("application.unhired", 3, None),
        ("opening.reopened", 3, "application.unhired"),
    ]  # fmt: skip
    assert (opening["version"], written[2][3], written[5][3]) == (3, facts, facts)
