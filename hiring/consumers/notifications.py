"""Mails that are due: fixes what each says and queues it; `hiring/mailer.py` sends it."""

from hiring.consumers.base import Consumer, Context
from hiring.domain.events import Event
from hiring.errors import NotFound
from hiring.foundation.logs import get_logger
from hiring.services.mail import render_text

NAME = "notifications"

log = get_logger(__name__)


async def handle(context: Context, event: Event) -> None:
    """Queues a mail that is due, unless it was cancelled or is to be withheld.

    Raises: NotFound, Unavailable (try again), MessageRunning, MessageDone.
    """
    organization_id, message_id, db = event.organization_id, event.aggregate.id, context.db
    due = await db.queries.messages.find_due(organization_id=organization_id, message_id=message_id)
    if due is None:
        raise NotFound
    text = render_text(
        due["kind"], language=due["language"], facts=due["facts"], public_url=context.settings.api.public_url
    )
    mails = context.settings.mails
    async with db.inbox(consumer=NAME, message_id=event.id, organization_id=organization_id) as inbox:
        queued = await inbox.commands.messages.queue(
            organization_id=organization_id, message_id=message_id, subject=text.subject, body=text.body,
            maximum_mail_count=mails.candidate_per_day, fixed_sender_name=mails.fixed_sender_name,
            is_confirmation_required=mails.confirms_registration,
        )  # fmt: skip
        if queued is None:
            raise NotFound
    if queued["status"] == "sending":
        context.mail_queued.set()
    else:
        log.info("mail.not_sent", message_id=str(message_id), status=queued["status"])


CONSUMER = Consumer(NAME, ("message.due",), handle)
