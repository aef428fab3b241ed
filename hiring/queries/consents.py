"""Reads of what candidates said to consent texts."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.queries.base import (
    Body,
    Page,
    SyncQuery,
    after,
    before,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)

PERMISSION = "candidates.read"


class ConsentsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of consents."""

    candidate_id: UUID | None = None
    """Only consents of this candidate. A candidate whom the caller does not see gives an empty page."""


async def find(db: Database, actor: Actor, *, consent_id: UUID) -> Body:
    """One consent. Raises: NotFound."""
    return one(
        await db.queries.consents.find(
            organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), consent_id=consent_id
        )
    )


async def list_all(db: Database, actor: Actor, query: ConsentsQuery) -> Page:
    """A page of the consents that the actor sees. Raises: Invalid, for filters that do not go together."""
    check_combination(query)
    view = candidate_view(actor, PERMISSION)
    statements = db.queries.consents
    is_of_teams = not view["sees_all_jobs"] and query.ids is None and query.candidate_id is None
    if query.updated_since is not None and is_of_teams:
        changes_of_teams = await statements.list_by_team_updated_since(
            organization_id=actor.organization_id, **view, **after(query)
        )
        return page_by_change(query, changes_of_teams)
    if query.updated_since is not None:
        changes = await statements.list_updated_since(
            organization_id=actor.organization_id, **view, **after(query), candidate_id=query.candidate_id
        )
        return page_by_change(query, changes)
    if is_of_teams:
        rows_of_teams = await statements.list_by_team(organization_id=actor.organization_id, **view, **before(query))
        return page_by_id(query, rows_of_teams)
    rows = await statements.list(
        organization_id=actor.organization_id, **view, **before(query), ids=query.ids, candidate_id=query.candidate_id
    )
    return page_by_id(query, rows)
