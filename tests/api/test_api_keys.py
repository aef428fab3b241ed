"""API keys: made, rotated, revoked, and acting for users."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Race
from tests.client import PASSWORD, Client, findings


async def test_nobody_rotates_a_key_that_may_more_than_they(ada: Client, member: Any) -> None:
    """The answer holds a secret: whoever could not have made the key does not get it. Revoking takes, and is free."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    body = {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all", "keys.read": "all"}}
    key = await ada.made("/api-keys", body)
    bob = await member("bob", {"keys.write": "all", "keys.read": "all", "jobs.read": "team"})
    refused = await bob.post(f"/api/v1/api-keys/{key['id']}/rotate")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "jobs.read" in refused.json()["detail"] and "secret" not in refused.json()
    assert [each["id"] for each in (await ada.read("/api-keys"))["items"]] == [key["id"]]
    assert (await bob.post(f"/api/v1/api-keys/{UUID(int=0)}/rotate")).status_code == 404
    await ada.made(f"/users/{bob.user['id']}/permissions", {"permission": "jobs.read", "scope": "all"})
    successor = await bob.made(f"/api-keys/{key['id']}/rotate")
    async with Client(ada.address, successor["secret"]) as sync:
        assert (await sync.get("/api/v1/jobs")).status_code == 200
    await ada.delete(f"/api/v1/users/{bob.user['id']}/permissions/jobs.read")
    assert (await bob.delete(f"/api/v1/api-keys/{successor['id']}")).status_code == 204


