"""Changes of the texts that applicants are asked to consent to.

What each refuses, and in which order: `sql/commands/consent_texts.sql`.
"""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.consents import Purpose
from hiring.foundation.ids import new_id


async def add(
    db: Database, actor: Actor, *, purpose: Purpose, language: str, text: str, is_required: bool
) -> Written:  # fmt: skip
    """Adds a consent text. Raises: Taken (language: the purpose has an active text in it)."""
    row = await db.commands.consent_texts.add(
        **stamp(actor), consent_text_id=new_id(), purpose=purpose, language=language, text=text,
        is_required=is_required,
    )  # fmt: skip
    return written(row)


async def update(
    db: Database, actor: Actor, *, consent_text_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch, which makes a new version. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.consent_texts.update(
            **stamp(actor), consent_text_id=consent_text_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(db: Database, actor: Actor, *, consent_text_id: UUID, expected_versions: list[int] | None) -> Written:
    """Archives a consent text; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.consent_texts.archive(
            **stamp(actor), consent_text_id=consent_text_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
