"""The mailer: a slow server gets a mail once, a hanging one keeps no other mail waiting, a stop loses nothing."""

import asyncio
from collections import Counter
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.smtp import Envelope

from hiring.config import Settings, SmtpTimeouts
from hiring.connectors import postgres
from hiring.database import Database
from hiring.mailer import GAVE_WAY
from tests.background import until
from tests.consumers.mailing import Slowly, become, mailing, queue, rows_of
from tests.consumers.test_notifications_failures import worker_process
from tests.databases import Admin, superuser_session
from tests.mail_server import MailServer

IN_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = 'hiring_worker' AND state LIKE 'idle in transaction%'"""


@pytest.fixture
def mail_settings(mail_settings: Settings) -> Settings:
    """Every step of SMTP but the last has less time than these servers take for the last, and the lease is short."""
    limits = SmtpTimeouts(greeting_ms=500, command_ms=500, data_ms=500, content_ms=20_000)
    smtp = msgspec.structs.replace(mail_settings.smtp, timeouts=limits, lease_ms=1_500)
    return msgspec.structs.replace(mail_settings, smtp=smtp)


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


async def test_process_goes_on_when_a_stop_waits_for_an_answer(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """Its other loops have their turn, also while no hold is to be renewed for a long time."""
    clock, server = asyncio.get_running_loop().time, Slowly(mail_server)
    smtp = msgspec.structs.replace(mail_settings.smtp, lease_ms=60_000)
    async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db) as stop:
        ids = await queue(admin, organization_id, "kim@example.com")
        await server.has(1)
        stop.set()
        began_s = clock()
        for _ in range(10):
            await rows_of(admin, ids)
        assert clock() - began_s < smtp.lease_ms / 1000 / 4 / 2
        server.let_go.set()
        await become(admin, ids, "sent")


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


async def test_other_mails_go_out_when_more_domains_hang_than_there_are_connections(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """An attempt that hangs gives way and is tried later; the letter that a server has is waited for."""
    patient = SmtpTimeouts(greeting_ms=60_000, command_ms=60_000, data_ms=60_000, content_ms=60_000)
    smtp = msgspec.structs.replace(
        mail_settings.smtp, connections=4, connections_per_domain=2, lease_ms=60_000, timeouts=patient,
        gives_way_after_ms=200, retry_delays_ms=(60_000,),
    )  # fmt: skip
    slowly, asked = Slowly(mail_server), list[str]()

    async def hang(address: str) -> str:
        if ".hangs." in address:
            asked.append(address)
            await asyncio.sleep(60)
        return "250 OK"

    async def hold_all_connections() -> bool:
        return len(asked) >= smtp.connections - slowly.waiting

    mail_server.on_recipient = hang
    async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db):
        handed = await queue(admin, organization_id, "kim@slow.example")
        await slowly.has(1)
        stuck = await queue(admin, organization_id, *(f"a@h{number}.hangs.example" for number in range(7)))
        await until(hold_all_connections)
        others = await queue(admin, organization_id, "b@fine.example")
        await slowly.has(2)
        slowly.let_go.set()
        await become(admin, [*handed, *others], "sent")

        async def one_connection_is_free() -> bool:
            answers = Counter(row["last_answer"] for row in await rows_of(admin, stuck))
            return answers[GAVE_WAY] >= 4 and answers.keys() <= {GAVE_WAY, None}  # more of them on a slow machine

        await until(one_connection_is_free)
    assert len(mail_server.taken) == 2
    assert {row["status"] for row in await rows_of(admin, stuck)} == {"sending"}


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
