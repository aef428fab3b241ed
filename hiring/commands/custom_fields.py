"""Changes of custom fields. What each refuses, and in which order: `sql/commands/custom_fields.sql`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, json_text, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.custom_fields import AppliesTo, CustomFieldType
from hiring.foundation.ids import new_id


async def add(
    db: Database, actor: Actor, *, key: str, name: str, applies_to: AppliesTo,
    field_type: CustomFieldType, options: Sequence[str],
) -> Written:  # fmt: skip
    """Adds a custom field. `options`: the label of each, which gets an id. Raises: Taken (key)."""
    identified = [{"id": new_id(), "label": label, "is_archived": False} for label in options]
    row = await db.commands.custom_fields.add(
        **stamp(actor), custom_field_id=new_id(), key=key, name=name, applies_to=applies_to, field_type=field_type,
        options=json_text(identified),
    )  # fmt: skip
    return written(row)


async def update(
    db: Database, actor: Actor, *, custom_field_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch. Of its options, those whose `id` is None are new and get one.

    Raises: NotFound, Invalid (options of what is no select, an id that no option has, an option left out),
    VersionMismatch.
    """
    new_ids = []
    for option in changes.get("options", ()):
        if option["id"] is None:
            new_ids.append(new_id())
            option["id"] = str(new_ids[-1])
    return done(
        await db.commands.custom_fields.update(
            **stamp(actor), custom_field_id=custom_field_id, changes=changes, new_option_ids=new_ids,
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def archive(db: Database, actor: Actor, *, custom_field_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives a custom field; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.custom_fields.archive(
            **stamp(actor), custom_field_id=custom_field_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
