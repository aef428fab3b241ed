"""A claim looks at so many domains of recipients; the next one goes on behind them, and in the end from the first."""

import asyncio
from uuid import UUID

import msgspec
import pytest

from hiring import mailer
from hiring.config import Settings
from hiring.database import Database
from tests.consumers.mailing import become, mailing, queue
from tests.databases import Admin
from tests.mail_server import MailServer


async def test_every_domain_has_its_turn_when_a_claim_looks_at_few_of_them(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Those in front have more mail than they may take at once, and do not answer."""
    monkeypatch.setattr(mailer, "DOMAINS_LOOKED_AT", 2)
    smtp = msgspec.structs.replace(mail_settings.smtp, connections=8, connections_per_domain=1, lease_ms=60_000)
    may_end = asyncio.Event()

    async def accept_or_hang(address: str) -> str:
        if address.endswith(("@a.example", "@b.example")):
            await may_end.wait()
        return "250 OK"

    mail_server.on_recipient = accept_or_hang
    hanging = await queue(admin, organization_id, *(f"u{n}@{d}.example" for n in range(3) for d in "ab"))
    others = await queue(admin, organization_id, *(f"u@{domain}.example" for domain in "cdefz"))
    async with mailing(msgspec.structs.replace(mail_settings, smtp=smtp), worker_db):
        await become(admin, others, "sent")
        may_end.set()
        await become(admin, hanging, "sent")
    assert len(mail_server.caught) == len(hanging) + len(others)
