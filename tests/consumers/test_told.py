"""What the worker tells of messages and mails, in lines and metrics: ids and what became of them, nobody's data."""

import asyncio
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker
from hiring.connectors.rabbitmq_topology import retry_queue
from hiring.consumers import notifications
from hiring.consumers.base import Context
from hiring.database import Database
from hiring.domain.events import Event
from hiring.errors import DatabaseUnavailable, NotFound
from hiring.mailer import Mailer
from tests.background import PATIENCE_S, until
from tests.client import Client
from tests.consumers.mailing import become, mailing, queue, rows_of
from tests.consumers.mails import rejected, stored
from tests.consumers.test_notifications_failures import envelope_of
from tests.consumers.test_runner import is_consuming, queues, quick
from tests.consumers.trials import NAME, TYPE, Tries, consuming, publish, trial
from tests.databases import Admin
from tests.mail_server import MailServer

__all__ = ["queues", "quick"]


def counted(name: str, **labels: str) -> float:
    """A metric of this process."""
    return REGISTRY.get_sample_value(f"hiring_{name}", labels) or 0.0


async def test_message_is_told_of_in_one_line_and_counted(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Which, of which type, what became of it and why, in which try, and how long that took."""
    fates = ("dead_letter", "acknowledge")
    before = [counted("messages_handled_total", consumer=NAME, fate=fate) for fate in fates]
    seconds = counted("message_handling_seconds_sum", consumer=NAME)
    with capture_logs() as lines:
        async with consuming(quick, worker_db, trial(Tries(NotFound()))):
            ids = []
            for count in (1, 2):
                ids.append(await publish(broker))

                async def is_told(count: int = count) -> bool:
                    return len([line for line in lines if line["event"] == "message"]) == count

                await until(is_told)
    told = [
        {name: line[name] for name in line if name != "duration_ms"} for line in lines if line["event"] == "message"
    ]
    same = {"event": "message", "log_level": "info", "consumer": NAME, "type": TYPE, "tries": 1}
    assert told == [
        same | {"message_id": str(ids[0]), "fate": "dead_letter", "reason": "not_found"},
        same | {"message_id": str(ids[1]), "fate": "acknowledge", "reason": "handled"},
    ]
    assert [counted("messages_handled_total", consumer=NAME, fate=fate) for fate in fates] == [
        each + 1 for each in before
    ]
    told_ms = sum(line["duration_ms"] for line in lines if line["event"] == "message")
    handled_s = counted("message_handling_seconds_sum", consumer=NAME) - seconds
    assert 0 < handled_s < PATIENCE_S and told_ms == pytest.approx(handled_s * 1000, abs=0.011)


async def test_failure_that_nobody_foresaw_is_told_with_its_message(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """With where it happened, beside the line that every message has."""

    async def is_handled() -> bool:
        return any(line.get("fate") == "acknowledge" for line in lines)

    with capture_logs() as lines:
        async with consuming(quick, worker_db, trial(Tries(RuntimeError("nobody sees this")))):
            message_id = await publish(broker)
            await until(is_handled)
    failed = {"event": "message.failed", "log_level": "error", "exc_info": True}
    assert [line for line in lines if line["event"] == "message.failed"] == [
        failed | {"consumer": NAME, "message_id": str(message_id)}
    ]
    told = [(line["fate"], line["reason"], line["tries"]) for line in lines if line["event"] == "message"]
    assert told == [("retry", "RuntimeError", 1), ("acknowledge", "handled", 2)]


async def test_message_is_told_of_when_the_broker_takes_no_copy(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Which, of which consumer, and what the broker said; it comes again, and is then told of as every message is."""

    async def is_handled() -> bool:
        return any(line["event"] == "message" for line in lines)

    with capture_logs() as lines:
        async with consuming(quick, worker_db, trial(Tries(RuntimeError()))):
            await until(lambda: is_consuming(broker))
            await (await broker._connection.channel()).queue_delete(retry_queue(NAME, 1))
            message_id = await publish(broker)
            await until(is_handled)
    [line] = [line for line in lines if line["event"] == "message.unsettled"]
    detail = line.pop("detail")
    assert detail.startswith("PublishError: ") and retry_queue(NAME, 1) in detail
    told = {"event": "message.unsettled", "log_level": "warning", "consumer": NAME}
    assert line == told | {"message_id": str(message_id)}


async def test_messages_that_a_stop_cuts_are_told_by_their_number(
    quick: Settings, worker_db: Database, broker: Broker, queues: None
) -> None:
    """Of which consumer, and how many; which they were is told when they come again."""
    begun: list[UUID] = []

    async def hang(envelope: Event) -> None:
        begun.append(envelope.id)
        await asyncio.Event().wait()

    async def have_begun() -> bool:
        return len(begun) == 2

    with capture_logs() as lines:
        async with consuming(quick, worker_db, trial(hang)):
            await publish(broker)
            await publish(broker)
            await until(have_begun)
    assert lines == [{"event": "consumer.messages_cut", "log_level": "warning", "consumer": NAME, "count": 2}]


async def test_mail_that_is_not_sent_is_told_of(
    ada: Client, admin: Admin, mail_settings: Settings, worker_db: Database
) -> None:
    """Which, and what became of it."""
    await admin(
        "UPDATE organizations SET mail_allow_list = '{}' WHERE organization_id = %(id)s",
        id=UUID(ada.organization["id"]),
    )
    await rejected(ada)
    [message] = await stored(admin, ada)
    context = Context(mail_settings, worker_db, asyncio.Event())
    with capture_logs() as lines:
        await notifications.handle(context, await envelope_of(admin, message["id"]))
    told = {"message_id": message["id"], "status": "withheld"}
    assert lines == [{"event": "mail.not_sent", "log_level": "info"} | told]
    assert not context.mail_queued.is_set()


async def test_mail_that_nobody_foresaw_is_told_of_and_tried_again(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, organization_id: UUID
) -> None:
    """With where it failed, beside the line that every try has; here the name of a server that is none."""
    smtp = msgspec.structs.replace(mail_settings.smtp, host="mail..example.com", retry_delays_ms=(60_000,))

    async def is_told() -> bool:
        return any(line["event"] == "mail" for line in lines)

    with capture_logs() as lines:
        async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db):
            [message_id] = await queue(admin, organization_id, "kim@example.com")
            await until(is_told)
    broken = {"event": "mail.broken", "log_level": "error", "exc_info": True, "message_id": str(message_id)}
    assert [line for line in lines if line["event"] == "mail.broken"] == [broken]
    [told] = [line for line in lines if line["event"] == "mail"]
    assert (told["outcome"], told["answer"], told["tries"]) == ("postponed", "UnicodeError", 1)
    [row] = await rows_of(admin, [message_id])
    assert (row["status"], row["last_answer"]) == ("sending", "UnicodeError")


