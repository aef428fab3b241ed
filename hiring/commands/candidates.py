"""Changes of candidates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, expect, found, json_text, stamp, state, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.people import display_name
from hiring.domain.permissions import candidate_view
from hiring.errors import FieldError, Invalid, StatusConflict
from hiring.services.ids import new_id


async def add(db: Database, actor: Actor, *, contact: dict[str, Any], **profile: Any) -> Written:
    """Adds a candidate. `contact`: emails, phones and links. Raises: Invalid (unknown or archived source), Taken."""
    name = display_name(profile["first_name"], profile["middle_name"], profile["last_name"])
    lists = {field: json_text(values) for field, values in contact.items()}
    evidence = await db.commands.candidates.add(**stamp(actor), candidate_id=new_id(), name=name, **lists, **profile)
    judge_source(evidence)
    return written(evidence)


async def update(
    db: Database, actor: Actor, *, candidate_id: UUID, changes: dict[str, Any], expected_version: int | None
) -> Written:
    """Changes the fields of a merge patch.

    Raises: NotFound, Invalid (a source that is unknown, or archived and new here), VersionMismatch, StatusConflict
    (merged or anonymized), Taken (external_id).
    """
    evidence = found(
        await db.commands.candidates.update(
            **stamp(actor), **candidate_view(actor, "candidates.write"), candidate_id=candidate_id, changes=changes,
            expected_version=expected_version,
        )
    )  # fmt: skip
    judge_source(evidence)
    expect(evidence, expected_version)
    if evidence["found_status"] != "active":
        raise StatusConflict("This candidate is not active.", current=state(evidence))
    return written(evidence)


def judge_source(evidence: Mapping[str, Any]) -> None:
    """Raises: Invalid, where the source is not one that a candidate can be given."""
    if not evidence["is_source_found"]:
        raise Invalid(errors=[FieldError("/source_id", "unknown_reference", "There is no such source.")])
