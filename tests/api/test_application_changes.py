"""Changes of what is known of an application, and who may be its referrer."""

from typing import Any
from uuid import uuid4

from tests.api.journeys import apply, open_job, reason
from tests.client import Client


async def test_application_is_changed_in_every_status(ada: Client) -> None:
    """Where it came from is corrected also when it has ended; source and answers are what they were."""
    application = await apply(ada, await open_job(ada))
    path = f"/api/v1/applications/{application['id']}"
    known = {
        "external_id": f"A-{application['id']}", "source_application_id": "B-7", "referrer": "A friend",
        "referrer_id": ada.user["id"],
    }  # fmt: skip
    changed = await ada.patch(path, json=known)
    assert (changed.status_code, changed.json()["version"]) == (200, 2), changed.text
    assert {name: changed.json()[name] for name in known} == known
    await ada.made(f"/applications/{application['id']}/reject", {"reason_id": await reason(ada, "rejection")})
    cleared = await ada.patch(path, json={"referrer_id": None})
    assert (cleared.json()["referrer_id"], cleared.json()["referrer"], cleared.json()["version"]) == (
        None,
        "A friend",
        4,
    )
    for name in ("source_id", "answers", "status", "job_id", "post_id"):
        refused = await ada.patch(path, json={name: None})
        assert refused.json()["errors"][0]["code"] == "unknown_field"


async def test_two_applications_may_have_one_id_of_a_source(ada: Client) -> None:
    """Sources do not know of each other; the external id is of one application alone."""
    job = await open_job(ada)
    one, two = await apply(ada, job), await apply(ada, job)
    for each in (one, two):
        changed = await ada.patch(f"/api/v1/applications/{each['id']}", json={"source_application_id": "B-7"})
        assert changed.status_code == 200
    assert (await ada.patch(f"/api/v1/applications/{one['id']}", json={"external_id": "A"})).status_code == 200
    taken = await ada.patch(f"/api/v1/applications/{two['id']}", json={"external_id": "A"})
    assert (taken.status_code, taken.json()["code"]) == (409, "external_id_taken")


async def test_referrer_is_an_active_user_unless_they_are_the_referrer_already(ada: Client, member: Any) -> None:
    """A stranger, an unknown one and a disabled one are refused before the version is looked at."""
    job = await open_job(ada)
    bob = await member("bob", {"jobs.read": "all"})
    kim = await ada.made("/candidates", {"first_name": "Kim"})
    body = {"candidate_id": kim["id"], "job_id": job["id"]}
    made = await ada.made("/applications", body | {"referrer_id": bob.user["id"]})
    other = await apply(ada, job)
    await ada.made(f"/users/{bob.user['id']}/disable")
    kept = await ada.patch(
        f"/api/v1/applications/{made['id']}", json={"referrer_id": bob.user["id"], "referrer": "Bob"}
    )
    assert (kept.status_code, kept.json()["referrer_id"]) == (200, bob.user["id"])
    for user_id in (bob.user["id"], str(uuid4())):
        stale = {"If-Match": '"99"'}
        changed = await ada.patch(f"/api/v1/applications/{other['id']}", json={"referrer_id": user_id}, headers=stale)
        added = await ada.post("/api/v1/applications", json=body | {"referrer_id": user_id})
        for refused in (changed, added):
            assert refused.status_code == 422, refused.text
            assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
                ("/referrer_id", "unknown_reference")
            ]


async def test_outcome_follows_the_status(ada: Client) -> None:
    """Open, declined by either side, and open again."""
    application = await apply(ada, await open_job(ada))
    path = f"/applications/{application['id']}"
    assert application["outcome"] == "open"
    for command, kind in (("reject", "rejection"), ("withdraw", "withdrawal")):
        assert (await ada.made(f"{path}/{command}", {"reason_id": await reason(ada, kind)}))["outcome"] == "declined"
        assert (await ada.made(f"{path}/reopen"))["outcome"] == "open"
