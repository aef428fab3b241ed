"""Changes of the links to what vendors found about candidates: `sql/commands/result_links.sql`."""

from uuid import UUID

from hiring.commands.base import Written, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.errors import NotFound
from hiring.foundation.ids import new_id

PERMISSION = "candidates.write"


async def add(db: Database, actor: Actor, *, candidate_id: UUID, label: str, url: str, score: str | None) -> Written:
    """Adds a result link to an active candidate, whom it locks. Raises: NotFound (candidate)."""
    row = await db.commands.result_links.add(
        **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id, result_link_id=new_id(),
        label=label, url=url, score=score,
    )  # fmt: skip
    if row is None:
        raise NotFound
    return written(row)


async def delete(db: Database, actor: Actor, *, candidate_id: UUID, result_link_id: UUID) -> UUID:
    """Deletes a result link of a candidate, whom it locks, and returns the event. Raises: NotFound."""
    row = await db.commands.result_links.delete(
        **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id, result_link_id=result_link_id
    )
    if row is None:
        raise NotFound
    assert row["event_id"] is not None  # what is deleted is recorded
    return row["event_id"]
