"""The mails to the people of the demo organization. Their addresses are in `.example`, so that nobody gets them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands import messages
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries import email_templates as email_template_queries
from hiring.queries import messages as message_queries


async def write_once(
    db: Database, actor: Actor, *, candidate_id: UUID, application_id: UUID, message: dict[str, Any]
) -> None:
    """Schedules a mail about an application, where there is none yet, and cancels it where the plan says so."""
    query = message_queries.MessagesQuery(application_id=application_id)
    known = (await message_queries.list_all(db, actor, query)).items
    if known:
        message_id = id_in(known[0])
    else:
        template_id = None
        if "template" in message:
            template = await email_template_queries.find_by_name(db, actor, name=message["template"])
            template_id = id_in(template.text)
        made = await messages.add(
            db, actor, candidate_id=candidate_id, application_id=application_id, template_id=template_id,
            subject=message.get("subject"), body=message.get("body"),
            send_at=datetime.now(UTC) + timedelta(days=message.get("in_days", 0)),
        )  # fmt: skip
        message_id = made.id
    if message.get("is_cancelled"):
        await messages.cancel(db, actor, message_id=message_id)


def id_in(text: str) -> UUID:
    """The id of a resource, out of its JSON text."""
    return UUID(msgspec.json.decode(text)["id"])
