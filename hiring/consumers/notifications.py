"""Mails: sends each when it is due.

Text and sender are fixed and stored before the first try, so that every try sends the same. The letter is sent while
its message is claimed in the inbox, and recorded in that transaction: only what breaks between the server's answer and
our commit sends it twice, with the same Message-ID and the same bytes.
"""

from typing import Any

from hiring.commands.base import stamp
from hiring.connectors.smtp import Letter, MailRefused, open_mail_server
from hiring.consumers.base import Consumer, Context, Envelope, system_actor
from hiring.database import Database
from hiring.errors import NotFound
from hiring.services.logs import get_logger
from hiring.services.mail import MailText, Undeliverable, compose, render_text
from hiring.services.tokens import mailed_token

NAME = "notifications"

log = get_logger(__name__)


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
    key = {"organization_id": envelope.organization_id, "message_id": envelope.aggregate.id}
    settings, db = context.settings, context.db
    due = await db.after([envelope.id]).queries.messages.find_due(**key)
    if due is None:
        raise NotFound
    text = render_text(due["kind"], language=due["language"], facts=due["facts"], public_url=settings.api.public_url)
    begun = await db.commands.messages.begin(**key, subject=text.subject, body=text.body)
    if begun is None:
        raise NotFound
    if begun["status"] != "sending":
        log.info("mail.not_sent", message_id=str(envelope.aggregate.id), status=begun["status"])
        return None
    link_id = due["mailed_link_id"]
    return compose(
        MailText(begun["subject"], begun["body"]), message_id=envelope.aggregate.id, recipient=begun["recipient"],
        sender_name=begun["sender_name"], sender_address=settings.smtp.from_address, dated=due["send_at"],
        token=link_id and mailed_token(settings.tokens.secret, link_id),
    )  # fmt: skip


async def finish(inbox: Database, envelope: Envelope) -> None:
    """Records that the mail server has taken a mail."""
    await inbox.commands.messages.finish(**outcome(envelope))


async def fail(inbox: Database, envelope: Envelope, failure: str) -> None:
    """Records why a mail will never be taken."""
    await inbox.commands.messages.fail(**outcome(envelope), failure=failure)
    log.warning("mail.failed", message_id=str(envelope.aggregate.id))


def claim(envelope: Envelope) -> dict[str, Any]:
    """How the inbox knows a delivery."""
    return {"consumer": NAME, "message_id": envelope.id, "organization_id": envelope.organization_id}


def outcome(envelope: Envelope) -> dict[str, Any]:
    """Whose mail's outcome is recorded, and the envelope of the event about it."""
    return {
        **stamp(system_actor(envelope)), "causation_id": envelope.id, "message_id": envelope.aggregate.id,
    }  # fmt: skip


CONSUMER = Consumer(NAME, ("message.due",), handle)
