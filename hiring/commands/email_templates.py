"""Changes of what an organization writes to candidates.

What each refuses, and in which order: `sql/commands/email_templates.sql`.
"""

from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id


async def add(
    db: Database, actor: Actor, *, name: str, language: str, subject: str, body: str,
    sender_identity_id: UUID | None = None,
) -> Written:  # fmt: skip
    """Adds an e-mail template. Raises: Taken (name), Invalid (no such sender)."""
    return done(
        await db.commands.email_templates.add(
            **stamp(actor), email_template_id=new_id(), name=name, language=language, subject=subject, body=body,
            sender_identity_id=sender_identity_id,
        )
    )  # fmt: skip


async def update(
    db: Database, actor: Actor, *, email_template_id: UUID, changes: dict[str, Any],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch.

    Raises: NotFound, VersionMismatch, Taken (name), Invalid (no such sender).
    """
    return done(
        await db.commands.email_templates.update(
            **stamp(actor), email_template_id=email_template_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )


async def archive(
    db: Database, actor: Actor, *, email_template_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Archives an e-mail template; may be repeated. Raises: NotFound, VersionMismatch."""
    return done(
        await db.commands.email_templates.archive(
            **stamp(actor), email_template_id=email_template_id, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
