"""Changes of what interviewers look for and ask.

What each refuses, and in which order: `sql/commands/interview_kits.sql`.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, json_text, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id


async def add(
    db: Database, actor: Actor, *, name: str, attributes: Sequence[Mapping[str, Any]], questions: Sequence[str]
) -> Written:  # fmt: skip
    """Adds an interview kit. `attributes`: name and description of each, which gets an id. Raises: Taken (name)."""
    identified = [{"id": new_id(), **each} for each in attributes]
    row = await db.commands.interview_kits.add(
        **stamp(actor), interview_kit_id=new_id(), name=name, attributes=json_text(identified),
        questions=json_text(questions),
    )  # fmt: skip
    return written(row)


async def update(
    db: Database, actor: Actor, *, interview_kit_id: UUID, changes: dict[str, Any],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch. Of its attributes, those whose `id` is None are new and get one.

    Raises: NotFound, Invalid (an id that no attribute of the kit has), VersionMismatch, Taken (name).
    """
    new_ids = []
    for attribute in changes.get("attributes", ()):
        if attribute["id"] is None:
            new_ids.append(new_id())
            attribute["id"] = str(new_ids[-1])
    return done(
        await db.commands.interview_kits.update(
            **stamp(actor),
            interview_kit_id=interview_kit_id,
            changes=changes,
            new_attribute_ids=new_ids,
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )


async def archive(
    db: Database, actor: Actor, *, interview_kit_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Archives an interview kit; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.interview_kits.archive(
            **stamp(actor), interview_kit_id=interview_kit_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
