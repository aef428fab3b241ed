"""Messages that users write: they arrive as written, and each is either cancelled or sent."""

import asyncio
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.smtp import Envelope

from hiring.consumers import automation
from tests.api.journeys import apply, open_job, reason
from tests.api.test_bulk_operations import items, requested
from tests.background import until
from tests.client import Client
from tests.consumers.conftest import Working
from tests.consumers.mails import events_of, stored
from tests.consumers.test_bulk_operations import ended
from tests.databases import Admin
from tests.mail_server import MailServer

TEMPLATE = {"name": "A", "language": "en", "subject": "{{job_title}}", "body": "Dear {{candidate_first_name}}"}
SENT = [("message.due", 1), ("message.sent", 2)]
CANCELLED = [("message.due", 1), ("message.cancelled", 2)]


async def message_to(ada: Client, address: str, **changes: Any) -> dict[str, Any]:
    """A message to a new candidate."""
    application = await apply(ada, await open_job(ada), emails=[{"value": address}])
    body = {"subject": "Our call", "body": "On Monday."} | changes
    if "template_id" in body:
        body = changes | {"application_id": application["id"]}
    return await ada.made(f"/candidates/{application['candidate_id']}/messages", body)


async def end(ada: Client, message: dict[str, Any], *, among: tuple[str, ...] = ("cancelled", "sent")) -> str:
    """How a message ended."""

    async def has_ended() -> bool:
        return (await ada.read(f"/messages/{message['id']}"))["status"] in among

    await until(has_ended, 20)
    status: str = (await ada.read(f"/messages/{message['id']}"))["status"]
    return status


async def kinds(admin: Admin, message: dict[str, Any]) -> list[tuple[str, int]]:
    """Type and version of the events of a message."""
    return [(kind, version) for kind, version, _ in await events_of(admin, message)]


