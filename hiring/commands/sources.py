"""Changes of the words for where candidates come from."""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, changed, found, stamp, state, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import SourceKind
from hiring.errors import InUse
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, kind: SourceKind, name: str) -> Written:
    """Adds a source. Raises: Taken (name)."""
    return written(await db.commands.sources.add(**stamp(actor), source_id=new_id(), kind=kind, name=name))


async def update(
    db: Database, actor: Actor, *, source_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Renames a source. Raises: NotFound, VersionMismatch, Taken (name)."""
    return changed(
        await db.commands.sources.update(
            **stamp(actor), source_id=source_id, changes=changes, expected_version=expected_version
        ),
        expected_version,
    )


async def archive(db: Database, actor: Actor, *, source_id: UUID, expected_version: int | None) -> Written:
    """Archives a source; may be repeated. Raises: NotFound, VersionMismatch, InUse (the system's own)."""
    evidence = found(
        await db.commands.sources.archive(**stamp(actor), source_id=source_id, expected_version=expected_version),
        expected_version,
    )
    if evidence["is_built_in"]:
        raise InUse("The system itself uses this source; it can be renamed.", current=state(evidence))
    return written(evidence)
