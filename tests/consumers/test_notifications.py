"""Mails that people get: when, which, and in which words."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
import pytest

from hiring.config import Settings
from hiring.consumers import notifications
from hiring.consumers.base import Context
from hiring.database import Database
from tests.api.journeys import open_job, published_post
from tests.background import until
from tests.client import PASSWORD, Client
from tests.consumers.conftest import Working
from tests.consumers.mails import events_of, rejected, statuses, stored
from tests.consumers.test_notifications_failures import envelope_of
from tests.databases import Admin
from tests.mail_server import MailServer

PERSON = {"first_name": "Zoë", "last_name": "D’Árc 李", "email": "zoe@example.com"}


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def mails_came(server: MailServer, count: int = 1, limit_s: float = 10.0) -> None:
    async def came() -> bool:
        return len(server.taken) >= count

    await until(came, limit_s)


async def all_are(admin: Admin, ada: Client, *expected: str) -> None:
    async def are() -> bool:
        return await statuses(admin, ada) == list(expected)

    await until(are)


async def test_candidate_is_thanked_when_they_apply(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Who applies again is told so, and nobody else hears of it; each mail has an event about it."""
    path = await published_post(ada, await open_job(ada, title="Köchin 👩‍🍳 (m/w/d)"))
    async with working():
        for _ in range(2):
            assert (await ada.post(f"{path}/applications", json=PERSON | {"answers": []})).status_code == 201
        await all_are(admin, ada, "sent", "sent")
    thanks, again = sorted(mail_server.caught, key=lambda caught: "thank you" not in caught.body)
    assert thanks.recipient == again.recipient == "zoe@example.com"
    assert thanks.subject == "Your application: Köchin 👩‍🍳 (m/w/d)"
    assert "Hello Zoë," in thanks.body and "Köchin 👩‍🍳 (m/w/d)" in thanks.body
    assert ada.organization["name"] in thanks.header("From") and "<no-reply@example.com>" in thanks.header("From")
    assert "already have an application" in again.body
    messages = await stored(admin, ada)
    assert [message["kind"] for message in messages] == ["application_received", "already_applied"]
    for message in messages:
        assert f"<{message['id']}@example.com>" in [str(caught.mail["Message-ID"]) for caught in mail_server.caught]
        assert await events_of(admin, message) == [("message.due", 1, None), ("message.sent", 2, message["id"])]


