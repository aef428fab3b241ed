"""Changes of candidates' files."""

from uuid import UUID

import msgspec

from hiring.commands.base import Written, found, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view, file_view
from hiring.errors import FieldError, Invalid, NotFound
from hiring.foundation.ids import new_id


class Deleted(msgspec.Struct, frozen=True):
    """An attachment that is gone: where its content is still stored, and the event."""

    storage_name: str
    event_id: UUID


async def add(
    db: Database, actor: Actor, *, candidate_id: UUID, upload_id: UUID, kind: str, visibility: str
) -> Written:
    """Attaches an upload to a candidate. Locks both. Raises: NotFound (candidate), Invalid (no usable upload)."""
    evidence = await db.commands.attachments.add(
        **stamp(actor), **candidate_view(actor, "attachments.write"), candidate_id=candidate_id,
        attachment_id=new_id(), upload_id=upload_id, kind=kind, visibility=visibility,
    )  # fmt: skip
    if not evidence["is_candidate_found"]:
        raise NotFound
    if not evidence["is_upload_found"]:
        detail = "The upload is unknown, was used or has expired."
        raise Invalid(errors=[FieldError("/upload_id", "unknown_upload", detail)])
    return written(evidence)


async def delete(db: Database, actor: Actor, *, attachment_id: UUID) -> Deleted:
    """Deletes an attachment; its content is the caller's to remove. Locks the candidate. Raises: NotFound."""
    evidence = found(
        await db.commands.attachments.delete(
            **stamp(actor), **file_view(actor, "attachments.write"), attachment_id=attachment_id
        )
    )
    assert evidence["storage_name"] is not None  # it had none only if it was deleted before
    return Deleted(evidence["storage_name"], evidence["event_id"])
