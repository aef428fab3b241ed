"""Reads of candidates."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.domain.vocabulary import Email
from hiring.queries.base import Body, ExternalQuery, Page, Way, changed, chosen, listed, newest, one, single


class CandidatesQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of candidates."""

    email: Email | None = None


async def find(db: Database, actor: Actor, *, candidate_id: UUID) -> Body:
    """One candidate. Raises: NotFound."""
    view = candidate_view(actor, "candidates.read")
    return one(
        await db.queries.candidates.find(organization_id=actor.organization_id, **view, candidate_id=candidate_id)
    )


async def list_all(db: Database, actor: Actor, query: CandidatesQuery) -> Page:
    """A page of the candidates that the actor sees. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.candidates
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(single, statements.find_by_external_id, by=("external_id",)),
        Way(newest, statements.list_by_email, by=("email",)),
        Way(changed, statements.list_by_team_updated_since, by=("updated_since",), for_team=True),
        Way(changed, statements.list_updated_since, by=("updated_since",)),
        Way(newest, statements.list_by_team, for_team=True),
        Way(newest, statements.list),
        seen={"organization_id": actor.organization_id, **candidate_view(actor, "candidates.read")},
    )
