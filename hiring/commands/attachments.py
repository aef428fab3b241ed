"""Changes of candidates' files. What each refuses: `sql/commands/attachments.sql`."""

from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view, private_view
from hiring.errors import NotFound
from hiring.foundation.ids import new_id


class Deleted(msgspec.Struct, frozen=True):
    """An attachment that is gone: where its content is still stored, and the event."""

    storage_name: str
    event_id: UUID


async def add(
    db: Database, actor: Actor, *, candidate_id: UUID, upload_id: UUID, kind: str, visibility: str
) -> Written:
    """Attaches an upload to a candidate. Locks both. Raises: NotFound (candidate), Invalid (no usable upload)."""
    return done(
        await db.commands.attachments.add(
            **stamp(actor), **candidate_view(actor, "attachments.write"), candidate_id=candidate_id,
            attachment_id=new_id(), upload_id=upload_id, kind=kind, visibility=visibility,
        )
    )  # fmt: skip


async def delete(db: Database, actor: Actor, *, attachment_id: UUID) -> Deleted:
    """Deletes an attachment; the caller removes its content. Locks the candidate. Raises: NotFound."""
    row = await db.commands.attachments.delete(
        **stamp(actor), **private_view(actor, "attachments.write"), attachment_id=attachment_id
    )
    if row is None:
        raise NotFound
    assert row["storage_name"] is not None and row["event_id"] is not None  # only a deleted one is stored nowhere
    return Deleted(row["storage_name"], row["event_id"])
