"""Changes of the words for why something ended."""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, changed, found, stamp, state, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.structure import ReasonKind
from hiring.errors import InUse
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, kind: ReasonKind, name: str) -> Written:
    """Adds a reason. Raises: Taken (name)."""
    return written(await db.commands.reasons.add(**stamp(actor), reason_id=new_id(), kind=kind, name=name))


async def update(
    db: Database, actor: Actor, *, reason_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Renames a reason. Raises: NotFound, VersionMismatch, Taken (name)."""
    return changed(
        await db.commands.reasons.update(
            **stamp(actor), reason_id=reason_id, changes=changes, expected_version=expected_version
        ),
        expected_version,
    )


async def archive(db: Database, actor: Actor, *, reason_id: UUID, expected_version: int | None) -> Written:
    """Archives a reason; may be repeated. Raises: NotFound, VersionMismatch, InUse (the system's own)."""
    evidence = found(
        await db.commands.reasons.archive(**stamp(actor), reason_id=reason_id, expected_version=expected_version),
        expected_version,
    )
    if evidence["is_built_in"]:
        raise InUse("The system itself uses this reason; it can be renamed.", current=state(evidence))
    return written(evidence)
