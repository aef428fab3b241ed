"""Changes of the stages that new jobs start with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, found, json_text, stamp, state, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.pipelines import StageLike
from hiring.errors import InUse, StatusConflict
from hiring.foundation.ids import new_id


async def add(db: Database, actor: Actor, *, name: str, stages: Sequence[StageLike], is_default: bool) -> Written:
    """Adds a template. Locks the organization. Raises: Taken (name)."""
    evidence = await db.commands.pipeline_templates.add(
        **stamp(actor), pipeline_template_id=new_id(), name=name, stages=json_text(stages), is_default=is_default
    )
    return written(evidence)


async def update(
    db: Database, actor: Actor, *, pipeline_template_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Changes the fields of a merge patch.

    Locks the organization. Raises: NotFound, VersionMismatch, Taken (name), StatusConflict (archived as default).
    """
    evidence = found(
        await db.commands.pipeline_templates.update(
            **stamp(actor), pipeline_template_id=pipeline_template_id, changes=changes,
            expected_version=expected_version,
        ),
        expected_version,
    )  # fmt: skip
    if changes.get("is_default") and evidence["found_status"] == "archived":
        raise StatusConflict("An archived template cannot be the default.", current=state(evidence))
    return written(evidence)


async def archive(db: Database, actor: Actor, *, pipeline_template_id: UUID, expected_version: int | None) -> Written:
    """Archives a template; may be repeated. Raises: NotFound, VersionMismatch, InUse (the default)."""
    evidence = found(
        await db.commands.pipeline_templates.archive(
            **stamp(actor), pipeline_template_id=pipeline_template_id, expected_version=expected_version
        ),
        expected_version,
    )
    if evidence["is_default"]:
        detail = "The default template cannot be archived; make another one the default first."
        raise InUse(detail, current=state(evidence))
    return written(evidence)
