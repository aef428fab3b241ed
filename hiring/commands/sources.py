"""Changes of the words for where candidates come from.

What each refuses, and in which order: `sql/commands/sources.sql`.
"""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import SourceKind
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, kind: SourceKind, name: str) -> Written:
    """Adds a source. Raises: Taken (name)."""
    return written(await db.commands.sources.add(**stamp(actor), source_id=new_id(), kind=kind, name=name))


async def update(
    db: Database, actor: Actor, *, source_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Renames a source. Raises: NotFound, VersionMismatch, Taken (name)."""
    return done(
        await db.commands.sources.update(
            **stamp(actor), source_id=source_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(db: Database, actor: Actor, *, source_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives a source; may be repeated. Raises: NotFound, VersionMismatch, InUse (the system uses it)."""
    return done(
        await db.commands.sources.archive(**stamp(actor), source_id=source_id, expected_versions=expected_versions),
        may_change_nothing=True,
    )
