"""Mails that are queued already, mailers that send them, and a mail server that takes its time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from aiosmtpd.smtp import Envelope

from hiring.config import Settings
from hiring.database import Database
from hiring.mailer import Mailer
from hiring.worker import send_mails
from tests.background import until
from tests.databases import Admin
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
