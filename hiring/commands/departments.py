"""Changes of the tree of departments."""

from typing import Any, TypedDict
from uuid import UUID

from hiring.commands.base import Written, changed, expect, found, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import FieldError, Invalid
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, name: str, parent_id: UUID | None, external_id: str | None) -> Written:
    """Adds a department. Raises: Invalid (unknown or archived parent), Taken (external_id)."""
    evidence = await db.commands.departments.add(
        **stamp(actor), department_id=new_id(), name=name, parent_id=parent_id, external_id=external_id
    )
    judge_parent(evidence)
    return written(evidence)


async def update(
    db: Database, actor: Actor, *, department_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Changes the fields of a merge patch.

    Locks the organization. Raises: NotFound, Invalid (a parent that is unknown, archived and new here, or below),
    VersionMismatch, Taken (external_id).
    """
    evidence = found(
        await db.commands.departments.update(
            **stamp(actor), department_id=department_id, changes=changes, expected_version=expected_version
        )
    )
    judge_parent(evidence)
    if evidence["is_circle"]:
        detail = "A department cannot be below itself."
        raise Invalid(errors=[FieldError("/parent_id", "circular", detail)])
    expect(evidence, expected_version)
    return written(evidence)


class Parented(TypedDict):
    """Evidence of a department's parent."""

    is_parent_found: bool


def judge_parent(evidence: Parented) -> None:
    """Raises: Invalid, where the parent is not one that a department can be given."""
    if not evidence["is_parent_found"]:
        raise Invalid(errors=[FieldError("/parent_id", "unknown_reference", "There is no such parent.")])


async def archive(db: Database, actor: Actor, *, department_id: UUID, expected_version: int | None) -> Written:
    """Archives a department; may be repeated. Raises: NotFound, VersionMismatch."""
    return changed(
        await db.commands.departments.archive(
            **stamp(actor), department_id=department_id, expected_version=expected_version
        ),
        expected_version,
    )
