"""Recording what candidates said to consent texts. What is refused, and in which order: `sql/commands/consents.sql`."""

from uuid import UUID

from hiring.commands.base import Written, done, stamp
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.consents import RecordedSource
from hiring.domain.permissions import candidate_view

PERMISSION = "candidates.write"


async def record(
    db: Database, actor: Actor, *, candidate_id: UUID, consent_text_id: UUID, consent_text_version: int,
    is_granted: bool, source: RecordedSource,
) -> Written:  # fmt: skip
    """Records that a candidate consented to a version of a text, or refused it. Locks the candidate.

    Raises: NotFound (candidate), Invalid (no such text or version, or an archived one is granted).
    """
    return done(
        await db.commands.consents.record(
            **stamp(actor), **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
            consent_text_id=consent_text_id, consent_text_version=consent_text_version, is_granted=is_granted,
            source=source,
        )
    )  # fmt: skip
