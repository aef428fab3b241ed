"""Reads of what happened to candidates, and to what belongs to them."""

from collections.abc import Mapping
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import may, narrowest, private_view
from hiring.queries import candidates
from hiring.queries.base import ListQuery, Page, before, page_by_id

TYPES: Mapping[str, str] = {
    "candidate": "candidates.read", "consent": "candidates.read", "result_link": "candidates.read",
    "application": "applications.read", "message": "messages.read", "attachment": "attachments.read",
    "note": "notes.read",
}  # fmt: skip
"""Type of resource whose events a timeline has → the permission to read it."""


async def list_by_candidate(db: Database, actor: Actor, query: ListQuery, *, candidate_id: UUID) -> Page:
    """A page of the events of a candidate and of what the actor sees of theirs, newest first. Raises: NotFound.

    Types that the actor may not read are left out; all others are seen in the narrowest scope among them. Rules: V12.
    """
    await candidates.find(db, actor, candidate_id=candidate_id)
    types = [name for name, permission in TYPES.items() if may(actor, permission)]
    view = private_view(actor, narrowest(actor, *(TYPES[name] for name in types)))
    rows = await db.queries.timeline.list_by_candidate(
        organization_id=actor.organization_id, **view, candidate_id=candidate_id, types=types, **before(query)
    )
    return page_by_id(query, rows)
