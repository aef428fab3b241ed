"""Changes of the tree of departments."""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, change, expect, found, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import FieldError, Invalid
from hiring.services.ids import new_id


async def add(db: Database, actor: Actor, *, name: str, parent_id: UUID | None, external_id: str | None) -> Written:
    """Adds a department. Raises: Invalid (unknown parent), Taken (external_id)."""
    return written(
        await db.commands.departments.add(
            **stamp(actor), department_id=new_id(), name=name, parent_id=parent_id, external_id=external_id
        )
    )


async def update(
    db: Database, actor: Actor, *, department_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Changes the fields of a merge patch.

    Locks the organization. Raises: NotFound, VersionMismatch, Invalid (unknown parent, or one below), Taken.
    """
    evidence = found(
        await db.commands.departments.update(
            **stamp(actor), department_id=department_id, changes=changes, expected_version=expected_version
        )
    )
    if evidence["is_circle"]:
        detail = "A department cannot be below itself."
        raise Invalid(errors=[FieldError("/parent_id", "circular", detail)])
    expect(evidence, expected_version)
    return written(evidence)


async def archive(db: Database, actor: Actor, *, department_id: UUID, expected_version: int | None) -> Written:
    """Archives a department; may be repeated. Raises: NotFound, VersionMismatch."""
    return await change(
        db.commands.departments.archive, actor, department_id=department_id, expected_version=expected_version
    )
