"""Changes of tags. What each refuses, and in which order: `sql/commands/tags.sql`."""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, name: str) -> Written:
    """Adds a tag. Raises: Taken (name)."""
    return written(await db.commands.tags.add(**stamp(actor), tag_id=new_id(), name=name))


async def update(
    db: Database, actor: Actor, *, tag_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Renames a tag. Raises: NotFound, VersionMismatch, Taken (name)."""
    return done(
        await db.commands.tags.update(
            **stamp(actor), tag_id=tag_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(db: Database, actor: Actor, *, tag_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives a tag; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.tags.archive(**stamp(actor), tag_id=tag_id, expected_versions=expected_versions),
        may_change_nothing=True,
    )
