"""The built-in permission groups: who holds one does the work that it is named after."""

from typing import Any

from tests.api.journeys import JOB, OVERRIDE, groups, reason
from tests.client import Client

PERSON = {"first_name": "Rui", "email": "rui@example.com"}


async def holder(ada: Client, member: Any, key: str) -> Client:
    """A member who holds a built-in group, and nothing else."""
    client: Client = await member(key.replace("_", "-"), {})
    grant = {"permission_group_id": (await groups(ada))[key], "scope": "all"}
    await ada.made(f"/users/{client.user['id']}/permission-groups", grant)
    return client


async def test_recruiter_hires_when_there_are_no_offers(ada: Client, anybody: Client, member: Any) -> None:
    """From the draft of a job to a hire by override, and back."""
    bob = await holder(ada, member, "recruiter")
    job = await bob.made("/jobs", JOB)
    await bob.made(f"/jobs/{job['id']}/open")
    post = await bob.made(f"/jobs/{job['id']}/posts", {"title": "Engineer", "body": "Come."})
    await bob.made(f"/posts/{post['id']}/publish")
    board = f"/boards/{ada.organization['slug']}/posts/{post['id']}"
    await anybody.made(f"{board}/applications", PERSON)
    [application] = (await bob.read(f"/jobs/{job['id']}/applications"))["items"]
    path = f"/applications/{application['id']}"
    assert (await bob.made(f"{path}/hire", OVERRIDE))["status"] == "hired"
    assert (await bob.made(f"{path}/unhire", {"reason_id": await reason(bob, "unhire")}))["status"] == "active"


async def test_nobody_else_hires_when_there_are_no_offers(ada: Client, anybody: Client, member: Any) -> None:
    """The other built-in groups; and `applications.hire` alone needs an offer."""
    job = await ada.made("/jobs", JOB)
    await ada.made(f"/jobs/{job['id']}/open")
    person = await ada.made("/candidates", {"first_name": "Ana"})
    application = await ada.made("/applications", {"candidate_id": person["id"], "job_id": job["id"]})
    path = f"/api/v1/applications/{application['id']}/hire"
    for key in ("hiring_manager", "interviewer", "read_only"):
        other = await holder(ada, member, key)
        assert (await other.post(path, json=OVERRIDE)).status_code == 403, key
    eve = await member("eve", {"applications.hire": "all"})
    refused = await eve.post(path, json=OVERRIDE)
    assert refused.status_code == 403 and "applications.hire_override" in refused.json()["detail"]
    assert (await eve.post(path, json={})).json()["code"] == "offer_required"
