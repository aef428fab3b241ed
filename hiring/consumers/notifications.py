"""Mails that are due: fixes what each says and queues it; `hiring/mailer.py` sends it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hiring.commands.base import stamp
from hiring.consumers.base import Consumer, Context
from hiring.domain.actors import Actor
from hiring.domain.events import Event
from hiring.errors import NotFound
from hiring.foundation.logs import get_logger
from hiring.queries import notes
from hiring.services.mail import render_text

if TYPE_CHECKING:
    from hiring.statements import QueriesMailsFindDueRow

NAME = "notifications"

log = get_logger(__name__)


async def handle(context: Context, event: Event) -> None:
    """Queues a mail that is due, unless it was cancelled or is to be withheld; cancels one that is not for its reader.

    Raises: NotFound, Unavailable (try again), MessageRunning, MessageDone.
    """
    organization_id, message_id, db = event.organization_id, event.aggregate.id, context.db
    due = await db.queries.mails.find_due(organization_id=organization_id, message_id=message_id)
    if due is None:
        raise NotFound
    facts = await facts_of(context, event, due)
    if facts is None:
        async with db.inbox(consumer=NAME, message_id=event.id, organization_id=organization_id) as inbox:
            await inbox.commands.mails.cancel(**stamp(system_of(event)), causation_id=event.id, message_id=message_id)
        log.info("mail.not_sent", message_id=str(message_id), status="cancelled")
        return
    mails, public_url = context.settings.mails, context.settings.api.public_url
    text = None
    if not due["is_written"]:
        text = render_text(due["kind"], language=due["language"], facts=facts, public_url=public_url)
    async with db.inbox(consumer=NAME, message_id=event.id, organization_id=organization_id) as inbox:
        queued = await inbox.commands.mails.queue(
            organization_id=organization_id, message_id=message_id, subject=None if text is None else text.subject,
            body=None if text is None else text.body,
            maximum_mail_count=mails.candidate_per_day, fixed_sender_name=mails.fixed_sender_name,
            is_confirmation_required=mails.confirms_registration,
        )  # fmt: skip
        if queued is None:
            raise NotFound
    if queued["status"] == "sending":
        context.mail_queued.set()
    else:
        log.info("mail.not_sent", message_id=str(message_id), status=queued["status"])


async def facts_of(context: Context, event: Event, due: "QueriesMailsFindDueRow") -> Mapping[str, Any] | None:
    """What a mail's text is made of; None for one that is not to be sent now. Rules: A18, M8.

    A mention in a note that its reader does not see, or a rejection whose candidate is in the running again.
    """
    if due["is_overtaken"]:
        return None
    facts: dict[str, Any] = due["facts"]
    user_id = due["user_id"]
    if due["kind"] != "note_mention" or user_id is None:
        return facts
    candidate_name = await notes.find_mentioned(
        context.db, organization_id=event.organization_id, user_id=user_id, note_id=UUID(facts["note_id"]),
        correlation_id=event.correlation_id,
    )  # fmt: skip
    return None if candidate_name is None else facts | {"candidate_name": candidate_name}


def system_of(event: Event) -> Actor:
    """The service itself, because of an event."""
    return Actor(
        type="system", id=None, user_id=None, organization_id=event.organization_id,
        correlation_id=event.correlation_id,
    )  # fmt: skip


CONSUMER = Consumer(NAME, ("message.due",), handle)
