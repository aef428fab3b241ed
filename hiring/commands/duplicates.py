"""Merging candidates who are one person. What it refuses, and in which order: `sql/commands/duplicates.sql`."""

from collections.abc import Mapping
from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.people import MAXIMUM_CONTACTS, MAXIMUM_TAGS
from hiring.domain.permissions import private_view
from hiring.foundation.ids import new_id

PERMISSION = "candidates.merge"


async def merge(
    db: Database, actor: Actor, *, candidate_id: UUID, other_candidate_id: UUID, keep: Mapping[UUID, UUID],
    is_dry_run: bool, expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Merges another candidate into a candidate, or tells what that would change (`is_dry_run`).

    `keep`: by job, which of two active applications to it stays. Locks the addresses, both candidates and their
    applications. Raises: NotFound, Invalid (the other candidate is the same, unknown or has too much; `keep` names what
    is no pair), VersionMismatch, CandidateMerged, StatusConflict (not active, two users), ApplicationHired (both),
    ApplicationsCollide.
    """
    return done(
        await db.commands.duplicates.merge(
            **stamp(actor), **private_view(actor, PERMISSION), candidate_id=candidate_id,
            other_candidate_id=other_candidate_id, survivor_event_id=new_id(),
            kept_applications={str(job_id): str(application_id) for job_id, application_id in keep.items()},
            maximum_contact_count=MAXIMUM_CONTACTS, maximum_tag_count=MAXIMUM_TAGS, is_dry_run=is_dry_run,
            expected_versions=expected_versions,
        ),
        may_change_nothing=is_dry_run,
    )  # fmt: skip
