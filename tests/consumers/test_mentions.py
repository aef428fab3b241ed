"""Mails to members whom a note mentions: one to each, without a word of the note, if they may read it."""

import asyncio
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from hiring.config import Settings
from hiring.consumers import notifications
from hiring.consumers.base import Context
from hiring.database import Database
from hiring.errors import MessageDone, MessageRunning
from tests.api.journeys import apply, open_job
from tests.background import until
from tests.client import Client
from tests.consumers.conftest import Working
from tests.consumers.mails import events_of, stored
from tests.consumers.test_notifications_failures import envelope_of
from tests.databases import Admin
from tests.mail_server import MailServer

SECRET = "She asked for 90,000."
READING = {"notes.read": "all", "candidates.read": "all"}


async def colleague(ada: Client, admin: Admin, name: str, permissions: dict[str, str] = READING) -> str:
    """The id of an active member with permissions."""
    user = await ada.made("/users", {"first_name": name, "email": f"{name}-{ada.user['id'][-8:]}@example.com"})
    await admin("UPDATE users SET status = 'active', name = first_name WHERE id = %(id)s", id=UUID(user["id"]))
    for code, scope in permissions.items():
        await ada.made(f"/users/{user['id']}/permissions", {"permission": code, "scope": scope})
    return str(user["id"])


async def noted(ada: Client, candidate_id: str, *mentions: str, **changes: Any) -> dict[str, Any]:
    """A note that mentions users."""
    return await ada.made(f"/candidates/{candidate_id}/notes", {"body": SECRET, "mentions": mentions} | changes)


async def told(admin: Admin, ada: Client) -> list[dict[str, Any]]:
    """The mails about mentions, oldest first."""
    return [message for message in await stored(admin, ada) if message["kind"] == "note_mention"]


async def test_member_is_told_once_when_a_note_mentions_them(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Who mentions them, and about whom; who is added later gets a mail of their own, and nobody gets a second one."""
    bob, carl = [await colleague(ada, admin, name) for name in ("bob", "carl")]
    robot = await ada.made("/users", {"type": "service", "first_name": "Sync"})
    candidate = await ada.made("/candidates", {"first_name": "Kim", "last_name": "Ito"})
    note = await noted(ada, candidate["id"], bob, ada.user["id"], robot["id"])
    path = f"/api/v1/notes/{note['id']}"
    for mentions in ([carl, bob], [], [bob], [carl, bob]):
        assert (await ada.patch(path, json={"mentions": mentions})).status_code == 200
    async with working():

        async def are_sent() -> bool:
            return [each["status"] for each in await told(admin, ada)] == ["sent", "sent"]

        await until(are_sent)
    messages = await told(admin, ada)
    assert [message["user_id"] for message in messages] == [bob, carl]
    assert {message["candidate_id"] for message in messages} == {candidate["id"]}
    mentioned = [each for each in mail_server.caught if "mentioned" in each.subject]
    caught = sorted(mentioned, key=lambda each: each.recipient)
    assert [each.recipient.partition("-")[0] for each in caught] == ["bob", "carl"]
    for each, message in zip(caught, messages, strict=True):
        assert each.subject == "Ada Lovelace mentioned you in a note about Kim Ito"
        assert "Kim Ito" in each.body and ada.organization["name"] in each.body and "90,000" not in each.body
        assert SECRET not in str(message)
        assert await events_of(admin, message) == [("message.due", 1, None), ("message.sent", 2, message["id"])]


async def test_member_is_told_once_when_the_message_comes_twice(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """Twenty deliveries at once queue the mail once."""
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    await noted(ada, candidate["id"], await colleague(ada, admin, "bob"))
    [message] = await told(admin, ada)
    context, event = Context(mail_settings, worker_db, asyncio.Event()), await envelope_of(admin, message["id"])
    outcomes = await asyncio.gather(*(notifications.handle(context, event) for _ in range(20)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert all(isinstance(each, MessageDone | MessageRunning) for each in outcomes if each is not None), outcomes
    assert [each["status"] for each in await told(admin, ada)] == ["sending"]


async def test_member_is_told_once_when_twenty_mention_them_at_once(ada: Client, admin: Admin) -> None:
    """Each with another colleague: everybody who was mentioned at any time has one mail."""
    bob, carl = [await colleague(ada, admin, name) for name in ("bob", "carl")]
    candidate = await ada.made("/candidates", {"first_name": "Kim"})
    note = await noted(ada, candidate["id"])
    path = f"/api/v1/notes/{note['id']}"
    await asyncio.gather(
        *(ada.patch(path, json={"mentions": [bob, carl] if number % 2 else [bob]}) for number in range(20))
    )
    assert sorted(each["user_id"] for each in await told(admin, ada)) == sorted([bob, carl])


class Hidden(NamedTuple):
    """Why members do not see what mentions them: what they may do, what the note is, what happens before the mail."""

    permissions: dict[str, str] = READING
    visibility: str = "team"
    is_confidential: bool = False
    statement: str = ""
    method: str = ""


HIDDEN = {
    "no permission for notes": Hidden({"candidates.read": "all"}),
    "no permission for candidates": Hidden({"notes.read": "all"}),
    "notes of a team alone": Hidden({"notes.read": "team", "candidates.read": "all"}),
    "candidates of a team alone": Hidden({"notes.read": "all", "candidates.read": "team"}),
    "a private note": Hidden(visibility="private"),
    "a confidential job": Hidden(is_confidential=True),
    "their own file": Hidden(statement="UPDATE candidates SET user_id = %(user_id)s WHERE id = %(candidate_id)s"),
    "disabled since": Hidden(statement="UPDATE users SET status = 'disabled' WHERE id = %(user_id)s"),
    "not mentioned any more": Hidden(method="PATCH"),
    "a deleted note": Hidden(method="DELETE"),
}


@pytest.mark.parametrize("why", HIDDEN)
async def test_nobody_is_told_of_a_note_that_they_do_not_see(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database, why: str
) -> None:
    """When the mail is due, whatever was so before; nothing of the candidate is kept with it."""
    hidden = HIDDEN[why]
    bob = await colleague(ada, admin, "bob", hidden.permissions)
    application = await apply(ada, await open_job(ada, is_confidential=hidden.is_confidential), last_name="Ito")
    candidate_id = UUID(application["candidate_id"])
    note = await noted(
        ada, application["candidate_id"], bob, visibility=hidden.visibility, application_id=application["id"]
    )
    if hidden.statement:
        await admin(hidden.statement, candidate_id=candidate_id, user_id=UUID(bob))
    if hidden.method:
        options: dict[str, Any] = {"json": {"mentions": []}} if hidden.method == "PATCH" else {}
        assert (await ada.request(hidden.method, f"/api/v1/notes/{note['id']}", **options)).is_success
    [message] = await told(admin, ada)
    context, event = Context(mail_settings, worker_db, asyncio.Event()), await envelope_of(admin, message["id"])
    await notifications.handle(context, event)
    [message] = await told(admin, ada)
    assert (message["status"], message["subject"], message["body"]) == ("cancelled", None, None)
    assert "Ito" not in str(message)
    with pytest.raises(MessageDone):
        await notifications.handle(context, event)
    await admin("UPDATE candidates SET user_id = NULL WHERE id = %(candidate_id)s", candidate_id=candidate_id)
