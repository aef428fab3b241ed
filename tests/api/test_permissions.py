"""Who may do what: groups, grants, scopes, API keys."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Race
from tests.api.journeys import JOB, open_job
from tests.client import PASSWORD, Client


async def test_permission_holds_at_once_when_granted_and_ends_at_once_when_revoked(ada: Client, member: Any) -> None:
    """Whatever was cached a moment ago; a second revocation finds nothing."""
    bob = await member("bob", {})
    refused = await bob.get("/api/v1/departments")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert "structure.read" in refused.json()["detail"]
    path = f"/users/{bob.user['id']}/permissions"
    await ada.made(path, {"permission": "structure.read", "scope": "all"})
    assert (await bob.get("/api/v1/departments")).status_code == 200
    again = await ada.post(f"/api/v1{path}", json={"permission": "structure.read", "scope": "all"})
    assert again.status_code == 201 and "Consistency-Token" not in again.headers
    [held] = (await ada.read(path))["items"]
    assert (held["permission"], held["granted_by"]["user_id"]) == ("structure.read", ada.user["id"])
    assert (await ada.delete(f"/api/v1{path}/structure.read")).status_code == 204
    assert (await bob.get("/api/v1/departments")).status_code == 403
    assert (await ada.delete(f"/api/v1{path}/structure.read")).status_code == 404
    assert (await ada.read(path))["items"] == []
    [ended] = (await ada.read(path, params={"with_revoked": "true"}))["items"]
    assert (ended["granted_at"], ended["revoked_by"]["user_id"]) == (held["granted_at"], ada.user["id"])


async def test_nobody_grants_more_than_they_hold_when_they_may_grant(ada: Client, member: Any) -> None:
    """Neither a permission, nor a wider scope, nor a group, nor a key, nor a group of their own making."""
    bob = await member(
        "bob", {"permissions.write": "all", "keys.write": "all", "jobs.write": "team", "users.read": "all"}
    )
    own = f"/api/v1/users/{bob.user['id']}"
    groups = {group["key"]: group["id"] for group in (await ada.read("/permission-groups"))["items"]}
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    refused = [
        await bob.post(f"{own}/permissions", json={"permission": "pay.read", "scope": "team"}),
        await bob.post(f"{own}/permissions", json={"permission": "jobs.write", "scope": "all"}),
        await bob.post(f"{own}/permission-groups", json={"permission_group_id": groups["recruiter"], "scope": "team"}),
        await bob.post("/api/v1/permission-groups", json={"name": "Mine", "permissions": ["pay.read"]}),
        await bob.post(
            "/api/v1/api-keys", json={"user_id": service["id"], "name": "k", "permissions": {"jobs.write": "all"}}
        ),
    ]
    assert {answer.status_code for answer in refused} == {403}
    allowed = await bob.post(f"{own}/permissions", json={"permission": "jobs.write", "scope": "team"})
    assert allowed.status_code == 201


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


async def test_last_administrator_stays_when_two_revoke_each_other(ada: Client, member: Any) -> None:
    """Ten rounds: of two administrators who revoke each other at once, one stays."""
    groups = {group["key"]: group["id"] for group in (await ada.read("/permission-groups"))["items"]}
    bob = await member("bob", {})
    grant = {"permission_group_id": groups["administrator"], "scope": "all"}
    paths = {who.user["id"]: f"/api/v1/users/{who.user['id']}/permission-groups" for who in (ada, bob)}
    for _ in range(10):
        await ada.post(paths[bob.user["id"]], json=grant)
        answers = await asyncio.gather(
            ada.delete(f"{paths[bob.user['id']]}/{groups['administrator']}"),
            bob.delete(f"{paths[ada.user['id']]}/{groups['administrator']}"),
        )
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(204) == 1 and set(statuses) <= {204, 403, 409}, statuses
        left, gone = (ada, bob) if statuses[0] == 204 else (bob, ada)
        assert (await left.delete(f"{paths[left.user['id']]}/{groups['administrator']}")).status_code == 409
        assert (await left.post(paths[gone.user["id"]], json=grant)).status_code == 201
        await ada.post(paths[ada.user["id"]], json=grant)


async def test_pay_is_hidden_when_its_permission_is_missing(ada: Client, member: Any) -> None:
    """The range reads null."""
    pay = {"min_minor": 1, "max_minor": 2, "currency": "EUR", "period": "year"}
    job = await ada.made("/jobs", JOB | {"pay_range": pay})
    bob, carl = await member("bob", {"jobs.read": "all"}), await member("carl", {"jobs.read": "all", "pay.read": "all"})
    assert (await bob.read(f"/jobs/{job['id']}"))["pay_range"] is None
    assert (await bob.read("/jobs"))["items"][0]["pay_range"] is None
    assert (await carl.read(f"/jobs/{job['id']}"))["pay_range"] == pay


async def test_pay_of_a_post_is_hidden_when_the_public_does_not_see_it(ada: Client, member: Any) -> None:
    """In lists and in the answers of commands; once published and not internal, anybody reads it."""
    pay = [{"min_minor": 1, "max_minor": 2, "currency": "EUR", "period": "year"}]
    held = {"posts.read": "all", "posts.write": "all"}
    bob, carl = await member("bob", held), await member("carl", held | {"pay.read": "all"})
    job = await open_job(ada)
    post = await bob.made(f"/jobs/{job['id']}/posts", {"title": "A", "body": "B", "pay_ranges": pay})
    path = f"/posts/{post['id']}"
    patched = await bob.patch(f"/api/v1{path}", json={"title": "C"})
    hidden = [post, patched.json(), await bob.read(path), *(await bob.read("/posts"))["items"]]
    assert [each["pay_ranges"] for each in hidden] == [None] * 4
    assert (await carl.read(path))["pay_ranges"] == pay
    assert (await bob.made(f"{path}/publish"))["pay_ranges"] == (await bob.read(path))["pay_ranges"] == pay
    assert (await bob.patch(f"/api/v1{path}", json={"is_internal": True})).json()["pay_ranges"] is None
    assert (await carl.made(f"{path}/unpublish"))["pay_ranges"] == pay


async def test_group_of_ones_own_holds_at_once_when_it_changes(ada: Client, member: Any) -> None:
    """A built-in one does not change."""
    group = await ada.made("/permission-groups", {"name": "Readers", "permissions": ["jobs.read"]})
    bob = await member("bob", {})
    await ada.made(f"/users/{bob.user['id']}/permission-groups", {"permission_group_id": group["id"], "scope": "all"})
    assert (await bob.get("/api/v1/jobs")).status_code == 200
    path = f"/api/v1/permission-groups/{group['id']}"
    changed = await ada.patch(path, json={"permissions": ["structure.read"]})
    assert changed.json()["permissions"] == ["structure.read"]
    assert (await bob.get("/api/v1/jobs")).status_code == 403
    assert (await bob.get("/api/v1/departments")).status_code == 200
    built_in = next(each for each in (await ada.read("/permission-groups"))["items"] if each["key"])
    refused = await ada.patch(f"/api/v1/permission-groups/{built_in['id']}", json={"name": "Mine"})
    assert (refused.status_code, refused.json()["code"]) == (409, "in_use")
    stale = {"If-Match": '"9"'}
    refused = await ada.patch(f"/api/v1/permission-groups/{built_in['id']}", json={"name": "Mine"}, headers=stale)
    assert (refused.status_code, refused.json()["code"]) == (412, "version_mismatch")
    odd = await ada.patch(path, json={"permissions": ["jobs.fly"]})
    assert odd.json()["errors"][0]["pointer"] == "/permissions/0"


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
            [finding] = refused.json()["errors"]
            assert (refused.status_code, finding["pointer"], finding["code"]) == (422, "On-Behalf-Of", code)
            assert user_id not in refused.text
        assert (await other.get("/api/v1/jobs", headers=acting)).status_code == 403
    assert (await bob.get("/api/v1/departments", headers=acting)).status_code == 403


async def test_permissions_of_another_tenant_look_absent_when_asked_for(ada: Client, eve: Client) -> None:
    """Users, groups and grants."""
    group = await ada.made("/permission-groups", {"name": "Readers", "permissions": ["jobs.read"]})
    path = f"/api/v1/users/{ada.user['id']}"
    assert (await eve.get(path)).status_code == 404
    assert (await eve.get(f"{path}/permissions")).status_code == 404
    assert (await eve.get(f"{path}/permission-groups")).status_code == 404
    assert (await eve.get(f"/api/v1/permission-groups/{group['id']}")).status_code == 404
    own = {"permission_group_id": group["id"], "scope": "all"}
    assert (await eve.post(f"/api/v1/users/{eve.user['id']}/permission-groups", json=own)).status_code == 422
    grant = {"permission": "jobs.read", "scope": "all"}
    assert (await eve.post(f"{path}/permissions", json=grant)).status_code == 404


async def test_board_is_added_and_changed_when_permitted(ada: Client, eve: Client, anybody: Client) -> None:
    """A slug is one board's in the whole service; the form asks what the board requires."""
    slug = f"jobs-{ada.user['id'][-12:]}"
    board = await ada.made(
        "/job-boards", {"slug": slug, "name": "Jobs", "required_fields": ["first_name", "email", "phone"]}
    )
    assert (await anybody.get(f"/api/v1/boards/{slug}")).json()["name"] == "Jobs"
    taken = await eve.post("/api/v1/job-boards", json={"slug": slug, "name": "Mine"})
    assert (taken.status_code, taken.json()["code"]) == (409, "slug_taken")
    path = f"/api/v1/job-boards/{board['id']}"
    template = "https://careers.example.com/{post_id}"
    changed = await ada.patch(
        path, json={"post_url_template": template, "allowed_origins": ["https://careers.example.com"]}
    )
    assert changed.json()["post_url_template"] == template
    for wrong in (
        {"post_url_template": "https://a.example/"},
        {"required_fields": ["phone"]},
        {"allowed_origins": ["x"]},
    ):
        assert (await ada.patch(path, json=wrong)).status_code == 422
    assert (await eve.patch(path, json={"name": "Mine"})).status_code == 404
    job = await open_job(ada)
    post = await ada.made(f"/jobs/{job['id']}/posts", {"title": "A", "body": "B", "job_board_id": board["id"]})
    await ada.made(f"/posts/{post['id']}/publish")
    shown = (await anybody.get(f"/api/v1/boards/{slug}/posts/{post['id']}")).json()
    assert shown["url"] == f"https://careers.example.com/{post['id']}"
    apply = f"/api/v1/boards/{slug}/posts/{post['id']}/applications"
    person = {"first_name": "A", "email": "a@example.com"}
    assert (await anybody.post(apply, json=person)).json()["errors"][0]["pointer"] == "/phone"
    asking = {"Origin": "https://careers.example.com", "Access-Control-Request-Method": "POST"}
    assert (await anybody.options(apply, headers=asking)).headers["Access-Control-Allow-Origin"] == asking["Origin"]
