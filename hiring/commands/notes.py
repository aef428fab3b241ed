"""Changes of notes about candidates. What each refuses, and in which order: `sql/commands/notes.sql`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hiring.commands.base import Written, done, judged, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view, private_view
from hiring.foundation.ids import new_id

PERMISSION = "notes.write"


async def add(
    db: Database, actor: Actor, *, candidate_id: UUID, application_id: UUID | None, text: str,
    mentions: Sequence[UUID], visibility: str,
) -> Written:  # fmt: skip
    """Adds a note by the actor, and mails for the members whom it mentions. Locks the candidate.

    Raises: NotFound (candidate), Invalid (an application that is none of the candidate's or not seen, a mention that is
    no active user).
    """
    return done(
        await db.commands.notes.add(
            **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id, note_id=new_id(),
            application_id=application_id, text=text, mentions=list(mentions),
            message_ids=[new_id() for _ in mentions], visibility=visibility,
        )
    )  # fmt: skip


async def update(
    db: Database, actor: Actor, *, note_id: UUID, changes: dict[str, Any], mentions: Sequence[UUID],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes the fields of a merge patch, whose `mentions` are given apart; new ones are mailed. Locks the candidate.

    Raises: NotFound, AuthorRequired, Invalid (a new mention that is no active user), VersionMismatch.
    """
    return done(
        await db.commands.notes.update(
            **stamp(actor), **private_view(actor, PERMISSION), is_user=actor.is_user, note_id=note_id,
            changes=changes, mentions=list(mentions), message_ids=[new_id() for _ in mentions],
            expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def delete(db: Database, actor: Actor, *, note_id: UUID) -> UUID:
    """Deletes a note and returns the event. Locks the candidate. Raises: NotFound, AuthorRequired."""
    row = judged(
        await db.commands.notes.delete(
            **stamp(actor), **private_view(actor, PERMISSION), is_user=actor.is_user, note_id=note_id
        )
    )
    assert row["event_id"] is not None  # what is not refused is deleted
    return row["event_id"]
