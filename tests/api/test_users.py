"""Users: invited, disabled and enabled."""

from hiring.config import Settings
from tests.api.conftest import Rows
from tests.api.journeys import NEW_PASSWORD, log_in, mailed
from tests.client import Client, findings


async def test_member_works_when_the_invitation_is_accepted(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """Invited, accepted, disabled, enabled; a disabled one is out at once."""
    email = f"grace-{ada.user['id'][-8:]}@example.com"
    user = await ada.made("/users", {"first_name": "Grace", "last_name": "Hopper", "email": email})
    assert user["status"] == "invited" and (await log_in(anybody, email)).status_code == 401
    body = {"token": await mailed(rows, settings, "invitation", user["id"]), "password": NEW_PASSWORD}
    accepted = await anybody.post("/api/v1/invitations/accept", json=body)
    assert accepted.is_success, accepted.text
    assert (await anybody.post("/api/v1/invitations/accept", json=body)).status_code == 422
    token = (await log_in(anybody, email, NEW_PASSWORD)).json()["access_token"]
    async with Client(ada.address, token) as grace:
        assert (await grace.read("/me"))["status"] == "active"
        assert (await grace.get("/api/v1/jobs")).json()["code"] == "forbidden"
        await ada.made(f"/users/{user['id']}/disable")
        assert (await grace.get("/api/v1/me")).status_code == 401
    assert (await log_in(anybody, email, NEW_PASSWORD)).status_code == 401
    assert (await ada.made(f"/users/{user['id']}/enable"))["status"] == "active"
    assert (await log_in(anybody, email, NEW_PASSWORD)).status_code == 200
    last = await ada.post(f"/api/v1/users/{ada.user['id']}/disable")
    assert (last.status_code, last.json()["code"]) == (409, "last_administrator")


async def test_member_is_invited_again_when_disabled_before_accepting(
    ada: Client, anybody: Client, rows: Rows, settings: Settings
) -> None:
    """A disabled one cannot accept; enabling leads back to the invitation, and makes nobody active."""
    user = await ada.made("/users", {"first_name": "Grace", "email": f"grace-{ada.user['id'][-8:]}@example.com"})
    path = f"/users/{user['id']}"
    assert await ada.made(f"{path}/enable") == user
    assert (await ada.made(f"{path}/disable"))["status"] == "disabled"
    body = {"token": await mailed(rows, settings, "invitation", user["id"]), "password": NEW_PASSWORD}
    refused = await anybody.post("/api/v1/invitations/accept", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "link_invalid")
    assert (await ada.made(f"{path}/enable"))["status"] == "invited"


async def test_service_user_gets_no_personal_data_when_changed(ada: Client) -> None:
    """Neither at first nor by a patch; null says what is so already."""
    service = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    path = f"/api/v1/users/{service['id']}"
    more = {"last_name": "Bot", "language": "de", "time_zone": "Europe/Berlin", "first_name": "Nightly"}
    refused = await ada.patch(path, json=more)
    unexpected = {("/last_name", "unexpected"), ("/language", "unexpected"), ("/time_zone", "unexpected")}
    assert set(findings(refused)) == unexpected
    stale = await ada.patch(path, json=more, headers={"If-Match": '"7"'})
    assert stale.status_code == 422, "what no version could take is told first"
    changed = await ada.patch(path, json={"first_name": "Nightly", "middle_name": None})
    assert (changed.status_code, changed.json()["name"]) == (200, "Nightly")
