"""What the worker tells of messages and mails, in lines and metrics: ids and what became of them, nobody's data."""

import asyncio
from itertools import pairwise
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker
from hiring.database import Database
from hiring.errors import DatabaseUnavailable, NotFound
from hiring.mailer import Mailer
from tests.background import PATIENCE_S, until
from tests.consumers.mailing import become, mailing, queue
from tests.consumers.test_runner import queues, quick
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
    assert 0 < counted("message_handling_seconds_sum", consumer=NAME) - seconds < PATIENCE_S
    assert all(0 <= line["duration_ms"] < PATIENCE_S * 1000 for line in lines if line["event"] == "message")


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
        assert 0 <= line.pop("duration_ms") < PATIENCE_S * 1000
        assert line == {
            "event": "mail", "log_level": "info", "message_id": str(ids[0]), "outcome": outcome, "answer": answer,
            "tries": 1,
        }  # fmt: skip
        assert "kim@" not in str(lines)
        assert counted("mail_tries_total", outcome=outcome) == before[0] + 1
        assert 0 < counted("mail_try_seconds_sum", outcome=outcome) - before[1] < PATIENCE_S


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
    async with asyncio.timeout(PATIENCE_S):
        await mailer._record(delivery, record)
    assert len(asked) == 3 and all(later - earlier >= 0.9 for earlier, later in pairwise(asked))
