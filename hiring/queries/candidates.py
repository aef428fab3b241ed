"""Reads of candidates."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.queries.base import Body, ExternalQuery, Page, listed, newest, one, refuse


class CandidatesQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of candidates."""

    email: str | None = None


async def find(db: Database, actor: Actor, *, candidate_id: UUID) -> Body:
    """One candidate. Raises: NotFound."""
    view = candidate_view(actor, "candidates.read")
    return one(
        await db.queries.candidates.find(organization_id=actor.organization_id, **view, candidate_id=candidate_id)
    )


async def list_all(db: Database, actor: Actor, query: CandidatesQuery) -> Page:
    """A page of the candidates that the actor sees. Raises: Invalid, for filters that do not go together."""
    seen = {"organization_id": actor.organization_id, **candidate_view(actor, "candidates.read")}
    statements = db.queries.candidates
    if query.email is not None:
        refuse(query, "ids", "external_id", "updated_since")
        return await newest(query, statements.list_by_email, **seen, email=query.email)
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen=seen, filters={"external_id": query.external_id},
    )  # fmt: skip
