"""Passwords: changed, reset by a mailed link, and chosen by whoever was invited."""

import asyncio
from uuid import UUID

from hiring.config import Settings
from tests.api.conftest import Rows
from tests.api.journeys import NEW_PASSWORD, log_in, mailed, mailed_all
from tests.client import PASSWORD, Client


async def test_other_sessions_end_when_the_password_is_changed(ada: Client, anybody: Client) -> None:
    """The one that asked goes on."""
    other = (await log_in(anybody, ada.user["email"])).json()["access_token"]
    wrong = await ada.post("/api/v1/me/password", json={"current_password": NEW_PASSWORD, "new_password": NEW_PASSWORD})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/current_password")
    short = await ada.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": "short"})
    assert (short.status_code, short.json()["errors"][0]["pointer"]) == (422, "/new_password")
    changed = await ada.post("/api/v1/me/password", json={"current_password": PASSWORD, "new_password": NEW_PASSWORD})
    assert changed.status_code == 204
    async with Client(ada.address, other) as phone:
        assert (await phone.get("/api/v1/me")).status_code == 401
    assert (await ada.get("/api/v1/me")).status_code == 200
    assert (await log_in(anybody, ada.user["email"])).status_code == 401
    assert (await log_in(anybody, ada.user["email"], NEW_PASSWORD)).status_code == 200


async def test_password_is_reset_once_when_the_mailed_link_is_used(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """Asking tells nobody whether there is an account; of two spenders at once one succeeds."""
    unknown = await anybody.post("/api/v1/password-resets", json={"email": "nobody@example.com"})
    known = await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
    assert unknown.status_code == known.status_code == 202 and unknown.content == known.content
    body = {"token": await mailed(rows, settings, "password_reset", ada.user["id"]), "password": NEW_PASSWORD}
    answers = await asyncio.gather(*(anybody.post("/api/v1/password-resets/confirm", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [204, 422, 422, 422]
    assert (await ada.get("/api/v1/me")).status_code == 401
    assert (await log_in(anybody, ada.user["email"], NEW_PASSWORD)).status_code == 200


async def test_other_reset_links_are_spent_when_one_is_used(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """Whichever mail was opened, an older or a newer one lying around sets no password any more."""
    for _ in range(3):
        await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
    older, used, newer = await mailed_all(rows, settings, "password_reset", ada.user["id"])
    statuses = [
        (await anybody.post("/api/v1/password-resets/confirm", json={"token": token, "password": password})).status_code
        for token, password in ((used, NEW_PASSWORD), (older, PASSWORD), (newer, PASSWORD))
    ]
    assert statuses == [204, 422, 422]
    assert (await log_in(anybody, ada.user["email"], NEW_PASSWORD)).status_code == 200


async def test_reset_links_are_spent_when_the_password_is_changed(
    ada: Client, eve: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """A mail that lies around sets no password over the new one; other people's links, and a later one, still do."""
    for client in (ada, eve):
        await anybody.post("/api/v1/password-resets", json={"email": client.user["email"]})
    change = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert (await ada.post("/api/v1/me/password", json=change)).status_code == 204
    await anybody.post("/api/v1/password-resets", json={"email": ada.user["email"]})
    older, newer = await mailed_all(rows, settings, "password_reset", ada.user["id"])
    others = await mailed(rows, settings, "password_reset", eve.user["id"])
    statuses = [
        (await anybody.post("/api/v1/password-resets/confirm", json={"token": token, "password": PASSWORD})).status_code
        for token in (older, newer, others)
    ]
    assert statuses == [422, 204, 204]


async def test_invited_user_gets_another_invitation_when_asking_for_a_password(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """After the link has expired, also when disabled and enabled in between; while disabled nothing is mailed."""
    email = f"grace-{ada.user['id'][-8:]}@example.com"
    user = await ada.made("/users", {"first_name": "Grace", "email": email})
    found = {"id": UUID(user["id"])}
    await rows("UPDATE mailed_links SET expires_at = now() WHERE user_id = %(id)s RETURNING id", **found)
    first = await mailed(rows, settings, "invitation", user["id"])
    body = {"token": first, "password": NEW_PASSWORD}
    assert (await anybody.post("/api/v1/invitations/accept", json=body)).json()["code"] == "link_invalid"
    await ada.made(f"/users/{user['id']}/disable")
    await anybody.post("/api/v1/password-resets", json={"email": email})
    assert await mailed_all(rows, settings, "invitation", user["id"]) == [first]
    assert (await ada.made(f"/users/{user['id']}/enable"))["status"] == "invited"
    for _ in range(2):
        await anybody.post("/api/v1/password-resets", json={"email": email})
    assert await mailed_all(rows, settings, "password_reset", user["id"]) == []
    kinds = await rows("SELECT kind, recipient FROM messages WHERE user_id = %(id)s", **found)
    assert kinds == [("invitation", email)] * 3
    body["token"] = await mailed(rows, settings, "invitation", user["id"])
    assert (await anybody.post("/api/v1/invitations/accept", json=body)).json()["status"] == "active"
    assert await rows("SELECT 1 FROM mailed_links WHERE user_id = %(id)s AND spent_at IS NULL", **found) == []
    assert (await log_in(anybody, email, NEW_PASSWORD)).status_code == 200