async def test_mail_is_told_of_in_one_line_and_counted(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """By the code of the server's answer: its text may name the recipient."""
    for outcome, answer in (("sent", "250"), ("failed", "550")):
        if outcome == "failed":
            mail_server.refuses("550 5.1.1 <kim@example.com> Nobody of this name")
        before = counted("mail_tries_total", outcome=outcome), counted("mail_try_seconds_sum", outcome=outcome)
        with capture_logs() as lines:
            async with mailing(mail_settings, worker_db):
                ids = await queue(admin, organization_id, "kim@example.com")
                await become(admin, ids, outcome)
        [line] = [line for line in lines if line["event"] == "mail"]
        tried_s = counted("mail_try_seconds_sum", outcome=outcome) - before[1]
        assert 0 < tried_s < PATIENCE_S and line.pop("duration_ms") == pytest.approx(tried_s * 1000, abs=0.006)
        assert line == {
            "event": "mail", "log_level": "info", "message_id": str(ids[0]), "outcome": outcome, "answer": answer,
            "tries": 1,
        }  # fmt: skip
        assert "kim@" not in str(lines)
        assert counted("mail_tries_total", outcome=outcome) == before[0] + 1


async def test_outcome_is_recorded_after_a_pause_when_the_database_is_away(
    worker_db: Database, mail_settings: Settings
) -> None:
    """As often as it takes, a second apart: what is away is not asked a thousand times."""
    mailer = Mailer(worker_db, mail_settings, asyncio.Event(), asyncio.Event())
    asked: list[float] = []

    async def record() -> None:
        asked.append(asyncio.get_running_loop().time())
        if len(asked) < 3:
            raise DatabaseUnavailable

    delivery: Any = SimpleNamespace(message_id=uuid4())
    with capture_logs() as lines:
        async with asyncio.timeout(PATIENCE_S):
            await mailer._record(delivery, record)
    told = {"message_id": str(delivery.message_id), "error": "DatabaseUnavailable"}
    assert lines == [{"event": "mail.unrecorded", "log_level": "warning"} | told] * 2
    assert len(asked) == 3 and all(later - earlier >= 0.9 for earlier, later in pairwise(asked))
