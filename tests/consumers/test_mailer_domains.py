"""Domains of recipients: each has its turn and holds its share, however many of them hang."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.smtp import Envelope

from hiring import mailer
from hiring.config import Settings
from hiring.database import Database
from tests.background import until
from tests.consumers.mailing import become, mailing, queue, rows_of
from tests.databases import Admin
from tests.mail_server import MailServer


async def test_every_domain_has_its_turn_when_a_claim_looks_at_few_of_them(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A claim goes on behind those of the last one. The first have more mail than they take, and do not answer."""
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


class HangingAfterTheLetter:
    """A mail server that answers to no letter for some domains until it may; `worst` is how many it had at once."""

    def __init__(self, server: MailServer) -> None:
        self.may_answer, self.waiting, self.worst = asyncio.Event(), Counter[str](), Counter[str]()
        server.on_data = self.answer

    async def answer(self, envelope: Envelope) -> str:
        domain = envelope.rcpt_tos[0].partition("@")[2]
        if domain.startswith("hangs"):
            self.waiting[domain] += 1
            self.worst[domain] = max(self.worst[domain], self.waiting[domain])
            await self.may_answer.wait()
            self.waiting[domain] -= 1
        return "250 OK"

    async def has(self, count: int) -> None:
        async def has_so_many() -> bool:
            return self.waiting.total() == count

        await until(has_so_many)


@asynccontextmanager
async def mailing_to(
    hanging: HangingAfterTheLetter, settings: Settings, db: Database, count: int = 1
) -> AsyncIterator[None]:
    """Runs mailers side by side; in the end the server answers, for mailers that stop wait for that."""
    async with mailing(settings, db, count):
        try:
            yield
        finally:
            hanging.may_answer.set()


def hung(settings: Settings, **changes: int) -> Settings:
    """The settings of a mailer that waits long for answers, and takes them for late at once."""
    smtp = msgspec.structs.replace(settings.smtp, lease_ms=60_000, gives_way_after_ms=100, **changes)
    return msgspec.structs.replace(settings, smtp=smtp)


async def test_other_mails_go_out_when_more_domains_hang_after_the_letter_than_there_are_connections(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """Each of them holds its share and no more, in two processes together; no letter is handed over twice."""
    hanging = HangingAfterTheLetter(mail_server)
    given = hung(mail_settings, connections=2, connections_per_domain=2, late_answers=20)
    stuck = await queue(admin, organization_id, *(f"a{n}@hangs{n % 5}.example" for n in range(20)))
    async with mailing_to(hanging, given, worker_db, 2):
        await hanging.has(10)
        others = await queue(admin, organization_id, *(f"b{n}@other{n % 3}.example" for n in range(9)))
        await become(admin, others, "sent")
        assert {row["try_count"] for row in await rows_of(admin, stuck)} == {0, 1}
        assert set(hanging.worst.values()) == {2}
        hanging.may_answer.set()
        await become(admin, stuck, "sent")
    assert len(mail_server.caught) == len(stuck) + len(others)


async def test_late_answers_are_bounded_when_many_domains_hang_after_the_letter(
    admin: Admin, empty: None, worker_db: Database, mail_settings: Settings, mail_server: MailServer,
    organization_id: UUID,
) -> None:  # fmt: skip
    """So many hold connections besides; the next ones take up those that there are."""
    hanging = HangingAfterTheLetter(mail_server)
    given = hung(mail_settings, connections=2, connections_per_domain=1, late_answers=3)
    stuck = await queue(admin, organization_id, *(f"a@hangs{n}.example" for n in range(8)))
    async with mailing_to(hanging, given, worker_db):
        await hanging.has(5)
        clock = asyncio.get_running_loop().time
        began_s, look_s = clock(), given.relay.poll_interval_ms / 1000

        async def mailer_has_looked_again() -> bool:
            return clock() - began_s > given.smtp.gives_way_after_ms / 1000 + 3 * look_s

        await until(mailer_has_looked_again)
        assert hanging.waiting.total() == 5
        hanging.may_answer.set()
        await become(admin, stuck, "sent")
    assert len(mail_server.caught) == len(stuck)
