"""Decisions on what candidates wrote differently. What each refuses: `sql/commands/proposed_updates.sql`."""

from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.people import MAXIMUM_CONTACTS
from hiring.domain.permissions import candidate_view

PERMISSION = "candidates.write"


async def decide(
    db: Database, actor: Actor, *, candidate_id: UUID, proposed_update_id: UUID, is_taken: bool,
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Takes a proposed update into the profile, or drops it. Locks the candidate.

    Raises: NotFound (also where another one waits), Invalid (too many numbers or links), VersionMismatch,
    StatusConflict (anonymized).
    """
    return done(
        await db.commands.proposed_updates.decide(
            **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
            proposed_update_id=proposed_update_id, is_taken=is_taken, maximum_contact_count=MAXIMUM_CONTACTS,
            expected_versions=expected_versions,
        )
    )  # fmt: skip