async def test_message_arrives_as_it_was_written(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """From a template and in own words; no text becomes a header, and no mail is dated in the past."""
    hostile = "Hello,\r\nBcc: eve@example.com\n\n.\n{{job_title}} {% x %} [one-time-token] 火 ☃"
    template = await ada.made("/email-templates", TEMPLATE)
    async with working():
        own = await message_to(ada, "kim@example.com", body=hostile, send_at="1969-07-20T20:17:00Z")
        filled = await message_to(ada, "lee@example.com", template_id=template["id"])
        assert [await end(ada, each) for each in (own, filled)] == ["sent", "sent"]
    found = {each.recipient: each for each in mail_server.taken}
    assert found["kim@example.com"].subject == "Our call" and found["kim@example.com"].mail["Bcc"] is None
    assert found["kim@example.com"].body.rstrip("\n") == hostile.replace("\r\n", "\n")
    assert (found["lee@example.com"].subject, found["lee@example.com"].body) == ("Engineer", "Dear Kim\n")
    assert await kinds(admin, own) == SENT
    dated = parsedate_to_datetime(found["kim@example.com"].mail["Date"])
    assert dated >= datetime.fromisoformat(own["created_at"]).replace(microsecond=0)
    assert (await ada.read(f"/messages/{own['id']}"))["sent_at"] is not None


async def test_message_is_cancelled_or_sent_when_both_are_tried_at_once(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Twenty messages, the first cancelled before its sending, the last after it, the others at moments between."""

    async def slowly(envelope: Envelope) -> str:
        await asyncio.sleep(0.02)
        return "250 OK"

    mail_server.on_data = slowly
    messages = [await message_to(ada, f"kim@d{number}.example") for number in range(20)]

    async def cancel(message: dict[str, Any], *, after_s: float = 0) -> str:
        await asyncio.sleep(after_s)
        answer = await ada.post(f"/api/v1/messages/{message['id']}/cancel")
        if answer.status_code == 200:
            return "cancelled"
        assert (answer.status_code, answer.json()["code"]) == (409, "status_conflict")
        assert answer.json()["current"]["status"] in ("sending", "sent")
        return "sent"

    first = await cancel(messages[0])
    async with working():
        between = [cancel(message, after_s=place * 0.03) for place, message in enumerate(messages[1:-1])]
        told = [first, *await asyncio.gather(*between), await end(ada, messages[-1])]
        assert await cancel(messages[-1]) == told[-1]
        assert [await end(ada, message) for message in messages] == told
    assert (told[0], told[-1]) == ("cancelled", "sent")
    for message, ended_as in zip(messages, told, strict=True):
        assert await kinds(admin, message) == (SENT if ended_as == "sent" else CANCELLED)
    sent = [message["recipient"] for message, ended_as in zip(messages, told, strict=True) if ended_as == "sent"]
    assert sorted(each.recipient for each in mail_server.taken) == sorted(sent)


async def test_message_is_never_sent_when_it_is_cancelled_between_two_tries(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """The server was down; when it comes back, only another one is sent. A failed one cannot be cancelled."""
    await mail_server.stop()
    async with working():
        message = await message_to(ada, "kim@example.com")

        async def is_cancelled() -> bool:
            return (await ada.post(f"/api/v1/messages/{message['id']}/cancel")).status_code == 200

        async def was_tried() -> bool:
            tries: int = (await stored(admin, ada))[-1]["try_count"]
            return tries > 0

        await until(was_tried)
        await until(is_cancelled)
        await admin("UPDATE messages SET next_try_at = '-infinity' WHERE id = %(id)s", id=UUID(message["id"]))
        before = await stored(admin, ada)
        await mail_server.start()
        assert await end(ada, await message_to(ada, "max@example.com")) == "sent"
        assert (await stored(admin, ada))[:-1] == before, "the next try is due, and nobody makes it"
        assert [each.recipient for each in mail_server.taken] == ["max@example.com"]
        mail_server.refuses("550 5.1.1 Nobody of this name")
        failed = await message_to(ada, "lee@example.com")
        assert await end(ada, failed, among=("failed",)) == "failed"
        answer = await ada.post(f"/api/v1/messages/{failed['id']}/cancel")
        assert (answer.status_code, answer.json()["current"]) == (409, {"status": "failed"})
    assert "5.1.1" in (await ada.read(f"/messages/{failed['id']}"))["failure"]


async def test_message_is_not_cancelled_when_it_is_being_handed_over(
    ada: Client, mail_server: MailServer, working: Working
) -> None:
    """The mail server has it: nobody can know what becomes of it."""
    statuses: list[int] = []
    ids: list[str] = []

    async def cancel_and_take(envelope: Envelope) -> str:
        statuses.append((await ada.post(f"/api/v1/messages/{ids[0]}/cancel")).status_code)
        return "250 OK"

    mail_server.on_data = cancel_and_take
    message = await message_to(ada, "kim@example.com")
    ids.append(message["id"])
    async with working():
        assert await end(ada, message) == "sent"
    assert statuses == [409]


async def test_bulk_operation_writes_one_mail_for_each_item(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Who has no address is told in the outcome of the item; a dry run writes to nobody."""
    template = await ada.made("/email-templates", TEMPLATE)
    job = await open_job(ada)
    for number in range(3):
        await apply(ada, job, emails=[{"value": f"a@d{number}.example"}])
    silent = await apply(ada, job)
    chosen = {"filter": {"job_id": job["id"]}}
    async with working(automation.CONSUMER):
        for is_dry in (True, False):
            operation = await requested(ada, "message", {"template_id": template["id"]}, dry_run=is_dry, **chosen)
            found = await ended(ada, operation)
            assert (found["succeeded_count"], found["refused_count"]) == (3, 1)
            refused = [each for each in await items(ada, operation) if each["outcome"] == "refused"]
            assert [(each["application_id"], each["error"]["code"]) for each in refused] == [(silent["id"], "no_email")]
            assert len(await stored(admin, ada)) == (0 if is_dry else 3)
    messages = await stored(admin, ada)
    assert {each["author"]["id"] for each in messages} == {ada.user["id"]}
    assert {each["subject"] for each in messages} == {"Engineer"} and {each["kind"] for each in messages} == {"written"}


@pytest.mark.parametrize("delay_s", [0.0, 0.3])
async def test_rejections_end_once_when_reopening_meets_sending(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working, delay_s: float
) -> None:
    """Twenty rejections from a template, reopened while they are sent: a mail that was taken reads as sent."""
    template = await ada.made("/email-templates", {"name": "A", "language": "en", "subject": "No", "body": "Sorry."})
    rejection = {"reason_id": await reason(ada, "rejection"), "message": {"template_id": template["id"]}}
    job = await open_job(ada)
    applications = [await apply(ada, job, emails=[{"value": f"a@d{number}.example"}]) for number in range(20)]

    async def turn(number: int, application: dict[str, Any]) -> None:
        await ada.made(f"/applications/{application['id']}/reject", rejection)
        await asyncio.sleep(delay_s + number * 0.02)
        await ada.made(f"/applications/{application['id']}/reopen")

    async with working():
        await asyncio.gather(*(turn(*each) for each in enumerate(applications)))

        async def have_ended() -> bool:
            return {each["status"] for each in await stored(admin, ada)} <= {"cancelled", "sent"}

        await until(have_ended, 20)
    messages = await stored(admin, ada)
    sent = sorted(each["recipient"] for each in messages if each["status"] == "sent")
    assert len(messages) == 20 and sent == sorted(each.recipient for each in mail_server.taken)
    for each in messages:
        found = await kinds(admin, each)
        expected = [SENT, [*CANCELLED, ("message.sent", 3)]] if each["status"] == "sent" else [CANCELLED]
        assert found in expected, found
