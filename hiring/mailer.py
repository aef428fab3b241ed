"""Hands mails to the mail server: claims those that are due, sends each over its own connection, records the answer.

No transaction is open while the server works. A mail belongs to the process that `messages.sender_id` names as long as
this process renews its hold; after that, another one may take the mail over. Text and sender were fixed before the
first try, so every try sends the same bytes under the same Message-ID.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from hiring.commands.base import Stamp, stamp
from hiring.config import Settings
from hiring.connectors.smtp import Letter, MailRefused, MailServer, MailServerUnavailable, open_mail_server
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import ApiError
from hiring.foundation.ids import new_id
from hiring.foundation.logs import get_logger
from hiring.foundation.supervision import wait_for_first
from hiring.services import worker_metrics as metrics
from hiring.services.mail import MailText, Undeliverable, compose, retry_delay_ms
from hiring.services.tokens import mailed_token

if TYPE_CHECKING:
    from hiring.statements import CommandsMailsClaimRow

DOMAINS_LOOKED_AT = 1000
"""Domains of recipients that one claim looks at; the next claim goes on behind them."""
RECORDING_PAUSE_S = 1.0
"""Between two attempts to record an outcome while the database is away."""
FINISH_PAUSE_S = 0.5
RECORDING_LIMIT_S = 10.0
"""How much longer than the mail server's last answer a stop may take."""
GAVE_WAY = "No answer yet; ended because other mails waited for a connection"

log = get_logger(__name__)


class Key(TypedDict):
    """Which mail, and the process that holds it."""

    organization_id: UUID
    message_id: UUID
    sender_id: UUID


class Outcome(Stamp):
    """Which mail's outcome is recorded, because of which event."""

    causation_id: UUID
    message_id: UUID


class Delivery:
    """One mail that this process holds: `server` is the connection it goes over, None until that is open."""

    def __init__(self, mail: "CommandsMailsClaimRow", deliver: Callable[["Delivery"], Awaitable[None]]) -> None:
        assert mail["organization_id"] is not None and mail["id"] is not None
        self.mail, self.organization_id, self.message_id = mail, mail["organization_id"], mail["id"]
        self.server: MailServer | None = None
        self.is_cut = self.is_ending = self.gives_way = False
        self.began_s = asyncio.get_running_loop().time()
        self.task = asyncio.ensure_future(deliver(self))

    def cut(self) -> None:
        """Ends the attempt unless the mail server has the letter: then it may take it, and its answer must be heard.

        To be repeated while the attempt goes on: `asyncio.wait_for` can lose a cancellation before Python 3.12.
        """
        if self.may_be_cut:
            self.is_cut = True
            self.task.cancel()

    @property
    def has_letter(self) -> bool:
        """Whether the mail server has the letter, so that its answer alone tells what becomes of it."""
        return self.server is not None and self.server.has_letter

    @property
    def may_be_cut(self) -> bool:
        """Whether the mail server does not have the letter, and the outcome is open."""
        return not self.is_ending and not self.has_letter

    def end(self) -> bool:
        """Takes the cancellation back, so that its outcome can be recorded; returns whether `cut` was its cause."""
        self.is_ending = True
        while self.is_cut and self.task.uncancel():
            pass
        return self.is_cut

    def outcome(self) -> Outcome:
        """What records the outcome, and the event about it, which `message.due` has caused; its id is the mail's."""
        correlation_id = self.mail["correlation_id"] or self.message_id
        system = Actor(
            type="system", id=None, user_id=None, organization_id=self.organization_id, correlation_id=correlation_id
        )
        return Outcome(**stamp(system), causation_id=self.message_id, message_id=self.message_id)


