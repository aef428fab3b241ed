"""Mails when something fails: nothing is lost, nothing is sent twice without need, a repeat can be told as one."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.smtp import Envelope as SmtpEnvelope

from hiring.config import Settings
from hiring.connectors import postgres
from hiring.connectors.rabbitmq import Broker
from hiring.connectors.rabbitmq_topology import dead_queue
from hiring.consumers import notifications
from hiring.consumers.base import Context
from hiring.database import Database
from hiring.domain.events import Event
from hiring.errors import MessageDone, MessageRunning, NotFound
from tests.background import DATABASE, drain, until
from tests.cli.command import hiring_beside
from tests.client import Client
from tests.consumers.conftest import RETRY_DELAYS_MS, Working
from tests.consumers.mails import events_of, rejected, statuses, stored
from tests.databases import Admin, superuser_session
from tests.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[2]


async def becomes(admin: Admin, ada: Client, *expected: str) -> None:
    async def is_so() -> bool:
        return await statuses(admin, ada) == list(expected)

    await until(is_so)


async def envelope_of(admin: Admin, message_id: str) -> Event:
    """The event of a mail as the broker carries it."""
    [(body,)] = await admin("SELECT event_body(e)::text FROM events AS e WHERE e.id = %(id)s", id=UUID(message_id))
    return msgspec.json.decode(body, type=Event)


async def test_every_mail_arrives_once_when_the_server_was_down(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """A refused connection is tried again after a while."""
    await mail_server.stop()
    for _ in range(5):
        await rejected(ada)
    async with working():
        await becomes(admin, ada, *["sending"] * 5)
        await mail_server.start()
        await becomes(admin, ada, *["sent"] * 5)
    ids = [str(caught.mail["Message-ID"]) for caught in mail_server.caught]
    assert len(ids) == len(set(ids)) == 5


async def test_mail_is_the_same_when_it_is_tried_again(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """Whatever was changed meanwhile: its text and its sender were fixed at the first try."""
    mail_server.answers("451 4.3.0 Try again", "421 4.3.2 Going down")
    await rejected(ada)
    async with working():
        await becomes(admin, ada, "sending")
        await admin("UPDATE messages SET facts = facts || '{\"first_name\": \"Sam\"}' WHERE status = 'sending'")
        renamed = {"name": "Elsewhere", "mail_sender_name": "Somebody else"}
        assert (await ada.patch("/api/v1/organization", json=renamed)).status_code == 200
        await becomes(admin, ada, "sent")
    assert [caught.taken for caught in mail_server.caught] == [False, False, True]
    assert len({caught.content for caught in mail_server.caught}) == 1
    [message] = await stored(admin, ada)
    assert await events_of(admin, message) == [("message.due", 1, None), ("message.sent", 2, message["id"])]


async def test_rejection_is_not_mailed_when_the_application_is_reopened_between_two_tries(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working
) -> None:
    """The server was down; when it comes back, another mail is sent, and this one stays as it is."""
    await mail_server.stop()
    application_id = await rejected(ada)
    async with working():
        await becomes(admin, ada, "sending")
        await ada.made(f"/applications/{application_id}/reopen")
        await admin("UPDATE messages SET next_try_at = '-infinity' WHERE status = 'cancelled'")
        [cancelled] = await stored(admin, ada)
        await mail_server.start()
        await rejected(ada, emails=[{"value": "max@example.com"}])
        await becomes(admin, ada, "cancelled", "sent")
    assert (await stored(admin, ada))[0]["try_count"] == cancelled["try_count"], "one is due, and nobody makes it"
    assert [each.recipient for each in mail_server.caught] == ["max@example.com"]


@pytest.mark.parametrize(("answer", "expected"), [("250 OK", "sent"), ("550 5.7.1 No", "cancelled")])
async def test_mail_reads_as_what_became_of_it_when_it_is_cancelled_while_it_is_handed_over(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working, answer: str, expected: str,
) -> None:  # fmt: skip
    """What the server took is sent; what it refused stays cancelled."""
    application_id = await rejected(ada)

    async def reopen_and_answer(envelope: SmtpEnvelope) -> str:
        await ada.made(f"/applications/{application_id}/reopen")
        return answer

    mail_server.on_data = reopen_and_answer
    async with working():
        await becomes(admin, ada, expected)


@pytest.mark.parametrize("stage", ["recipient", "content", "address"])
async def test_mail_fails_when_it_is_refused_for_good(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working, stage: str
) -> None:
    """It is not tried again; the answer is kept, and an event tells; what SMTP cannot carry is not even tried."""
    await rejected(ada)
    if stage == "recipient":
        mail_server.refuses("550 5.1.1 Nobody of this name")
    elif stage == "content":
        mail_server.answers("554 5.7.1 Spam")
    else:
        await admin("UPDATE messages SET recipient = 'kim@@example.com>\r\n' WHERE status = 'scheduled'")
    async with working():
        await becomes(admin, ada, "failed")
        await asyncio.sleep(RETRY_DELAYS_MS[0] / 1000 + 0.1)
    assert mail_server.connection_count == (0 if stage == "address" else 1)
    [message] = await stored(admin, ada)
    expected = {"recipient": "550 5.1.1 Nobody", "content": "554 5.7.1 Spam", "address": "no address"}
    assert expected[stage] in message["failure"]
    assert await events_of(admin, message) == [("message.due", 1, None), ("message.failed", 2, message["id"])]


async def test_event_waits_as_a_dead_letter_when_it_cannot_be_handled(
    ada: Client, admin: Admin, broker: Broker, mail_server: MailServer, working: Working
) -> None:
    """It is not lost: `hiring dlq` lists it and shows it without personal data; replayed, its mail arrives."""
    await drain(broker, dead_queue(notifications.NAME))
    await rejected(ada)
    await admin("UPDATE messages SET kind = 'password_reset', facts = '{}'")  # its template misses a fact
    async with working():

        async def is_dead() -> bool:
            return (await broker.count([dead_queue(notifications.NAME)]))[dead_queue(notifications.NAME)] == 1

        await until(is_dead)
        [message] = await stored(admin, ada)
        assert message["status"] == "scheduled"
        listed = await hiring_beside("dlq", "list")
        assert listed.stdout.split() == ["automation", "0", notifications.NAME, "1", "UndefinedError", "1"], (
            listed.stderr
        )
        shown = await hiring_beside("dlq", "show", notifications.NAME)
        assert msgspec.json.decode(shown.stdout)["message_id"] == message["id"]
        assert message["recipient"] not in shown.stdout
        await admin("""UPDATE messages SET facts = '{"first_name": "Kim", "organization_name": "Ada"}'""")
        replayed = await hiring_beside("dlq", "replay", notifications.NAME, message["id"])
        assert replayed.stdout == "1 sent again\n", replayed.stderr
        await becomes(admin, ada, "sent")
    assert len(mail_server.caught) == 1


async def test_mail_is_queued_once_when_its_event_is_delivered_often(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """Whoever comes second hears that it runs or was done; a mail that was sent is not queued again."""
    await rejected(ada)
    [message] = await stored(admin, ada)
    envelope, context = await envelope_of(admin, message["id"]), Context(mail_settings, worker_db, asyncio.Event())
    outcomes = await asyncio.gather(
        *(notifications.handle(context, envelope) for _ in range(4)), return_exceptions=True
    )
    assert {type(outcome) for outcome in outcomes if outcome is not None} <= {MessageRunning, MessageDone}
    assert outcomes.count(None) == 1 and context.mail_queued.is_set()
    assert await statuses(admin, ada) == ["sending"]
    await admin("UPDATE messages SET status = 'sent', sent_at = now() WHERE id = %(id)s", id=envelope.id)
    await admin("DELETE FROM inbox WHERE message_id = %(id)s", id=envelope.id)
    await notifications.handle(context, envelope)
    assert await statuses(admin, ada) == ["sent"]


async def test_event_is_refused_when_there_is_no_mail(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """It becomes a dead letter, for somebody to look at."""
    await rejected(ada)
    [message] = await stored(admin, ada)
    envelope = await envelope_of(admin, message["id"])
    await admin("DELETE FROM messages WHERE id = %(id)s", id=envelope.id)
    with pytest.raises(NotFound):
        await notifications.handle(Context(mail_settings, worker_db, asyncio.Event()), envelope)


async def test_event_is_refused_when_its_mail_goes_while_it_is_handled(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """It becomes a dead letter as well, and may be replayed: nothing says that it was done."""
    await rejected(ada)
    [message] = await stored(admin, ada)
    envelope, context = await envelope_of(admin, message["id"]), Context(mail_settings, worker_db, asyncio.Event())

    async def is_waiting() -> bool:
        return bool(
            await admin(
                """SELECT pid FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%mails.queue%'"""
            )
        )

    async with superuser_session(mail_settings) as other:
        await postgres.send(other, "BEGIN; DELETE FROM messages WHERE id = %(id)s", {"id": envelope.id})
        handling = asyncio.create_task(notifications.handle(context, envelope))
        await until(is_waiting)
        await postgres.send(other, "COMMIT")
        with pytest.raises(NotFound):
            await handling
    assert await admin("SELECT count(*) FROM inbox WHERE message_id = %(id)s", id=envelope.id) == [(0,)]
    assert not context.mail_queued.is_set()


