"""Changes of board keys: secrets of career sites' servers. What each refuses: `sql/commands/board_keys.sql`."""

from datetime import datetime
from uuid import UUID

from hiring.commands.api_keys import NewKey
from hiring.commands.base import stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import NotFound
from hiring.foundation.ids import new_id
from hiring.services.tokens import new_board_key, shown_part, token_hash


async def add(db: Database, actor: Actor, *, job_board_id: UUID, name: str, expires_at: datetime | None) -> NewKey:
    """Adds a key to a board. Raises: NotFound (board)."""
    secret = new_board_key()
    row = await db.commands.board_keys.add(
        **stamp(actor), board_key_id=new_id(), job_board_id=job_board_id, name=name, prefix=shown_part(secret),
        key_hash=token_hash(secret).hex(), expires_at=expires_at,
    )  # fmt: skip
    if row is None:
        raise NotFound
    return NewKey(written(row), secret)


async def revoke(db: Database, actor: Actor, *, job_board_id: UUID, board_key_id: UUID) -> UUID | None:
    """Ends a key; may be repeated. Returns the event's id, None if the key was revoked before. Raises: NotFound."""
    row = await db.commands.board_keys.revoke(**stamp(actor), job_board_id=job_board_id, board_key_id=board_key_id)
    if row is None:
        raise NotFound
    return row["event_id"]
