"""Changes of the words for why something ended.

What each refuses, and in which order: `sql/commands/reasons.sql`.
"""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import ReasonKind
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, kind: ReasonKind, name: str) -> Written:
    """Adds a reason. Raises: Taken (name)."""
    return written(await db.commands.reasons.add(**stamp(actor), reason_id=new_id(), kind=kind, name=name))


async def update(
    db: Database, actor: Actor, *, reason_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Renames a reason. Raises: NotFound, VersionMismatch, Taken (name)."""
    return done(
        await db.commands.reasons.update(
            **stamp(actor), reason_id=reason_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(db: Database, actor: Actor, *, reason_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives a reason; may be repeated. Raises: NotFound, VersionMismatch, InUse (the system uses it)."""
    return done(
        await db.commands.reasons.archive(**stamp(actor), reason_id=reason_id, expected_versions=expected_versions),
        may_change_nothing=True,
    )