async def test_rejection_is_mailed_when_its_instant_comes(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Not earlier; in the candidate's language."""
    due = soon(1.5)
    async with working():
        await rejected(ada, due, language="de-AT")
        await asyncio.sleep(0.5)
        assert mail_server.caught == [] and await statuses(admin, ada) == ["scheduled"]
        await mails_came(mail_server)
        assert datetime.now(UTC) >= due
        await all_are(admin, ada, "sent")
    [caught] = mail_server.caught
    assert caught.recipient == "kim@example.com" and caught.subject == "Ihre Bewerbung: Engineer"
    assert "Guten Tag Kim," in caught.body


async def test_rejection_is_not_mailed_when_the_application_was_reopened(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """The mail behind it, which is due later, is."""
    application_id = await rejected(ada, soon(0.6))
    await rejected(ada, soon(0.9), emails=[{"value": "later@example.com"}])
    async with working():
        await ada.made(f"/applications/{application_id}/reopen")
        await all_are(admin, ada, "cancelled", "sent")
    assert [caught.recipient for caught in mail_server.caught] == ["later@example.com"]
    [cancelled, _] = await stored(admin, ada)
    assert cancelled["subject"] is None and cancelled["body"] is None


async def test_rejection_is_not_mailed_when_its_candidate_has_applied_again(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """What is not true any more when it falls due is cancelled, with an event about it. Rules: A18."""
    application = await ada.read(f"/applications/{await rejected(ada, soon(0.6))}")
    await rejected(ada, soon(0.9), emails=[{"value": "later@example.com"}])
    await ada.made("/applications", {key: application[key] for key in ("candidate_id", "job_id")})
    async with working():
        await all_are(admin, ada, "cancelled", "sent")
    assert [caught.recipient for caught in mail_server.caught] == ["later@example.com"]
    [cancelled, _] = await stored(admin, ada)
    told = [(kind, version) for kind, version, _ in await events_of(admin, cancelled)]
    assert told == [("message.due", 1), ("message.cancelled", 2)]


async def test_mailed_link_works_once_when_its_mail_arrives(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Invitation and new password; what is stored of a mail does not open anything."""
    email = f"bob-{ada.organization['slug']}@example.com"
    async with working(), Client(ada.address) as bob:
        await ada.made("/users", {"first_name": "Bob", "email": email})
        await mails_came(mail_server)
        invited = {"token": token_in(mail_server.taken[0].body, "invitations/accept"), "password": PASSWORD}
        assert (await bob.made("/invitations/accept", invited))["status"] == "active"
        await bob.made("/password-resets", {"email": email})
        await mails_came(mail_server, 2)
        token = token_in(mail_server.taken[1].body, "password-resets/confirm")
        await bob.made("/password-resets/confirm", {"token": token, "password": PASSWORD[::-1]})
        await all_are(admin, ada, "sent", "sent")
        again = await bob.post("/api/v1/invitations/accept", json=invited)
        assert again.json()["code"] == "link_invalid"
    for message, spent in zip(await stored(admin, ada), [invited["token"], token], strict=True):
        assert spent not in str(message) and "#token=[one-time-token]" in message["body"]


def token_in(body: str, path: str) -> str:
    """The token of a mail's link, which also stands there alone."""
    link = re.search(rf"^http://\S+/{path}#token=(\S+)$", body, re.MULTILINE)
    assert link is not None, body
    assert f"\n{link[1]}\n" in body
    return link[1]


async def test_mail_is_withheld_when_its_address_is_not_on_the_allow_list(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """During a trial only these addresses get mail; what the others would have got can be read."""
    await admin(
        "UPDATE organizations SET mail_allow_list = '{kim@example.com}' WHERE organization_id = %(id)s",
        id=UUID(ada.organization["id"]),
    )
    await rejected(ada, emails=[{"value": "stranger@example.com"}])
    await rejected(ada, emails=[{"value": "Kim@Example.com"}])
    async with working():
        await all_are(admin, ada, "withheld", "sent")
    assert [caught.recipient for caught in mail_server.caught] == ["kim@example.com"]
    [withheld, _] = await stored(admin, ada)
    assert "sorry to tell you" in withheld["body"]
    assert await events_of(admin, withheld) == [("message.due", 1, None)]


class Hostile(NamedTuple):
    """Names that somebody chose, and what a mail makes of them."""

    first_name: str
    title: str
    organization: str
    sender: str
    greeting: str


ENCODED_WORD = "=?utf-8?q?=0D=0ABcc:_eve=40example.com?="


@pytest.mark.parametrize(
    "given",
    [
        Hostile("Kim", ENCODED_WORD, "Ada\r\nBcc: eve@b.cd", "Ada Bcc: eve@b.cd", "Hello Kim,"),
        Hostile("عمر", "مهندس برمجيات", 'شركة "آدا", <x@y.zz>', 'شركة "آدا", <x@y.zz>', "Hello عمر,"),
        Hostile(
            "👩🏽\u200d💻", "{{ 7 * 7 }} {% raw %}", "[one-time-token]; ;\t\u202ex", "; ; x", "Hello 👩🏽\u200d💻,"
        ),
        Hostile("win.example.com", "L" * 200, "M" * 200, "M" * 200, "Hello,"),
    ],
)
async def test_mail_says_what_was_meant_when_names_are_hostile(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working, given: Hostile
) -> None:
    """No header and no recipient comes in, no template is run, letters of every script survive."""
    await admin(
        "UPDATE organizations SET name = %(name)s WHERE organization_id = %(id)s",
        name=given.organization, id=UUID(ada.organization["id"]),
    )  # fmt: skip
    path = await published_post(ada, await open_job(ada, title=given.title))
    async with working():
        person = PERSON | {"first_name": given.first_name, "answers": []}
        assert (await ada.post(f"{path}/applications", json=person)).status_code == 201
        await all_are(admin, ada, "sent")
    [caught] = mail_server.caught
    assert caught.recipient == "zoe@example.com" and caught.mail["Bcc"] is None
    assert caught.subject == f"Your application: {given.title}"[:200]
    assert given.greeting in caught.body and given.title in caught.body
    assert caught.header("From").startswith(f"{given.sender} <")


async def test_mail_is_withheld_when_a_candidate_got_too_many_in_a_day(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """Whatever they are about; side by side no more get through; after a day there is room again."""
    mails = msgspec.structs.replace(mail_settings.mails, candidate_per_day=2)
    few = msgspec.structs.replace(mail_settings, mails=mails)
    context = Context(few, worker_db, asyncio.Event())
    for _ in range(5):
        await rejected(ada)
    messages = await stored(admin, ada)
    envelopes = [await envelope_of(admin, message["id"]) for message in messages]
    await asyncio.gather(*(notifications.handle(context, each) for each in envelopes[:4]))
    assert sorted(await statuses(admin, ada)) == ["scheduled", "sending", "sending", "withheld", "withheld"]
    await admin("UPDATE messages SET begun_at = begun_at - interval '25 hours'")
    await notifications.handle(context, envelopes[4])
    assert sorted(await statuses(admin, ada)) == ["sending", "sending", "sending", "withheld", "withheld"]


async def test_mail_is_withheld_when_others_of_the_day_were_scheduled_long_ago(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """A mail counts on the day on which it goes out, whenever it was written."""
    mails = msgspec.structs.replace(mail_settings.mails, candidate_per_day=2)
    context = Context(msgspec.structs.replace(mail_settings, mails=mails), worker_db, asyncio.Event())
    for _ in range(3):
        await rejected(ada)
    await admin("UPDATE messages SET created_at = created_at - interval '31 days'")
    for message in await stored(admin, ada):
        await notifications.handle(context, await envelope_of(admin, message["id"]))
    assert sorted(await statuses(admin, ada)) == ["sending", "sending", "withheld"]


async def test_organization_mails_nothing_else_when_its_first_address_is_not_confirmed(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working, confirming_address: str
) -> None:
    """A link for a new password goes out, in a fixed name and without a word of whoever registered; it confirms."""
    organization_id = UUID(ada.organization["id"])
    await admin(
        """UPDATE organizations SET name = 'Buy now', mail_sender_name = 'Your bank'
           WHERE organization_id = %(id)s""",
        id=organization_id,
    )
    await admin("UPDATE users SET first_name = 'Dear customer' WHERE id = %(id)s", id=UUID(ada.user["id"]))
    await rejected(ada)
    await ada.made("/users", {"first_name": "Bob", "email": f"bob-{ada.organization['slug']}@example.com"})
    async with working(confirms_registration=True), Client(confirming_address) as anybody:
        await all_are(admin, ada, "withheld", "withheld")
        await anybody.made("/password-resets", {"email": ada.user["email"]})
        await mails_came(mail_server)
        [caught] = mail_server.taken
        assert caught.recipient == ada.user["email"] and caught.header("From").startswith("Hiring <")
        for chosen in ("Buy now", "Your bank", "Dear customer"):
            assert chosen not in caught.subject + caught.body + caught.header("From")
        token = token_in(caught.body, "password-resets/confirm")
        await anybody.made("/password-resets/confirm", {"token": token, "password": PASSWORD})
        [(is_confirmed,)] = await admin(
            "SELECT confirmed_at IS NOT NULL FROM organizations WHERE organization_id = %(id)s", id=organization_id
        )
        assert is_confirmed
        login = await anybody.post("/api/v1/login", json={"email": ada.user["email"], "password": PASSWORD})
        async with Client(ada.address, login.json()["access_token"]) as again:
            await again.made("/users", {"first_name": "Eve", "email": f"eve-{ada.organization['slug']}@example.com"})
        await mails_came(mail_server, 2)
    assert mail_server.taken[1].header("From").startswith("Your bank <")
