"""A key that acts on behalf of a user."""

from typing import Any

from tests.api.journeys import apply, open_job, stages
from tests.client import Client

READING = {"jobs.read": "all", "candidates.read": "all", "applications.read": "all", "notes.read": "all"}


async def robot(ada: Client, permissions: dict[str, str]) -> Client:
    """A client with a key that holds these permissions and may impersonate; its service user is on no team."""
    user = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    held = permissions | {"keys.impersonate": "all"}
    key = await ada.made("/api-keys", {"user_id": user["id"], "name": "Sync", "permissions": held})
    return Client(ada.address, key["secret"])


async def test_key_of_a_team_reaches_no_other_team_on_behalf_of_its_member(ada: Client) -> None:
    """It sees nothing by itself, and on behalf of a member of the team it may not ask."""
    await open_job(ada, is_confidential=True)
    async with await robot(ada, {"jobs.read": "team"}) as sync:
        assert (await sync.read("/jobs"))["items"] == []
        acting = await sync.get("/api/v1/jobs", headers={"On-Behalf-Of": ada.user["id"]})
        assert acting.status_code == 403 and "jobs.read" in acting.json()["detail"], acting.text


async def test_key_is_no_administrator_on_behalf_of_one(ada: Client, member: Any) -> None:
    """It changes no note of somebody else, and sees no bulk operation of somebody else."""
    bob = await member("bob", READING | {"notes.write": "all", "applications.move": "all"})
    job = await open_job(ada)
    application = await apply(ada, job)
    note = await bob.made(f"/candidates/{application['candidate_id']}/notes", {"body": "Call again."})
    move = {"action": "move", "arguments": {"to_stage_id": (await stages(ada, job))["offer"]}}
    operation = await bob.made("/bulk-operations", move | {"filter": {"job_id": job["id"]}})
    async with await robot(ada, READING | {"notes.write": "all"}) as sync:
        acting, path = {"On-Behalf-Of": ada.user["id"]}, f"/api/v1/notes/{note['id']}"
        assert (await sync.patch(path, json={"body": "Do not."})).status_code == 403
        assert (await sync.patch(path, json={"body": "Do not."}, headers=acting)).status_code == 403
        seen = await sync.get(f"/api/v1/bulk-operations/{operation['id']}", headers=acting)
        assert seen.status_code == 404