class Mailer:
    """Sends mails until `stop`. Set `queued` when a mail is queued: it is claimed without waiting for the next look."""

    def __init__(self, db: Database, settings: Settings, stop: asyncio.Event, queued: asyncio.Event) -> None:
        self._db, self._settings, self._stop, self._queued = db, settings, stop, queued
        self._smtp = settings.smtp
        self._id = new_id()
        self._clock = asyncio.get_running_loop().time
        self._renewal_s = self._smtp.lease_ms / 1000 / 4
        self._held: dict[UUID, Delivery] = {}
        self._renewed_at_s = self._clock()
        self._after_domain = ""

    async def run(self) -> None:
        """Claims mails and holds those that are under way. Raises: Unavailable; what is under way goes on."""
        pause_s = min(self._settings.relay.poll_interval_ms / 1000, self._renewal_s)
        while not self._stop.is_set():
            self._queued.clear()
            await self._hold()
            if not await self._claim():
                await wait_for_first(self._stop, self._queued, timeout_s=pause_s)

    async def finish(self) -> None:
        """Puts back what the mail server does not have yet, and waits for its answers to the rest."""
        await asyncio.sleep(0)  # a task that is cancelled before its first step could not put its mail back
        limit_s = self._clock() + self._smtp.timeouts.content_ms / 1000 + RECORDING_LIMIT_S
        while self._held and self._clock() < limit_s:
            for delivery in self._held.values():
                delivery.cut()
            with suppress(ApiError):
                await self._hold()
            if under_way := [each.task for each in self._held.values()]:  # the last may have ended meanwhile
                await asyncio.wait(under_way, timeout=FINISH_PAUSE_S)
        if self._held:
            log.warning("mailer.mails_cut", count=len(self._held))
        for delivery in self._held.values():
            delivery.task.cancel()

    async def _claim(self) -> bool:
        """Claims as many mails as there are free connections; returns whether there are more domains to look at."""
        free = self._smtp.connections - self._occupied()
        if free <= 0:
            self._make_room()
            return False
        rows = await self._db.commands.mails.claim(
            sender_id=self._id, lease_ms=self._smtp.lease_ms, held_ids=list(self._held),
            after_domain=self._after_domain, domain_limit=DOMAINS_LOOKED_AT,
            domain_mail_limit=self._smtp.connections_per_domain, mail_limit=free,
        )  # fmt: skip
        for row in rows:
            if row["id"] is not None:
                self._held[row["id"]] = Delivery(row, self._deliver)
        is_at_end = rows[0]["walked_count"] < DOMAINS_LOOKED_AT
        self._after_domain = "" if is_at_end else rows[0]["walked_to"] or ""
        return not is_at_end

    def _occupied(self) -> int:
        """The connections in use, without those on which a letter only waits for its late answer.

        Servers that hang after the letter, up to ten minutes each, would else stop the mails to all others.
        """
        late_count = sum(each.has_letter and self._is_late(each) for each in self._held.values())
        return len(self._held) - min(late_count, self._smtp.late_answers)

    def _is_late(self, delivery: Delivery) -> bool:
        return self._clock() - delivery.began_s >= self._smtp.gives_way_after_ms / 1000

    def _make_room(self) -> None:
        """Ends the attempt that has waited for longest, unless that is short: many domains that hang stop no others."""
        waiting = [each for each in self._held.values() if each.may_be_cut]
        oldest = min(waiting, key=lambda each: each.began_s, default=None)
        if oldest is not None and self._is_late(oldest):
            oldest.gives_way = True
            oldest.cut()

    async def _hold(self) -> None:
        """Renews the hold in time; what is not ours any more, because it was cancelled or taken over, is cut."""
        metrics.MAILS_HELD.set(len(self._held))
        if not self._held or self._clock() - self._renewed_at_s < self._renewal_s:
            return
        began_s, asked = self._clock(), list(self._held.values())
        rows = await self._db.commands.mails.hold(
            sender_id=self._id, lease_ms=self._smtp.lease_ms, held_ids=[each.message_id for each in asked],
            organization_ids=[each.organization_id for each in asked],
        )  # fmt: skip
        self._renewed_at_s, kept = began_s, {row["id"] for row in rows}
        for delivery in asked:
            if delivery.message_id not in kept:
                delivery.cut()

    async def _deliver(self, delivery: Delivery) -> None:
        """One try, from the claim to its record."""
        began = time.perf_counter()
        try:
            outcome, answer = await self._try(delivery)
        except asyncio.CancelledError:
            if not delivery.end():
                raise
            outcome, answer = await self._end_early(delivery), "cut"
        finally:
            del self._held[delivery.message_id]
            self._queued.set()
        duration_s = time.perf_counter() - began
        metrics.MAILS.labels(outcome).inc()
        metrics.MAIL_S.labels(outcome).observe(duration_s)
        log.info(
            "mail", message_id=str(delivery.message_id), outcome=outcome, answer=code_of(answer),
            tries=delivery.mail["try_count"], duration_ms=round(duration_s * 1000, 2),
        )  # fmt: skip

    async def _try(self, delivery: Delivery) -> tuple[str, str]:
        """Hands the letter over and records what came of it; returns that, and the server's answer."""
        try:
            letter = self._letter(delivery.mail)
            async with open_mail_server(self._smtp) as server:
                delivery.server = server
                await server.send(letter)
                return await self._finish(delivery), "250"
        except (Undeliverable, MailRefused) as error:
            return await self._fail(delivery, str(error)), str(error)
        except MailServerUnavailable as error:
            return await self._postpone(delivery, error.detail), error.detail
        except Exception as error:
            log.exception("mail.broken", message_id=str(delivery.message_id))
            return await self._postpone(delivery, type(error).__name__), type(error).__name__

    def _letter(self, mail: "CommandsMailsClaimRow") -> Letter:
        """Raises: Undeliverable."""
        assert mail["id"] and mail["recipient"] and mail["dated_at"]
        assert mail["sender_name"] is not None and mail["subject"] is not None and mail["body"] is not None
        link_id = mail["mailed_link_id"]
        return compose(
            MailText(mail["subject"], mail["body"]), message_id=mail["id"], recipient=mail["recipient"],
            sender_name=mail["sender_name"], sender_address=mail["sender_address"],
            service_address=self._smtp.from_address, dated=mail["dated_at"],
            token=None if link_id is None else mailed_token(self._settings.tokens.secret, link_id),
        )  # fmt: skip

    async def _finish(self, delivery: Delivery) -> str:
        await self._record(delivery, partial(self._db.commands.mails.finish, **delivery.outcome()))
        return "sent"

    async def _postpone(self, delivery: Delivery, answer: str) -> str:
        """Plans the next try, or fails what was tried for long enough."""
        tries, postpone = delivery.mail["try_count"] or 1, self._db.commands.mails.postpone
        delay_ms = retry_delay_ms(self._smtp, tries=tries, waited_ms=delivery.mail["waited_ms"] or 0)
        if delay_ms is None:
            return await self._fail(delivery, f"Given up after {tries} tries. The last answer: {answer}")
        await self._record(delivery, partial(postpone, **self._key(delivery), answer=answer, delay_ms=delay_ms))
        return "postponed"

    async def _fail(self, delivery: Delivery, failure: str) -> str:
        fail = self._db.commands.mails.fail
        await self._record(delivery, partial(fail, **delivery.outcome(), sender_id=self._id, failure=failure))
        return "failed"

    async def _end_early(self, delivery: Delivery) -> str:
        """Puts a mail back that was cut; one that gave way to others has had its try."""
        if delivery.gives_way:
            return await self._postpone(delivery, GAVE_WAY)
        await self._record(delivery, partial(self._db.commands.mails.put_back, **self._key(delivery)))
        return "put_back"

    def _key(self, delivery: Delivery) -> Key:
        return Key(organization_id=delivery.organization_id, message_id=delivery.message_id, sender_id=self._id)

    async def _record(self, delivery: Delivery, record: Callable[[], Awaitable[object]]) -> None:
        """Records an outcome, as soon as the database is there; until then this process keeps the mail."""
        while True:
            try:
                await record()
            except ApiError as error:
                log.warning("mail.unrecorded", message_id=str(delivery.message_id), error=type(error).__name__)
                await asyncio.sleep(RECORDING_PAUSE_S)
            else:
                return


def code_of(answer: str) -> str:
    """What a log line tells of an answer: its code, or the kind of failure; the text may name the recipient."""
    return answer.partition(" ")[0].rstrip(":")
