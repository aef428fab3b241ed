"""Reads of candidates."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.queries.base import Body, ExternalQuery, Page, changed, chosen, newest, one, refuse


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
    if query.ids is not None:
        return await chosen(query, statements.list_by_ids, **seen)
    if query.email is not None:
        refuse(query, "external_id", "updated_since")
        return await newest(query, statements.list_by_email, **seen, email=query.email)
    if query.updated_since is not None:
        return await changed(query, statements.list_updated_since, **seen, external_id=query.external_id)
    return await newest(query, statements.list, **seen, external_id=query.external_id)
