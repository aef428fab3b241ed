"""Changes of the stages that new jobs start with.

What each refuses, and in which order: `sql/commands/pipeline_templates.sql`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, json_text, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.pipelines import StageLike
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, name: str, stages: Sequence[StageLike], is_default: bool) -> Written:
    """Adds a template. Locks the organization. Raises: Taken (name)."""
    row = await db.commands.pipeline_templates.add(
        **stamp(actor), former_event_id=new_id(), pipeline_template_id=new_id(), name=name, stages=json_text(stages),
        is_default=is_default,
    )  # fmt: skip
    return written(row)


async def update(
    db: Database, actor: Actor, *, pipeline_template_id: UUID, changes: dict[str, Any],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch. Locks the organization.

    Raises: NotFound, VersionMismatch, StatusConflict (an archived template as the default), Taken (name).
    """
    return done(
        await db.commands.pipeline_templates.update(
            **stamp(actor), former_event_id=new_id(), pipeline_template_id=pipeline_template_id, changes=changes,
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def archive(
    db: Database, actor: Actor, *, pipeline_template_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Archives a template; may be repeated. Raises: NotFound, VersionMismatch, InUse (the default)."""
    return done(
        await db.commands.pipeline_templates.archive(
            **stamp(actor), pipeline_template_id=pipeline_template_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
