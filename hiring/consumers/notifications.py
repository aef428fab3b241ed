"""Mails: sends each when it is due.

Text and sender are fixed and stored before the first try, so that every try sends the same. The letter is sent while
its message is claimed in the inbox, and recorded in that transaction: only what breaks between the server's answer and
our commit sends it twice, with the same Message-ID and the same bytes.
"""

from typing import TypedDict
from uuid import UUID

from hiring.commands.base import Stamp, stamp
from hiring.connectors.smtp import Letter, MailRefused, open_mail_server
from hiring.consumers.base import Consumer, Context, Envelope, system_actor
from hiring.database import Database
from hiring.errors import NotFound
from hiring.services.logs import get_logger
from hiring.services.mail import MailText, Undeliverable, compose, render_text
from hiring.services.tokens import mailed_token

NAME = "notifications"

log = get_logger(__name__)


class Key(TypedDict):
    """Which mail."""

    organization_id: UUID
    message_id: UUID


class Claim(Key):
    """Which delivery; the message is the broker's."""

    consumer: str


class Outcome(Stamp):
    """Which mail's outcome is recorded, because of which event."""

    causation_id: UUID
    message_id: UUID


async def handle(context: Context, envelope: Envelope) -> None:
    """Sends a mail that is due, unless it was cancelled, withheld or sent.

    Raises: NotFound, Unavailable (try again), MessageRunning, MessageDone.
    """
    try:
        letter = await begin(context, envelope)
    except Undeliverable as error:
        async with context.db.inbox(**claim(envelope)) as inbox:
            await fail(inbox, envelope, str(error))
        return
    if letter is None:
        return
    async with open_mail_server(context.settings.smtp) as server, context.db.inbox(**claim(envelope)) as inbox:
        try:
            await server.send(letter)
        except MailRefused as error:
            await fail(inbox, envelope, str(error))
        else:
            await finish(inbox, envelope)


async def begin(context: Context, envelope: Envelope) -> Letter | None:
    """Fixes what a mail says; returns the letter, None when none is to be sent. Raises: NotFound, Undeliverable."""
    key = Key(organization_id=envelope.organization_id, message_id=envelope.aggregate.id)
    settings, db = context.settings, context.db
    due = await db.queries.messages.find_due(**key)
    if due is None:
        raise NotFound
    text = render_text(due["kind"], language=due["language"], facts=due["facts"], public_url=settings.api.public_url)
    begun = await db.commands.messages.begin(**key, subject=text.subject, body=text.body)
    if begun is None:
        raise NotFound
    if begun["status"] != "sending":
        log.info("mail.not_sent", message_id=str(envelope.aggregate.id), status=begun["status"])
        return None
    assert begun["subject"] is not None and begun["body"] is not None  # a mail that is being sent has them
    link_id = due["mailed_link_id"]
    return compose(
        MailText(begun["subject"], begun["body"]), message_id=envelope.aggregate.id, recipient=begun["recipient"],
        sender_name=begun["sender_name"], sender_address=settings.smtp.from_address, dated=due["send_at"],
        token=None if link_id is None else mailed_token(settings.tokens.secret, link_id),
    )  # fmt: skip


async def finish(inbox: Database, envelope: Envelope) -> None:
    """Records that the mail server has taken a mail."""
    await inbox.commands.messages.finish(**outcome(envelope))


async def fail(inbox: Database, envelope: Envelope, failure: str) -> None:
    """Records why a mail will never be taken."""
    await inbox.commands.messages.fail(**outcome(envelope), failure=failure)
    log.warning("mail.failed", message_id=str(envelope.aggregate.id))


def claim(envelope: Envelope) -> Claim:
    """How the inbox knows a delivery."""
    return Claim(consumer=NAME, message_id=envelope.id, organization_id=envelope.organization_id)


def outcome(envelope: Envelope) -> Outcome:
    """What records the outcome of a mail, and the event about it."""
    return Outcome(**stamp(system_actor(envelope)), causation_id=envelope.id, message_id=envelope.aggregate.id)


CONSUMER = Consumer(NAME, ("message.due",), handle)
