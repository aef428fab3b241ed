"""Changes of job boards: public lists of posts. What each refuses: `sql/commands/job_boards.sql`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.foundation.ids import new_id


async def add(
    db: Database, actor: Actor, *, slug: str, name: str, language: str | None, allowed_origins: Sequence[str],
    post_url_template: str | None, portal_url_template: str | None, required_fields: Sequence[str],
    sender_identity_id: UUID | None,
) -> Written:  # fmt: skip
    """Adds a board. Raises: Taken (slug, by any organization), Invalid (no such sender)."""
    return done(
        await db.commands.job_boards.add(
            **stamp(actor), job_board_id=new_id(), slug=slug, name=name, language=language,
            allowed_origins=list(allowed_origins), post_url_template=post_url_template,
            portal_url_template=portal_url_template, required_fields=list(required_fields),
            sender_identity_id=sender_identity_id,
        )
    )  # fmt: skip


async def update(
    db: Database, actor: Actor, *, job_board_id: UUID, changes: dict[str, Any], expected_versions: list[int] | None
) -> Written:
    """Changes the fields of a merge patch. Raises: NotFound, VersionMismatch, Invalid (no such sender)."""
    return done(
        await db.commands.job_boards.update(
            **stamp(actor), job_board_id=job_board_id, changes=changes, expected_versions=expected_versions
        ),
        may_change_nothing=True,
    )
