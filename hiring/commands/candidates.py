"""Changes of candidates. What each refuses, and in which order: `sql/commands/candidates.sql`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, json_text, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.custom_fields import CustomFields
from hiring.domain.people import MAXIMUM_TAGS, display_name
from hiring.domain.permissions import candidate_view, require_covering
from hiring.foundation.ids import new_id

PERMISSION = "candidates.write"
LINKING = "candidates.read_internal"


async def add(
    db: Database, actor: Actor, *, first_name: str, middle_name: str | None, last_name: str | None,
    emails: Sequence[Any], phones: Sequence[Any], links: Sequence[Any], location: str | None, time_zone: str | None,
    language: str | None, current_title: str | None, current_company: str | None, tags: Sequence[str],
    source_id: UUID | None, external_id: str | None, custom_fields: CustomFields,
) -> Written:  # fmt: skip
    """Adds a candidate. Raises: Invalid (an unknown or archived source or tag, unfit custom fields), Taken."""
    return done(
        await db.commands.candidates.add(
            **stamp(actor), candidate_id=new_id(), external_id=external_id, first_name=first_name,
            middle_name=middle_name, last_name=last_name, name=display_name(first_name, middle_name, last_name),
            emails=json_text(emails), phones=json_text(phones), links=json_text(links), location=location,
            time_zone=time_zone, language=language, current_title=current_title, current_company=current_company,
            tags=list(tags), source_id=source_id, custom_fields=json_text(custom_fields),
        )
    )  # fmt: skip


async def update(
    db: Database, actor: Actor, *, candidate_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch.

    Locks the candidate. Raises: Forbidden (`user_id` without `LINKING`), NotFound, Invalid (a source or tag that is
    unknown, or archived and new here, a user who cannot be linked, unfit custom fields), VersionMismatch,
    StatusConflict (merged or anonymized), Taken (external_id).
    """
    if "user_id" in changes:
        require_covering(actor, LINKING, PERMISSION)
    return done(
        await db.commands.candidates.update(
            **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id, changes=changes,
            tags=changes.get("tags"), expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def tag(
    db: Database, actor: Actor, *, candidate_id: UUID, tag_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Gives a candidate a tag; may be repeated.

    Locks the candidate. Raises: NotFound, Invalid (more than `MAXIMUM_TAGS`), VersionMismatch, StatusConflict (a
    candidate who is merged or anonymized, a tag that is archived and new here).
    """
    return done(
        await db.commands.candidates.tag(
            **stamp(actor), **candidate_view(actor, PERMISSION), causation_id=actor.causation_id,
            candidate_id=candidate_id, tag_id=tag_id, maximum_tag_count=MAXIMUM_TAGS,
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def untag(
    db: Database, actor: Actor, *, candidate_id: UUID, tag_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Takes a tag away from a candidate; may be repeated.

    Locks the candidate. Raises: NotFound, VersionMismatch, StatusConflict (merged or anonymized).
    """
    return done(
        await db.commands.candidates.untag(
            **stamp(actor), **candidate_view(actor, PERMISSION), causation_id=actor.causation_id,
            candidate_id=candidate_id, tag_id=tag_id, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip
