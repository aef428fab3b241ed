"""Who may do what: groups, grants, scopes, API keys."""

import asyncio
from typing import Any

from tests.api.journeys import JOB, open_job
from tests.client import Client


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
