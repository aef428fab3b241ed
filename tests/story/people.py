"""The first chapters: an organization, its colleagues, their permissions, and a key for the nightly sync."""

from typing import Any

from tests.story.examples import Storyteller, instant_in_days
from tests.story.roles import PASSWORD, Mailed, People

NEW_PASSWORD = "a longer password, thank you"


async def account(say: Storyteller, mailed: Mailed) -> str:
    """Mia founds the organization, logs in on another device, forgets her password, and leaves that device."""
    founded = await say("registerOrganization", body={
        "organization_name": "Acme Instruments", "email": "mia@acme.example", "password": PASSWORD,
        "first_name": "Mia", "last_name": "Okafor",
    })  # fmt: skip
    mia = str(founded["access_token"])
    await say("readMe", mia)
    await say("changeMe", mia, body={"language": "en", "time_zone": "Europe/Berlin", "middle_name": "Ada"})
    login = {"email": "mia@acme.example", "password": PASSWORD, "organization": "acme-instruments"}
    laptop = await say("logIn", body=login)
    await say("logIn", body=login | {"password": "not her password"}, status=401)
    await say("refreshSession", body={"refresh_token": laptop["refresh_token"]})
    sessions = await say("listMySessions", mia, query={"limit": "10"})
    await say("endMySession", mia, path={"session_id": sessions["items"][0]["id"]})
    await say("requestPasswordReset", body={"email": "mia@acme.example"})
    token = await mailed("password_reset", founded["user"]["id"])
    await say("resetPassword", body={"token": token, "password": NEW_PASSWORD})
    again = await say("logIn", body=login | {"password": NEW_PASSWORD})
    await say("logOut", again["access_token"])
    again = await say("logIn", body=login | {"password": NEW_PASSWORD})
    await say("changeMyPassword", again["access_token"], body={
        "current_password": NEW_PASSWORD, "new_password": PASSWORD,
    })  # fmt: skip
    return str(again["access_token"])


async def colleagues(say: Storyteller, mia: str, mailed: Mailed) -> People:
    """She sets the organization up, invites Ravi, and makes a key for the nightly sync."""
    await say("readOrganization", mia)
    await say("changeOrganization", mia, body={
        "name": "Acme Instruments", "time_zone": "Europe/Berlin", "language": "en", "currency": "EUR",
        "website_url": "https://acme.example", "logo_url": "https://acme.example/logo.png", "reapply_window_days": 90,
        "mail_sender_name": "Acme Careers", "mail_allow_list": ["kim.ito@example.com"],
    })  # fmt: skip
    await say("listPermissions", mia)
    groups = await say("listPermissionGroups", mia, query={"limit": "10"})
    recruiter = next(each["id"] for each in groups["items"] if each["key"] == "recruiter")
    ravi = await say("addUser", mia, body={
        "type": "member", "first_name": "Ravi", "middle_name": "K.", "last_name": "Menon", "email": "ravi@acme.example",
        "language": "en", "time_zone": "Europe/Berlin", "external_id": "hr-1042",
    })  # fmt: skip
    token = await mailed("invitation", ravi["id"])
    await say("acceptInvitation", body={"token": token, "password": PASSWORD})
    user = {"user_id": ravi["id"]}
    await say("grantPermissionGroup", mia, path=user, body={"permission_group_id": recruiter, "scope": "all"})
    await permissions(say, mia, user)
    await say("listUsers", mia, query={"email": "ravi@acme.example", "status": "active"})
    await say("readUser", mia, path=user)
    changed = {"first_name": "Ravi", "middle_name": None, "last_name": "Menon-Iyer", "external_id": "hr-1043"}
    await say("changeUser", mia, path=user, body=changed)
    await say("disableUser", mia, path=user)
    await say("enableUser", mia, path=user)
    login = await say("logIn", body={"email": "ravi@acme.example", "password": PASSWORD})
    await say("addUser", login["access_token"], body={"first_name": "Noor"}, status=403)
    token = await key(say, mia, recruiter)
    return People(mia, login["access_token"], token, ravi["id"], await sender(say, mia, mailed))


async def sender(say: Storyteller, mia: str, mailed: Mailed) -> str:
    """Whom mails to candidates are from: an address that proves to be Acme's; one that nobody needs any more."""
    made = await say("addSenderIdentity", mia, body={"name": "Acme Careers", "email": "careers@acme.example"})
    named = {"sender_identity_id": made["id"]}
    await say("sendSenderVerification", mia, path=named)
    me = await say("readMe", mia)
    await say("verifySenderIdentity", body={"token": await mailed("sender_verification", me["id"])})
    await say("changeSenderIdentity", mia, path=named, body={"name": "Acme Instruments, careers"})
    await say("listSenderIdentities", mia, query={"status": "active"})
    await say("readSenderIdentity", mia, path=named)
    old = await say("addSenderIdentity", mia, body={"name": "Acme", "email": "jobs@acme.example"})
    await say("archiveSenderIdentity", mia, path={"sender_identity_id": old["id"]})
    return str(made["id"])


async def permissions(say: Storyteller, mia: str, user: dict[str, str]) -> None:
    """A group of their own, given and taken, and a permission by itself."""
    group = await say("addPermissionGroup", mia, body={"name": "Auditor", "permissions": ["applications.read"]})
    named = {"permission_group_id": group["id"]}
    await say("readPermissionGroup", mia, path=named)
    await say("changePermissionGroup", mia, path=named, body={
        "name": "Auditors", "permissions": ["applications.read", "candidates.read"],
    })  # fmt: skip
    await say("grantPermissionGroup", mia, path=user, body=named | {"scope": "team"})
    await say("revokePermissionGroup", mia, path=user | named)
    await say("listUserPermissionGroups", mia, path=user, query={"with_revoked": "true"})
    await say("grantPermission", mia, path=user, body={"permission": "pay.read", "scope": "all"})
    await say("revokePermission", mia, path=user | {"code": "pay.read"})
    await say("listUserPermissions", mia, path=user, query={"with_revoked": "true"})


async def key(say: Storyteller, mia: str, recruiter: str) -> str:
    """A service user with a key, which is rotated once."""
    robot = await say("addUser", mia, body={"type": "service", "first_name": "Nightly sync"})
    granted: dict[str, Any] = {"permission_group_id": recruiter, "scope": "all"}
    await say("grantPermissionGroup", mia, path={"user_id": robot["id"]}, body=granted)
    made = await say("addApiKey", mia, body={
        "user_id": robot["id"], "name": "Nightly sync", "expires_at": instant_in_days(365),
        "permissions": {"jobs.read": "all", "applications.read": "all", "candidates.read": "all"},
    })  # fmt: skip
    rotated = await say("rotateApiKey", mia, path={"api_key_id": made["id"]})
    await say("revokeApiKey", mia, path={"api_key_id": made["id"]})
    await say("listApiKeys", mia)
    return str(rotated["secret"])
