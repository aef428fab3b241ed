"""Limits of the mailer, from both sides: how long it holds a mail, tries it, lets it hang, and a stop waits for it."""

import asyncio
import os
import time
from uuid import UUID

import msgspec
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from hiring import mailer
from hiring.config import Settings, Smtp, SmtpTimeouts, load_settings
from hiring.connectors import postgres
from hiring.database import Database
from hiring.mailer import GAVE_WAY
from tests.background import until
from tests.consumers.mailing import Slowly, become, mailing, queue, rows_of
from tests.databases import Admin, superuser_session
from tests.mail_server import MailServer

HOLD_LEFT = "SELECT extract(epoch FROM next_try_at - clock_timestamp())::float8 FROM messages WHERE id = %(id)s"
HOUR_MS = 3_600_000
PATIENT = SmtpTimeouts(greeting_ms=60_000, command_ms=60_000, data_ms=60_000, content_ms=60_000)


def sending(settings: Settings, **changes: object) -> Settings:
    """The settings of a mailer whose servers may take their time."""
    smtp: Smtp = msgspec.structs.replace(settings.smtp, **{"timeouts": PATIENT, "lease_ms": 60_000} | changes)
    return msgspec.structs.replace(settings, smtp=smtp)


class Hanging:
    """A mail server that answers to no recipient of some domains; `asked` are those."""

    def __init__(self, server: MailServer) -> None:
        self.asked: list[str] = []
        server.on_recipient = self.answer

    async def answer(self, address: str) -> str:
        if "hangs" in address:
            self.asked.append(address)
            await asyncio.sleep(60)
        return "250 OK"

    async def has(self, count: int) -> None:
        async def has_so_many() -> bool:
            return len(self.asked) >= count

        await until(has_so_many)


@pytest.mark.parametrize("lease_ms", [1_500, 60_000])
async def test_mail_is_held_for_a_lease_at_a_time(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID, lease_ms: int,
) -> None:  # fmt: skip
    """Whoever looks, while the server takes its time; the gauge tells how many are held."""
    server = Slowly(mail_server)

    async def is_told(count: int) -> bool:
        return REGISTRY.get_sample_value("hiring_mails_held") == count

    async with mailing(sending(mail_settings, lease_ms=lease_ms), worker_db):
        ids = await queue(admin, organization_id, "kim@example.com", "sam@example.org")
        await server.has(2)
        await until(lambda: is_told(2))
        lefts_s: list[float] = []
        for _ in range(20):
            lefts_s += [left_s for (left_s,) in await admin(HOLD_LEFT, id=ids[0])]
            await asyncio.sleep(0.1)
        assert min(lefts_s) > 0 and lease_ms / 1000 / 2 < max(lefts_s) <= lease_ms / 1000
        server.let_go.set()
        await become(admin, ids, "sent")
        await until(lambda: is_told(0))


async def test_mail_is_tried_for_five_days_and_fails_then(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """The next try would be within the time, or a minute behind it; by the settings that are the default."""
    mail_server.refuses("451 4.7.1 Greylisted")
    by_default = load_settings(environ=os.environ | {"HIRING_DEPLOYMENT": "production"}).smtp
    given = msgspec.structs.replace(by_default, host="127.0.0.1", port=mail_server.port)
    ids = await queue(admin, organization_id, "kim@example.com", "sam@example.org")
    last_delay_ms = 2 * HOUR_MS
    for message_id, minutes in zip(ids, (-1, 1), strict=True):
        waited_ms = 5 * 24 * HOUR_MS - last_delay_ms + minutes * 60_000
        await admin(
            """UPDATE messages SET try_count = 60, begun_at = now() - make_interval(secs => %(ms)s / 1000.0)
               WHERE id = %(id)s""",
            id=message_id, ms=waited_ms,
        )  # fmt: skip
    async with mailing(msgspec.structs.replace(mail_settings, smtp=given), worker_db):

        async def are_recorded() -> bool:
            return all(row["last_answer"] for row in await rows_of(admin, ids))

        await until(are_recorded)
    by_id = {row["id"]: row for row in await rows_of(admin, ids)}
    assert [by_id[str(each)]["status"] for each in ids] == ["sending", "failed"]
    [(left_s,)] = await admin(HOLD_LEFT, id=ids[0])
    assert left_s == pytest.approx(last_delay_ms / 1000, abs=60)


async def test_attempt_that_has_hung_for_longest_gives_way_and_no_other(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """Not before its time, and not while there is a connection to spare."""
    server = Hanging(mail_server)
    given = sending(mail_settings, connections=2, gives_way_after_ms=1_500, retry_delays_ms=(60_000,))
    async with mailing(given, worker_db):
        began = time.monotonic()
        [first] = await queue(admin, organization_id, "kim@hangs.example")
        await server.has(1)
        [second] = await queue(admin, organization_id, "kim@hangs.example.org")
        await server.has(2)
        others = await queue(admin, organization_id, "kim@example.com")
        await become(admin, others, "sent")
        assert time.monotonic() - began >= 1.5
        answers = {row["id"]: row["last_answer"] for row in await rows_of(admin, [first, second])}
    assert answers == {str(first): GAVE_WAY, str(second): None}


async def test_stop_ends_when_an_outcome_cannot_be_recorded(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """So much later than the mail server's last answer may come; the next process sends the mail, perhaps again."""
    monkeypatch.setattr(mailer, "RECORDING_LIMIT_S", 1.0)
    quick = SmtpTimeouts(greeting_ms=1_000, command_ms=1_000, data_ms=1_000, content_ms=1_000)
    server = Slowly(mail_server)
    ids = await queue(admin, organization_id, "kim@example.com")
    async with superuser_session(mail_settings) as other:
        with capture_logs() as lines:
            async with mailing(sending(mail_settings, timeouts=quick, lease_ms=1_500), worker_db):
                await server.has(1)
                await postgres.send(other, "BEGIN; SELECT FROM messages WHERE status = 'sending' FOR UPDATE")
                server.let_go.set()
                began = time.monotonic()
        assert 2 <= time.monotonic() - began < 20
        assert {"event": "mailer.mails_cut", "log_level": "warning", "count": 1} in lines

        async def nobody_writes() -> bool:
            running = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'hiring_worker' AND state <> 'idle'"
            return await admin(running) == [(0,)]

        await until(nobody_writes)
        await postgres.send(other, "ROLLBACK")
    [row] = await rows_of(admin, ids)
    assert (row["status"], row["try_count"]) == ("sending", 1)
    async with mailing(mail_settings, worker_db):
        await become(admin, ids, "sent")
    assert len(mail_server.taken) == 2
