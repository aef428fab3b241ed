"""A person of the demo organization who was added twice, and is one candidate again."""

from uuid import UUID

import msgspec

from hiring.commands import candidates, duplicates
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries import candidates as candidate_queries


async def merge_double(db: Database, actor: Actor, *, candidate_id: UUID, phone: str | None) -> None:
    """Adds a candidate once more, with a telephone number if there is one to add, and merges the two; once."""
    if phone is None:
        return
    known = msgspec.json.decode((await candidate_queries.find(db, actor, candidate_id=candidate_id)).text)
    if known["phones"]:
        return
    double = await candidates.add(
        db, actor, first_name=known["first_name"], middle_name=None, last_name=None, emails=known["emails"],
        phones=[{"value": phone, "kind": "mobile"}], links=[], location=None, time_zone=None, language=None,
        current_title=None, current_company=None, tags=[], source_id=None, external_id=None, custom_fields={},
    )  # fmt: skip
    await duplicates.merge(
        db, actor, candidate_id=candidate_id, other_candidate_id=double.id, keep={}, is_dry_run=False,
        expected_versions=None,
    )  # fmt: skip
