"""Mails that users write to candidates. What each command refuses, and in which order: `sql/commands/messages.sql`."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from hiring.commands.base import Judged, judged, retried, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.queries import email_templates
from hiring.queries.email_templates import FilledTemplate

if TYPE_CHECKING:
    from typing_extensions import ReadOnly

PERMISSION = "messages.write"


class Told(Judged):
    """The message as it is now, with the event of its change; a message has no version."""

    id: "ReadOnly[UUID | None]"
    body: "ReadOnly[str | None]"
    event_id: "ReadOnly[UUID | None]"


class WrittenMessage(msgspec.Struct, frozen=True):
    """A message as JSON text, and the event of its change, which is None when nothing had to change."""

    id: UUID
    body: str
    event_id: UUID | None


@retried
async def add(
    db: Database, actor: Actor, *, candidate_id: UUID, application_id: UUID | None, template_id: UUID | None,
    subject: str | None, body: str | None, send_at: datetime | None,
) -> WrittenMessage:  # fmt: skip
    """Schedules a mail to a candidate for `send_at` or now, in the words of a template or in those that are given.

    Locks the candidate. Raises: NotFound (candidate), Invalid (an application that is none of the candidate's or not
    seen, no such template, one that names a job where there is none), BeingChanged (the template), NoEmail.
    """
    text = FilledTemplate(None, subject, body)
    if template_id is not None:
        text = await email_templates.fill(
            db, actor, PERMISSION, email_template_id=template_id, candidate_id=candidate_id,
            application_id=application_id,
        )  # fmt: skip
    return written(
        await db.commands.messages.add(
            **stamp(actor), **candidate_view(actor, PERMISSION), causation_id=actor.causation_id,
            candidate_id=candidate_id, application_id=application_id, template_id=template_id,
            seen_template_version=text.version, subject=text.subject, text=text.body, send_at=send_at,
        )
    )  # fmt: skip


async def cancel(db: Database, actor: Actor, *, message_id: UUID) -> WrittenMessage:
    """Cancels a mail that nobody hands over now; may be repeated. Raises: NotFound, StatusConflict."""
    return written(
        await db.commands.messages.cancel(**stamp(actor), **candidate_view(actor, PERMISSION), message_id=message_id)
    )


def written(row: Told | None) -> WrittenMessage:
    """What a command did. Raises: NotFound, what the statement refused."""
    found = judged(row)
    assert found["id"] is not None and found["body"] is not None
    return WrittenMessage(found["id"], found["body"], found["event_id"])
