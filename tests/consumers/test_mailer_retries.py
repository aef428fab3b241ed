"""Tries that fail: what is recorded of each, when the next one comes, and when it is the last."""

from datetime import datetime
from uuid import UUID

import msgspec
import pytest

from hiring.config import Settings
from hiring.database import Database
from hiring.services.mail import retry_delay_ms
from tests.background import until
from tests.consumers.conftest import Working
from tests.consumers.mailing import become, mailing, queue, rows_of
from tests.databases import Admin
from tests.mail_server import MailServer


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
    admin: Admin, empty: None, mail_server: MailServer, working: Working, organization_id: UUID
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


async def test_mail_fails_when_the_answer_is_no_text_for_postgresql(
    admin: Admin, empty: None, mail_server: MailServer, working: Working, organization_id: UUID
) -> None:
    """Else it would never be recorded, and the mail would keep a connection for ever."""
    mail_server.refuses("550 nobody\0here")
    ids = await queue(admin, organization_id, "kim@example.com")
    async with working():
        await become(admin, ids, "failed")
    [row] = await rows_of(admin, ids)
    assert row["failure"] == "550 nobody\ufffdhere"


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
    assert 4 * 24 <= smtp.give_up_after_ms / 3_600_000 <= 5 * 24
    assert [smtp.timeouts.greeting_ms, smtp.timeouts.command_ms, smtp.timeouts.data_ms, smtp.timeouts.content_ms] == [
        300_000, 300_000, 120_000, 600_000,
    ]  # fmt: skip
