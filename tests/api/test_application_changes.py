"""Changes of what is known of an application, and who may be its referrer and its assignee."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, open_job, reason
from tests.client import Client, findings


async def test_application_is_changed_in_every_status(ada: Client) -> None:
    """Where it came from is corrected also when it has ended; source and answers are what they were."""
    application = await apply(ada, await open_job(ada))
    path = f"/api/v1/applications/{application['id']}"
    known = {
        "external_id": f"A-{application['id']}", "source_application_id": "B-7", "referrer": "A friend",
        "referrer_id": ada.user["id"], "assignee_id": ada.user["id"],
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
            assert findings(refused) == [("/referrer_id", "unknown_reference")]


async def test_assignee_is_an_active_user_unless_they_are_the_assignee_already(
    ada: Client, eve: Client, member: Any
) -> None:
    """Nobody at first; a stranger, an unknown one and a disabled one are refused, and null is nobody again."""
    job = await open_job(ada)
    one, two = await apply(ada, job), await apply(ada, job)
    assert one["assignee_id"] is None
    bob = await member("bob", {"applications.read": "team"})
    path = f"/api/v1/applications/{one['id']}"
    assert (await ada.patch(path, json={"assignee_id": bob.user["id"]})).json()["assignee_id"] == bob.user["id"]
    assert (await bob.get(path)).status_code == 404, "who is assigned sees no more for it"
    await ada.made(f"/users/{bob.user['id']}/disable")
    kept = await ada.patch(path, json={"assignee_id": bob.user["id"], "referrer": "Bob"})
    assert (kept.status_code, kept.json()["assignee_id"]) == (200, bob.user["id"])
    for user_id in (bob.user["id"], eve.user["id"], str(uuid4())):
        refused = await ada.patch(
            f"/api/v1/applications/{two['id']}", json={"assignee_id": user_id, "referrer_id": user_id}
        )
        assert findings(refused) == [("/assignee_id", "unknown_reference"), ("/referrer_id", "unknown_reference")]
    assert (await ada.patch(path, json={"assignee_id": None})).json()["assignee_id"] is None


async def test_list_has_what_is_assigned_to_a_user(ada: Client, member: Any) -> None:
    """Of all jobs or one, in any status or one, as far as the caller sees it."""
    job, other_job = await open_job(ada), await open_job(ada, is_confidential=True)
    first, second, other, nobodys = [await apply(ada, each) for each in (job, job, other_job, job)]
    for each in (first, second, other):
        await ada.patch(f"/api/v1/applications/{each['id']}", json={"assignee_id": ada.user["id"]})
    await ada.made(f"/applications/{first['id']}/reject", {"reason_id": await reason(ada, "rejection")})

    async def found(client: Client, **filters: str) -> list[str]:
        listed = await client.read("/applications", params={"assignee_id": ada.user["id"]} | filters)
        return [str(each["id"]) for each in listed["items"]]

    assert await found(ada) == [other["id"], second["id"], first["id"]]
    assert await found(ada, status="active") == [other["id"], second["id"]]
    assert await found(ada, job_id=job["id"]) == [second["id"], first["id"]]
    assert await found(ada, job_id=job["id"], status="rejected") == [first["id"]]
    assert await found(ada, limit="1") == [other["id"]]
    tia = await member("tia", {"applications.read": "team", "jobs.read": "team"})
    roy = await member("roy", {"applications.read": "all"})
    assert await found(tia) == []
    await join(ada, job, tia.user["id"], "recruiter")
    for reader in (tia, roy):
        assert await found(reader) == [second["id"], first["id"]]
        assert await found(reader, status="rejected") == [first["id"]]
        assert await found(reader, job_id=other_job["id"]) == []
    assert nobodys["id"] not in await found(ada)


async def test_assignment_stays_behind_when_an_application_is_transferred(ada: Client) -> None:
    """The new application is assigned to nobody yet."""
    one = await apply(ada, await open_job(ada))
    await ada.patch(f"/api/v1/applications/{one['id']}", json={"assignee_id": ada.user["id"]})
    job = await open_job(ada)
    left = await ada.made(f"/applications/{one['id']}/transfer", {"job_id": job["id"]})
    assert left["assignee_id"] == ada.user["id"]
    assert (await ada.read(f"/applications/{left['transferred_to']}"))["assignee_id"] is None


async def test_last_assignee_stays_when_twenty_assign_at_once(ada: Client, member: Any, rows: Rows) -> None:
    """Each with the version that they read: one is done; without one all are, and the event of each is there."""
    one = await apply(ada, await open_job(ada))
    users = [ada.user["id"], (await member("bob", {"jobs.read": "all"})).user["id"]]
    path = f"/api/v1/applications/{one['id']}"
    read = {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(ada.patch(path, json={"assignee_id": users[n % 2]}, headers=read) for n in range(20))
    )
    assert sorted(each.status_code for each in answers) == [200] + [412] * 19
    await asyncio.gather(*(ada.patch(path, json={"assignee_id": users[n % 2]}) for n in range(20)))
    versions = await rows(
        "SELECT e.aggregate_version FROM events AS e WHERE e.aggregate_id = %(id)s AND e.type = 'application.updated'"
        " AND e.organization_id = %(organization_id)s ORDER BY 1",
        id=UUID(one["id"]), organization_id=UUID(ada.organization["id"]),
    )  # fmt: skip
    shown = await ada.read(f"/applications/{one['id']}")
    assert [version for (version,) in versions] == [*range(2, shown["version"] + 1)]


async def test_outcome_follows_the_status(ada: Client) -> None:
    """Open, declined by either side, and open again."""
    application = await apply(ada, await open_job(ada))
    path = f"/applications/{application['id']}"
    assert application["outcome"] == "open"
    for command, kind in (("reject", "rejection"), ("withdraw", "withdrawal")):
        assert (await ada.made(f"{path}/{command}", {"reason_id": await reason(ada, kind)}))["outcome"] == "declined"
        assert (await ada.made(f"{path}/reopen"))["outcome"] == "open"
