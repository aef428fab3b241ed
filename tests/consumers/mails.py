"""Short ways to mails that are due, and to what became of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tests.api.journeys import apply, open_job, reason
from tests.client import Client
from tests.databases import Admin


async def rejected(ada: Client, send_at: datetime | None = None, **candidate: Any) -> str:
    """Rejects a new application with a mail and returns the application's id."""
    person = {"emails": [{"value": "kim@example.com"}]} | candidate
    application = await apply(ada, await open_job(ada), **person)
    when = {} if send_at is None else {"send_at": send_at.isoformat()}
    await ada.made(
        f"/applications/{application['id']}/reject", {"reason_id": await reason(ada, "rejection"), "message": when}
    )
    found: str = application["id"]
    return found


async def stored(admin: Admin, ada: Client) -> list[dict[str, Any]]:
    """The mails of an organization, oldest first."""
    rows = await admin(
        """SELECT to_jsonb(m) FROM messages AS m
           WHERE m.organization_id = %(organization_id)s ORDER BY m.created_at, m.id""",
        organization_id=UUID(ada.organization["id"]),
    )
    return [row[0] for row in rows]


async def statuses(admin: Admin, ada: Client) -> list[str]:
    """What became of an organization's mails so far."""
    return [message["status"] for message in await stored(admin, ada)]


async def events_of(admin: Admin, message: dict[str, Any]) -> list[tuple[str, int, str | None]]:
    """Type, version and cause of a mail's events, in their order."""
    rows = await admin(
        """SELECT e.type, e.aggregate_version, e.causation_id::text FROM events AS e
           WHERE e.aggregate_type = 'message' AND e.aggregate_id = %(id)s ORDER BY e.aggregate_version, e.id""",
        id=UUID(message["id"]),
    )
    return [(row[0], row[1], row[2]) for row in rows]
