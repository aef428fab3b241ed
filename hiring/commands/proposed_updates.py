"""Decisions on what candidates wrote differently. What each refuses: `sql/commands/proposed_updates.sql`."""

from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.people import MAXIMUM_CONTACTS
from hiring.domain.permissions import candidate_view

PERMISSION = "candidates.write"


async def take(
    db: Database, actor: Actor, *, candidate_id: UUID, application_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Writes the proposed update that came with an application into the profile. Locks the candidate.

    Raises: NotFound (also where another one waits), Invalid (too many numbers or links), VersionMismatch,
    StatusConflict (anonymized).
    """
    return done(
        await db.commands.proposed_updates.take(
            **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
            application_id=application_id, maximum_contact_count=MAXIMUM_CONTACTS, expected_versions=expected_versions,
        )
    )  # fmt: skip


async def drop(
    db: Database, actor: Actor, *, candidate_id: UUID, application_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Forgets the proposed update that came with an application. Locks the candidate.

    Raises: NotFound (also where another one waits), VersionMismatch, StatusConflict (anonymized).
    """
    return done(
        await db.commands.proposed_updates.drop(
            **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
            application_id=application_id, expected_versions=expected_versions,
        )
    )  # fmt: skip