async def test_key_works_until_it_is_rotated_out_or_revoked(ada: Client, eve: Client) -> None:
    """Shown once, scoped, rotated with an overlap, revoked at once; another tenant's service user gets none."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    body = {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all"}}
    made = await ada.post("/api/v1/api-keys", json=body, headers={"Idempotency-Key": "k1"})
    again = await ada.post("/api/v1/api-keys", json=body, headers={"Idempotency-Key": "k1"})
    key = made.json()
    assert key["secret"].startswith("hk_") and key["secret"].startswith(key["prefix"])
    assert again.json() == key | {"secret": None} and again.headers["Idempotent-Replayed"] == "true"
    async with Client(ada.address, key["secret"]) as sync:
        assert (await sync.get("/api/v1/jobs")).status_code == 200
        assert (await sync.get("/api/v1/candidates")).status_code == 403
        assert (
            await sync.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": PASSWORD})
        ).status_code == 403
        successor = await ada.made(f"/api-keys/{key['id']}/rotate")
        async with Client(ada.address, successor["secret"]) as renewed:
            assert (await renewed.get("/api/v1/jobs")).status_code == 200
        assert (await sync.get("/api/v1/jobs")).status_code == 200
        since = {"updated_since": key["updated_at"]}
        shown = {each["id"]: each for each in (await ada.read("/api-keys", params=since))["items"]}
        assert set(shown) == {successor["id"], key["id"]}
        assert shown[successor["id"]]["rotated_from"] == key["id"] and "secret" not in shown[key["id"]]
        left = datetime.fromisoformat(shown[key["id"]]["expires_at"]) - datetime.now(UTC)
        assert timedelta(hours=23) < left <= timedelta(hours=24)
        assert (await ada.delete(f"/api/v1/api-keys/{key['id']}")).status_code == 204
        assert (await sync.get("/api/v1/jobs")).status_code == 401
        changed = {each["id"]: each for each in (await ada.read("/api-keys", params=since))["items"]}
        assert list(changed) == [successor["id"], key["id"]]
        assert shown[key["id"]]["updated_at"] < changed[key["id"]]["updated_at"]
    assert (await eve.delete(f"/api/v1/api-keys/{key['id']}")).status_code == 404
    assert (await eve.post(f"/api/v1/api-keys/{key['id']}/rotate")).status_code == 404
    assert (await eve.post("/api/v1/api-keys", json=body)).status_code == 422
    own = await ada.post("/api/v1/api-keys", json=body | {"user_id": ada.user["id"]})
    [finding] = own.json()["errors"]
    assert (finding["pointer"], finding["detail"]) == ("/user_id", "There is no such active service user.")


@pytest.mark.parametrize("days", [None, 30])
async def test_key_has_one_successor_when_it_is_rotated(ada: Client, race: Race, days: int | None) -> None:
    """Of two rotations at once one succeeds; a successor ends when the first key would have, not with the overlap."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    ends_at = None if days is None else (datetime.now(UTC) + timedelta(days=days)).isoformat()
    body = {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all"}, "expires_at": ends_at}
    key = await ada.made("/api-keys", body)
    path, lock = f"/api/v1/api-keys/{key['id']}/rotate", "SELECT 1 FROM api_keys WHERE id = %(id)s FOR NO KEY UPDATE"
    answers = await race(lock, {"id": UUID(key["id"])}, ada.post(path), ada.post(path))
    assert [answer.status_code for answer in answers] == [201, 409]
    successor = answers[0].json()
    again = (await ada.post(path)).json()
    assert (again["code"], again["current"]) == ("status_conflict", {"status": "rotated"})
    assert again["detail"] == "The key has a successor; rotate that."
    latest = await ada.made(f"/api-keys/{successor['id']}/rotate")
    assert successor["expires_at"] == latest["expires_at"] == key["expires_at"]
    assert (await ada.delete(f"/api/v1/api-keys/{key['id']}")).status_code == 204
    ended = (await ada.post(path)).json()
    assert (ended["current"], ended["detail"]) == ({"status": "revoked"}, "The key has ended; make a new one.")


async def test_key_ends_at_its_instant_when_it_was_just_used(ada: Client) -> None:
    """What Redis remembers of it ends with it."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    expires_at = datetime.now(UTC) + timedelta(seconds=2)
    body = {"user_id": service["id"], "name": "Sync", "permissions": {"jobs.read": "all"}}
    key = await ada.made("/api-keys", body | {"expires_at": expires_at.isoformat()})
    async with Client(ada.address, key["secret"]) as sync:
        while (status := (await sync.get("/api/v1/jobs")).status_code) == 200:
            assert datetime.now(UTC) < expires_at + timedelta(seconds=1), "it outlives its end"
            await asyncio.sleep(0.1)
    assert status == 401 and datetime.now(UTC) >= expires_at


async def test_key_acts_for_a_user_when_it_may_impersonate(ada: Client, eve: Client, member: Any) -> None:
    """What both may do, told in the history; not for a stranger, not without the permission, not with a login."""
    bob = await member("bob", {"structure.read": "all", "structure.write": "all"})
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    permissions = {"keys.impersonate": "all", "structure.read": "all", "jobs.read": "all"}
    key = await ada.made("/api-keys", {"user_id": service["id"], "name": "a", "permissions": permissions})
    plain = await ada.made("/api-keys", {"user_id": service["id"], "name": "b", "permissions": {"jobs.read": "all"}})
    acting = {"On-Behalf-Of": bob.user["id"]}
    async with Client(ada.address, key["secret"]) as sync, Client(ada.address, plain["secret"]) as other:
        assert (await sync.get("/api/v1/departments", headers=acting)).status_code == 200
        assert (await sync.get("/api/v1/jobs", headers=acting)).status_code == 403
        assert (await sync.post("/api/v1/departments", json={"name": "A"}, headers=acting)).status_code == 403
        unknown = "unknown_reference"
        for user_id, code in ((eve.user["id"], unknown), (str(uuid4()), unknown), ("bob", "format")):
            refused = await sync.get("/api/v1/jobs", headers={"On-Behalf-Of": user_id})
            assert findings(refused) == [("On-Behalf-Of", code)]
            assert user_id not in refused.text
        assert (await other.get("/api/v1/jobs", headers=acting)).status_code == 403
    for session in (bob, ada):
        refused = await session.get("/api/v1/departments", headers=acting)
        assert (refused.status_code, refused.json()["code"]) == (403, "api_key_required")