async def test_another_organizations_event_finds_nothing_when_it_names_this_mail(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database, organization_id: UUID
) -> None:
    """A mail is looked for in the event's organization only."""
    await rejected(ada)
    [message] = await stored(admin, ada)
    envelope = msgspec.structs.replace(await envelope_of(admin, message["id"]), organization_id=organization_id)
    with pytest.raises(NotFound):
        await notifications.handle(Context(mail_settings, worker_db, asyncio.Event()), envelope)
    assert await statuses(admin, ada) == ["scheduled"]


@contextmanager
def worker_process(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """`hiring worker` as an operator runs it, on the tests' database."""
    environ = {
        **os.environ, "HIRING_DEPLOYMENT": "test", "HIRING__POSTGRES__DATABASE": DATABASE,
        "HIRING__CLICKHOUSE__DATABASE": DATABASE,
        "HIRING__SMTP__PORT": str(settings.smtp.port), "HIRING__SMTP__HOST": settings.smtp.host,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "hiring", "worker"], cwd=ROOT, env=environ, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def test_mail_is_repeated_as_it_was_when_the_worker_is_killed_before_it_commits(
    ada: Client, admin: Admin, mail_server: MailServer, mail_settings: Settings, working: Working
) -> None:
    """The server has said 250, and nobody could write it down: the same Message-ID, every byte the same."""

    async def is_waiting() -> bool:
        found = await admin(
            """SELECT pid FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%mails.finish%'"""
        )
        return bool(found) and len(mail_server.taken) == 1

    async def is_gone() -> bool:
        return not await is_waiting()

    await rejected(ada)
    async with superuser_session(mail_settings) as other:

        async def lock_and_take(envelope: SmtpEnvelope) -> str:
            await postgres.send(other, "BEGIN; SELECT FROM messages WHERE status = 'sending' FOR UPDATE")
            return "250 OK"

        mail_server.on_data = lock_and_take
        with worker_process(mail_settings) as process:
            await until(is_waiting, 20)
            process.kill()
            process.wait()
        await until(is_gone)
        await postgres.send(other, "ROLLBACK")
    assert await statuses(admin, ada) == ["sending"]
    mail_server.on_data = mail_server.take
    async with working():
        await becomes(admin, ada, "sent")
    first, second = mail_server.caught
    assert first.content == second.content
    [message] = await stored(admin, ada)
    assert first.mail["Message-ID"] == f"<{message['id']}@example.com>"
    assert await events_of(admin, message) == [("message.due", 1, None), ("message.sent", 2, message["id"])]
