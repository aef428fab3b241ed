"""The mailer: a slow server gets a mail once, a hanging one keeps no other mail waiting, each failure is recorded."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from aiosmtpd.smtp import Envelope

from hiring.config import Settings, SmtpTimeouts
from hiring.connectors import postgres
from hiring.database import Database
from hiring.mailer import Mailer
from hiring.services.mail import retry_delay_ms
from hiring.worker import send_mails
from tests.background import until
from tests.consumers.conftest import type_of_working
from tests.consumers.test_notifications_failures import worker_process
from tests.databases import Admin, superuser_session
from tests.mail_server import MailServer

QUEUE = """
WITH due_event AS (
    INSERT INTO events (organization_id, id, type, aggregate_type, aggregate_id, aggregate_version, actor,
                        correlation_id)
    SELECT %(organization_id)s, m.id, 'message.due', 'message', m.id, 1, '{}', m.id
    FROM unnest(%(ids)s::uuid[]) AS m (id)
)
INSERT INTO messages (organization_id, id, kind, status, recipient, language, subject, body, sender_name, domain,
                      begun_at, next_try_at)
SELECT %(organization_id)s, m.id, 'application_received', 'sending', m.recipient, 'en', 'Hello', 'Hello', 'Ada',
       split_part(m.recipient, '@', 2), now(), '-infinity'
FROM unnest(%(ids)s::uuid[], %(recipients)s::text[]) AS m (id, recipient)
"""
IN_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'hiring_worker' AND state LIKE 'idle in transaction%'"""


@pytest.fixture
def mail_settings(mail_settings: Settings) -> Settings:
    """Every step of SMTP but the last has less time than these servers take for the last, and the lease is short."""
    limits = SmtpTimeouts(greeting_ms=500, command_ms=500, data_ms=500, content_ms=20_000)
    smtp = msgspec.structs.replace(mail_settings.smtp, timeouts=limits, lease_ms=1_500)
    return msgspec.structs.replace(mail_settings, smtp=smtp)


async def queue(admin: Admin, organization_id: UUID, *recipients: str) -> list[UUID]:
    """Queues a mail for each recipient."""
    ids = [uuid4() for _ in recipients]
    await admin(QUEUE, organization_id=organization_id, ids=ids, recipients=list(recipients))
    return ids


async def rows_of(admin: Admin, ids: Sequence[UUID]) -> list[dict[str, object]]:
    rows = await admin("SELECT to_jsonb(m) FROM messages AS m WHERE m.id = ANY (%(ids)s) ORDER BY m.id", ids=list(ids))
    return [row[0] for row in rows]


async def become(admin: Admin, ids: Sequence[UUID], status: str) -> None:
    async def are() -> bool:
        return {row["status"] for row in await rows_of(admin, ids)} == {status}

    await until(are)


@asynccontextmanager
async def mailing(settings: Settings, db: Database, count: int = 1) -> AsyncIterator[asyncio.Event]:
    """Runs mailers side by side, as so many processes would; gives what stops them."""
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(send_mails(Mailer(db, settings, stop, asyncio.Event()), stop)) for _ in range(count)
    ]  # fmt: skip
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)


class Slowly:
    """Answers to letters when it is told to; `waiting` counts those that wait, `contents` are all that came."""

    def __init__(self, server: MailServer) -> None:
        self.waiting, self.let_go, self.contents = 0, asyncio.Event(), list[bytes | str | None]()
        server.on_data = self.answer

    async def answer(self, envelope: Envelope) -> str:
        self.waiting += 1
        self.contents.append(envelope.content)
        await self.let_go.wait()
        self.waiting -= 1
        return "250 OK"

    async def has(self, count: int) -> None:
        async def has_so_many() -> bool:
            return self.waiting >= count

        await until(has_so_many)


