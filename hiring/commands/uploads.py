"""Uploads: files that were sent and wait to be attached."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hiring.commands.base import Written, stamp, written
from hiring.connectors.files import StoredFile
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id
from hiring.services.media import fitting_file_name, media_type_of

KEPT_FOR = timedelta(hours=24)


async def add(db: Database, actor: Actor, *, stored: StoredFile, file_name: str, job_board_id: UUID | None) -> Written:
    """Records a stored file for 24 hours, under a name that fits its content. Raises: UnsupportedMediaType."""
    media_type = media_type_of(stored.head, stored.size)
    return written(
        await db.commands.uploads.add(
            **stamp(actor), upload_id=new_id(), job_board_id=job_board_id,
            file_name=fitting_file_name(file_name, media_type), media_type=media_type, size=stored.size,
            sha256=stored.sha256, storage_name=stored.name, expires_at=datetime.now(UTC) + KEPT_FOR,
        )
    )  # fmt: skip
