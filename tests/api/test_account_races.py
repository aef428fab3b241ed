"""What happens to an account at the same moment: grants, logins, passwords and links, one behind the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.commands import sessions
from hiring.commands.sessions import Account, Device, Grant
from hiring.config import Settings
from hiring.connectors import postgres
from hiring.errors import CredentialsWrong
from hiring.foundation.ids import new_id
from hiring.http.dependencies import Dependencies
from tests.api.conftest import Blocked, Race, Rows
from tests.api.journeys import NEW_PASSWORD, groups, log_in, mailed, mailed_all
from tests.client import PASSWORD, Client
from tests.databases import superuser_session

USER = "SELECT 1 FROM users WHERE id = %(id)s FOR NO KEY UPDATE"
CREDENTIALS = "SELECT 1 FROM credentials WHERE user_id = %(id)s FOR NO KEY UPDATE"
DEVICE = Device(user_agent=None, remote_address="127.0.0.1")
OWN_PASSWORD = "/api/v1/me/password"
CONFIRMATION = "/api/v1/password-resets/confirm"


async def verified(dependencies: Dependencies, email: str) -> Account:
    """The account of an address, its password just verified: where a login stands before its session starts."""
    return await sessions.find_account(
        dependencies.db, dependencies.passwords, email=email, password=PASSWORD, organization=None
    )


async def start(dependencies: Dependencies, db: Any, account: Account) -> Grant:
    """The other half of a login."""
    tokens = dependencies.settings.tokens
    return await sessions.start(
        db, secret=tokens.secret, ttl_s=tokens.refresh_ttl_s, account=account, device=DEVICE, correlation_id=new_id()
    )


@asynccontextmanager
async def starting(dependencies: Dependencies, account: Account) -> AsyncIterator[Grant]:
    """A session whose transaction is open until the end of the block."""
    async with dependencies.db.once(
        principal="test", key=str(uuid4()), fingerprint="f", organization_id=account.organization_id
    ) as once:
        yield await start(dependencies, once, account)
        once.answer = "started"


async def refresh_code(anybody: Client, token: str) -> str | None:
    """Why a refresh token is refused, None when it is not."""
    answer = await anybody.post("/api/v1/refresh", json={"refresh_token": token})
    return None if answer.is_success else str(answer.json()["code"])


async def test_permission_is_granted_once_when_many_grant_it_at_once(
    ada: Client, member: Any, race: Race, rows: Rows
) -> None:
    """All hear 201, a permission as a group; the first wrote it, the others found it."""
    bob, recruiter = await member("bob", {}), (await groups(ada))["recruiter"]
    for path, body, table in (
        ("permissions", {"permission": "jobs.read"}, "permission_assignments"),
        ("permission-groups", {"permission_group_id": recruiter}, "permission_group_assignments"),
    ):
        requests = [ada.post(f"/api/v1/users/{bob.user['id']}/{path}", json=body | {"scope": "team"}) for _ in range(4)]
        answers = await race(USER, {"id": UUID(bob.user["id"])}, *requests)
        assert {answer.status_code for answer in answers} == {201}
        assert sum("Consistency-Token" in answer.headers for answer in answers) == 1
        grants = await rows(f"SELECT scope FROM {table} WHERE user_id = %(id)s", id=UUID(bob.user["id"]))
        assert grants == [("team",)]


async def test_last_scope_holds_when_two_are_granted_at_once(ada: Client, member: Any, race: Race) -> None:
    """The second asks for what stood before the first: that is a change again."""
    bob, recruiter = await member("bob", {}), (await groups(ada))["recruiter"]
    for path, body in (
        ("permissions", {"permission": "jobs.read"}), ("permission-groups", {"permission_group_id": recruiter}),
    ):  # fmt: skip
        url = f"/users/{bob.user['id']}/{path}"
        await ada.made(url, body | {"scope": "all"})
        requests = [ada.post(f"/api/v1{url}", json=body | {"scope": scope}) for scope in ("team", "all")]
        answers = await race(USER, {"id": UUID(bob.user["id"])}, *requests)
        assert [answer.status_code for answer in answers] == [201, 201]
        assert [held["scope"] for held in (await ada.read(url))["items"]] == ["all"]


async def test_permission_is_gone_when_its_scope_changes_while_it_is_revoked(
    ada: Client, member: Any, race: Race
) -> None:
    """The grant that stands when its turn has come is revoked, not the one that stood when it was asked."""
    bob, recruiter = await member("bob", {}), (await groups(ada))["recruiter"]
    for path, body in (
        ("permissions", {"permission": "jobs.read"}), ("permission-groups", {"permission_group_id": recruiter}),
    ):  # fmt: skip
        url = f"/users/{bob.user['id']}/{path}"
        await ada.made(url, body | {"scope": "all"})
        changing = ada.post(f"/api/v1{url}", json=body | {"scope": "team"})
        revoking = ada.delete(f"/api/v1{url}/{next(iter(body.values()))}")
        answers = await race(USER, {"id": UUID(bob.user["id"])}, changing, revoking)
        assert [answer.status_code for answer in answers] == [201, 204]
        assert (await ada.read(url))["items"] == []


async def test_session_ends_when_its_user_is_disabled_while_it_starts(
    ada: Client, anybody: Client, member: Any, dependencies: Dependencies, blocked: Blocked
) -> None:
    """Nor does it live again when the user is enabled."""
    bob = await member("bob", {})
    async with starting(dependencies, await verified(dependencies, bob.user["email"])) as grant:
        disabling = await blocked(ada.post(f"/api/v1/users/{bob.user['id']}/disable"))
    assert (await disabling).status_code == 200
    await ada.made(f"/users/{bob.user['id']}/enable")
    assert await refresh_code(anybody, grant.refresh_token) == "session_ended"
    assert (await log_in(anybody, bob.user["email"])).status_code == 200


@pytest.mark.parametrize("way", ["changed", "reset"])
async def test_login_is_refused_when_the_password_is_another_before_the_session_starts(
    ada: Client, anybody: Client, rows: Rows, settings: Settings, dependencies: Dependencies, way: str
) -> None:
    """The old password was right when it was verified; it is the same refusal as for a wrong one."""
    account = await verified(dependencies, ada.user["email"])
    if way == "changed":
        body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
        changed = await ada.post(OWN_PASSWORD, json=body)
    else:
        await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
        token = await mailed(rows, settings, "password_reset", ada.user["id"])
        changed = await anybody.post(CONFIRMATION, json={"token": token, "password": NEW_PASSWORD})
    assert changed.status_code == 204
    with pytest.raises(CredentialsWrong):
        await start(dependencies, dependencies.db, account)


@pytest.mark.parametrize("way", ["changed", "reset"])
async def test_session_ends_when_the_password_is_set_while_it_starts(
    ada: Client, anybody: Client, rows: Rows, settings: Settings, dependencies: Dependencies,
    blocked: Blocked, way: str,
) -> None:  # fmt: skip
    """The new password waits for the login with the old one, and ends its session."""
    await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
    token = await mailed(rows, settings, "password_reset", ada.user["id"])
    async with starting(dependencies, await verified(dependencies, ada.user["email"])) as grant:
        if way == "changed":
            body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
            setting = await blocked(ada.post(OWN_PASSWORD, json=body))
        else:
            setting = await blocked(anybody.post(CONFIRMATION, json={"token": token, "password": NEW_PASSWORD}))
    assert (await setting).status_code == 204
    assert await refresh_code(anybody, grant.refresh_token) == "session_ended"


async def test_password_is_changed_once_when_two_know_the_current_one(ada: Client, race: Race) -> None:
    """For the second it is not the current one any more."""
    new_passwords = [NEW_PASSWORD, f"{NEW_PASSWORD} again"]
    requests = [
        ada.post(OWN_PASSWORD, json={"current_password": PASSWORD, "new_password": new}) for new in new_passwords
    ]
    answers = await race(CREDENTIALS, {"id": UUID(ada.user["id"])}, *requests)
    assert [answer.status_code for answer in answers] == [204, 401]
    assert (await log_in(ada, ada.user["email"], NEW_PASSWORD)).status_code == 200


async def test_one_link_sets_the_password_when_two_are_used_at_once(
    ada: Client, anybody: Client, rows: Rows, settings: Settings, race: Race
) -> None:
    """The first one that is used spends the other."""
    for _ in range(2):
        await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
    tokens = await mailed_all(rows, settings, "password_reset", ada.user["id"])
    requests = [anybody.post(CONFIRMATION, json={"token": token, "password": NEW_PASSWORD}) for token in tokens]
    answers = await race(CREDENTIALS, {"id": UUID(ada.user["id"])}, *requests)
    assert [answer.status_code for answer in answers] == [204, 422]


async def test_one_invitation_is_accepted_when_two_are_used_at_once(
    ada: Client, anybody: Client, rows: Rows, settings: Settings, race: Race
) -> None:
    """The first one that is used spends the other, and its password holds."""
    email = f"grace-{ada.user['id'][-8:]}@example.com"
    user = await ada.made("/users", {"first_name": "Grace", "email": email})
    await anybody.post("/api/v1/password-resets", json={"email": email})
    tokens = await mailed_all(rows, settings, "invitation", user["id"])
    requests = [
        anybody.post("/api/v1/invitations/accept", json={"token": token, "password": password})
        for token, password in zip(tokens, (PASSWORD, NEW_PASSWORD), strict=True)
    ]
    answers = await race(USER, {"id": UUID(user["id"])}, *requests)
    assert [answer.status_code for answer in answers] == [200, 422]
    assert (await log_in(anybody, email)).status_code == 200


async def test_session_goes_on_when_twenty_refresh_it_at_once_and_ends_after_the_grace(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """All get one successor; when the grace is over the spent token ends the family, tokens of both kinds, at once."""
    refresh = {"refresh_token": ada.refresh_token}
    answers = await asyncio.gather(*(anybody.post("/api/v1/refresh", json=refresh) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    [successor] = {answer.json()["refresh_token"] for answer in answers}
    assert await rows("SELECT generation FROM sessions WHERE user_id = %(id)s", id=UUID(ada.user["id"])) == [(2,)]
    assert (await ada.get("/api/v1/me")).status_code == 200
    age = "UPDATE sessions SET rotated_at = now() - make_interval(secs => %(age_s)s) WHERE user_id = %(id)s RETURNING 1"
    await rows(age, id=UUID(ada.user["id"]), age_s=settings.tokens.refresh_grace_s - 5)
    assert await refresh_code(anybody, ada.refresh_token) is None
    await rows(age, id=UUID(ada.user["id"]), age_s=settings.tokens.refresh_grace_s + 1)
    assert await refresh_code(anybody, ada.refresh_token) == "refresh_reused"
    assert await refresh_code(anybody, successor) == "session_ended"
    assert (await ada.get("/api/v1/me")).json()["code"] == "session_ended"


async def test_refresh_is_refused_for_the_first_rule_when_it_breaks_two(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """A spent token of a session that has ended is told of the end, and so is one whose session was deleted."""
    assert await refresh_code(anybody, ada.refresh_token) is None
    sessions_of = {"id": UUID(ada.user["id"]), "age_s": settings.tokens.refresh_grace_s + 1}
    await rows(
        "UPDATE sessions SET rotated_at = now() - make_interval(secs => %(age_s)s), expires_at = now()"
        " WHERE user_id = %(id)s RETURNING 1", **sessions_of,
    )  # fmt: skip
    assert await refresh_code(anybody, ada.refresh_token) == "session_ended"
    ended = "SELECT revoked_at, revoke_reason FROM sessions WHERE user_id = %(id)s"
    assert await rows(ended, id=sessions_of["id"]) == [(None, None)]
    async with superuser_session(settings) as session:
        await postgres.send(session, "DELETE FROM sessions WHERE user_id = %(id)s", {"id": sessions_of["id"]})
    assert await refresh_code(anybody, ada.refresh_token) == "session_ended"
    assert await refresh_code(anybody, "x" * 43) == "token_invalid"