async def test_mail_is_delivered_once_when_the_server_answers_late(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """Longer than every other step, the lease and a transaction may take; two processes look for mails meanwhile."""
    server = Slowly(mail_server)
    async with mailing(mail_settings, worker_db, 2):
        ids = await queue(admin, organization_id, "kim@example.com", "sam@example.org")
        await server.has(2)
        for _ in range(30):
            await asyncio.sleep(0.1)
            assert await admin(IN_TRANSACTION) == [(0,)], "a transaction waits for the mail server"
        assert server.waiting == 2 and mail_server.connection_count == 2
        server.let_go.set()
        await become(admin, ids, "sent")
    assert sorted(caught.recipient for caught in mail_server.caught) == ["kim@example.com", "sam@example.org"]
    assert [row["try_count"] for row in await rows_of(admin, ids)] == [1, 1]


async def test_stop_waits_for_the_answer_when_the_server_has_the_letter(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """What it does not have yet is put back at once, and is as good as never tried."""

    async def accept_or_hang(address: str) -> str:
        await (asyncio.sleep(60) if "hangs" in address else asyncio.sleep(0))
        return "250 OK"

    patient = SmtpTimeouts(greeting_ms=60_000, command_ms=60_000, data_ms=60_000, content_ms=60_000)
    smtp = msgspec.structs.replace(mail_settings.smtp, timeouts=patient)
    server, mail_server.on_recipient = Slowly(mail_server), accept_or_hang
    async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db) as stop:
        [taken] = await queue(admin, organization_id, "kim@example.com")
        await server.has(1)
        [hanging] = await queue(admin, organization_id, "kim@hangs.example")

        async def is_tried(count: int = 1) -> bool:
            [row] = await rows_of(admin, [hanging])
            return row["try_count"] == count

        await until(is_tried)
        stop.set()
        await until(lambda: is_tried(0))
        [row] = await rows_of(admin, [hanging])
        assert (row["status"], row["next_try_at"], row["sender_id"]) == ("sending", "-infinity", None)
        async with mailing(mail_settings, worker_db):  # the next process, which must leave the other mail alone
            await asyncio.sleep(2 * mail_settings.smtp.lease_ms / 1000)
            assert server.waiting == 1
        server.let_go.set()
        await become(admin, [taken], "sent")
    assert [caught.recipient for caught in mail_server.caught] == ["kim@example.com"]


async def test_mail_is_delivered_by_the_next_process_when_the_first_is_killed_during_it(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """Nobody can know whether the server will take what it has: it gets the same bytes again, after the lease, once."""
    server = Slowly(mail_server)
    ids = await queue(admin, organization_id, "kim@example.com")
    with worker_process(mail_settings) as process:
        await server.has(1)
        process.kill()
    server.let_go.set()
    async with mailing(mail_settings, worker_db, 2):
        await become(admin, ids, "sent")
    first, second = server.contents
    assert first == second
    assert [row["try_count"] for row in await rows_of(admin, ids)] == [2]


async def test_outcome_is_recorded_later_when_the_database_cannot_take_it_at_once(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """The server's 250 is kept until it is written down; nobody sends the mail again, though its lease runs out."""
    ids = await queue(admin, organization_id, "kim@example.com")
    async with superuser_session(mail_settings) as other:

        async def lock_and_take(envelope: Envelope) -> str:
            await postgres.send(other, "BEGIN; SELECT FROM messages WHERE status = 'sending' FOR UPDATE")
            return "250 OK"

        mail_server.on_data = lock_and_take
        async with mailing(mail_settings, worker_db, 2):
            await asyncio.sleep(3)
            await postgres.send(other, "ROLLBACK")
            await become(admin, ids, "sent")
    assert len(mail_server.caught) == 1


async def test_hanging_domain_holds_its_share_when_others_have_mail(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """Mails for other domains go on, whatever waits for two that hang; two processes together keep the bound."""
    smtp = msgspec.structs.replace(
        mail_settings.smtp, connections=6, connections_per_domain=2, lease_ms=60_000,
        timeouts=SmtpTimeouts(greeting_ms=60_000, command_ms=60_000, data_ms=60_000, content_ms=60_000),
    )  # fmt: skip
    hanging: Counter[str] = Counter()
    worst: Counter[str] = Counter()

    async def accept_or_hang(address: str) -> str:
        domain = address.partition("@")[2]
        if domain.startswith("hangs"):
            hanging[domain] += 1
            worst[domain] = max(worst[domain], hanging[domain])
            try:
                await asyncio.sleep(60)
            finally:
                hanging[domain] -= 1
        return "250 OK"

    mail_server.on_recipient = accept_or_hang
    stuck = await queue(
        admin, organization_id, *(f"a{number}@hangs{number % 2}.example" for number in range(24))
    )  # fmt: skip
    async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db, 2):

        async def both_hang() -> bool:
            return len(hanging) == 2 and min(hanging.values()) == 2

        await until(both_hang)
        others = await queue(admin, organization_id, *(f"b{number}@other{number % 5}.example" for number in range(20)))
        await become(admin, others, "sent")
        assert {row["status"] for row in await rows_of(admin, stuck)} == {"sending"}
    assert worst == {"hangs0.example": 2, "hangs1.example": 2}
    assert len(mail_server.taken) == len(others)


async def test_answer_and_next_try_are_recorded_when_a_try_fails_for_now(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """What the server says to a recipient or a letter, and that there is no server, each with the try after it."""
    smtp = msgspec.structs.replace(mail_settings.smtp, retry_delays_ms=(3_600_000,))
    settings = msgspec.structs.replace(mail_settings, smtp=smtp)
    mail_server.refuses("451 4.7.1 Greylisted")
    said = {"recipient": "451 4.7.1 Greylisted", "letter": "452 4.3.1 Full", "nobody": "SMTPConnectError"}
    for case, answer in said.items():
        if case == "letter":
            mail_server.on_recipient = mail_server.accept
            mail_server.answers(answer)
        elif case == "nobody":
            await mail_server.stop()
        ids = await queue(admin, organization_id, "kim@example.com")
        async with mailing(settings, worker_db):

            async def is_recorded(ids: list[UUID] = ids) -> bool:
                [row] = await rows_of(admin, ids)
                return row["last_answer"] is not None

            await until(is_recorded)
        [row] = await rows_of(admin, ids)
        assert str(row["last_answer"]).startswith(answer)
        assert (row["status"], row["try_count"], row["sender_id"], row["failure"]) == ("sending", 1, None, None)
        next_try_at, tried_at = (datetime.fromisoformat(str(row[name])) for name in ("next_try_at", "last_tried_at"))
        assert round((next_try_at - tried_at).total_seconds()) == 3600


async def test_mail_fails_with_its_last_answer_when_it_was_tried_for_long_enough(
    admin: Admin, empty: None, mail_server: MailServer, working: type_of_working, organization_id: UUID
) -> None:
    """An event tells of it, and nothing stays behind that would be tried again."""
    mail_server.refuses("450 4.2.2 Mailbox full")
    ids = await queue(admin, organization_id, "kim@example.com")
    async with working(retry_delays_ms=(20, 100), give_up_after_ms=700):
        await become(admin, ids, "failed")
    [row] = await rows_of(admin, ids)
    assert row["failure"] == row["last_answer"]
    assert str(row["failure"]) == f"Given up after {row['try_count']} tries. The last answer: 450 4.2.2 Mailbox full"
    assert row["try_count"] in range(3, 9) and row["sender_id"] is None
    events = await admin("SELECT type FROM events WHERE aggregate_id = %(id)s ORDER BY id", id=ids[0])
    assert ("message.failed",) in events


async def test_mail_is_not_handed_over_when_it_is_cancelled_while_the_server_hangs(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """The next time that its hold is renewed the attempt ends."""
    let_go, asked = asyncio.Event(), asyncio.Event()

    async def hang(address: str) -> str:
        asked.set()
        await let_go.wait()
        return "250 OK"

    mail_server.on_recipient = hang
    patient = msgspec.structs.replace(mail_settings.smtp.timeouts, command_ms=60_000)
    smtp = msgspec.structs.replace(mail_settings.smtp, timeouts=patient)
    async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db) as stop:
        ids = await queue(admin, organization_id, "kim@example.com")
        await asked.wait()
        await admin("UPDATE messages SET status = 'cancelled', sender_id = NULL WHERE id = %(id)s", id=ids[0])
        await asyncio.sleep(2 * mail_settings.smtp.lease_ms / 1000)
        let_go.set()
        stop.set()
    assert mail_server.caught == []
    assert [row["status"] for row in await rows_of(admin, ids)] == ["cancelled"]


@pytest.mark.parametrize(
    ("tries", "waited_ms", "expected"),
    [(1, 0, 10), (2, 10, 20), (3, 30, 40), (4, 70, 40), (9, 960, 40), (9, 961, None), (1, 990, 10), (1, 991, None)],
)
def test_next_try_comes_later_each_time_until_the_time_is_up(
    settings: Settings, tries: int, waited_ms: int, expected: int | None
) -> None:
    """The last delay is repeated; a try that would be later than the whole time is none."""
    smtp = msgspec.structs.replace(settings.smtp, retry_delays_ms=(10, 20, 40), give_up_after_ms=1_000)
    assert retry_delay_ms(smtp, tries=tries, waited_ms=waited_ms) == expected


def test_mail_is_tried_for_days_by_default(settings: Settings) -> None:
    """RFC 5321, 4.5.4.1: at least four or five days. 4.5.3.2: so many minutes for each answer."""
    smtp = settings.smtp
    assert smtp.give_up_after_ms >= 4 * 24 * 3_600_000
    assert [smtp.timeouts.greeting_ms, smtp.timeouts.command_ms, smtp.timeouts.data_ms, smtp.timeouts.content_ms] == [
        300_000, 300_000, 120_000, 600_000,
    ]  # fmt: skip
