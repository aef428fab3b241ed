"""Changes of the tree of departments. What each refuses, and in which order: `sql/commands/departments.sql`."""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, name: str, parent_id: UUID | None, external_id: str | None) -> Written:
    """Adds a department. Raises: Invalid (unknown or archived parent), Taken (external_id)."""
    return done(
        await db.commands.departments.add(
            **stamp(actor), department_id=new_id(), name=name, parent_id=parent_id, external_id=external_id
        )
    )


async def update(
    db: Database, actor: Actor, *, department_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch. Locks the organization.

    Raises: NotFound, Invalid (a parent that is unknown, newly named and archived, or below the department),
    VersionMismatch, Taken (external_id).
    """
    return done(
        await db.commands.departments.update(
            **stamp(actor), department_id=department_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(db: Database, actor: Actor, *, department_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives a department; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.departments.archive(
            **stamp(actor), department_id=department_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
