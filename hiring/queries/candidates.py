"""Reads of candidates."""

from collections.abc import Sequence
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.custom_fields import CustomFilter
from hiring.domain.permissions import candidate_view
from hiring.domain.vocabulary import Email
from hiring.queries import custom_fields
from hiring.queries.base import (
    Body,
    ExternalQuery,
    Page,
    Shown,
    after,
    before,
    by_filter,
    check_combination,
    one,
    page_by_change,
    page_by_id,
    refuse,
)

PERMISSION = "candidates.read"


class CandidatesQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of candidates."""

    email: Email | None = None
    """Only candidates who have this e-mail address, in upper or lower case; several may share it. It goes with neither
    `ids` nor `updated_since`."""
    tag_id: UUID | None = None
    """Only candidates who have this tag; a tag of nothing gives an empty page. No other filter goes with it."""
    custom: CustomFilter | None = None
    """Only candidates who have this value in a custom field, by its key, such as `custom.notice_weeks=4`. The value of
    a select is the id of an option; fields of the types `long_text` and `url` are no filters. No other filter goes with
    it."""


async def find(db: Database, actor: Actor, *, candidate_id: UUID) -> Body:
    """One candidate. Raises: NotFound."""
    view = candidate_view(actor, PERMISSION)
    return one(
        await db.queries.candidates.find(organization_id=actor.organization_id, **view, candidate_id=candidate_id)
    )


async def list_all(db: Database, actor: Actor, query: CandidatesQuery) -> Page:
    """A page of the candidates that the actor sees. Raises: Invalid, for filters that do not go together."""
    check_combination(query)
    organization_id, view = actor.organization_id, candidate_view(actor, PERMISSION)
    statements = db.queries.candidates
    if query.custom is not None:
        refuse(query, "external_id", "email", "tag_id", "updated_since")
        return page_by_id(query, await with_value(db, actor, query, query.custom))
    if query.tag_id is not None:
        refuse(query, "external_id", "email", "updated_since")
        return page_by_id(query, await tagged(db, actor, query, query.tag_id))
    if query.updated_since is not None:
        if not view["sees_all_jobs"]:
            of_teams = await statements.list_by_team_updated_since(
                organization_id=organization_id, viewer_id=view["viewer_id"], sees_internal=view["sees_internal"],
                **after(query),
            )  # fmt: skip
            return page_by_change(query, of_teams)
        rows_by_change = await statements.list_updated_since(organization_id=organization_id, **view, **after(query))
        return page_by_change(query, rows_by_change)
    if query.ids is not None or query.external_id is not None or query.email is not None:
        rows = await statements.list_filtered(
            organization_id=organization_id, **view, **before(query), ids=query.ids, external_id=query.external_id,
            email=query.email,
        )  # fmt: skip
    elif view["sees_all_jobs"]:
        rows = await statements.list(organization_id=organization_id, **view, **before(query))
    else:
        rows = await statements.list_by_team(
            organization_id=organization_id, viewer_id=view["viewer_id"], sees_internal=view["sees_internal"],
            **before(query),
        )  # fmt: skip
    return page_by_id(query, rows)


async def tagged(db: Database, actor: Actor, query: CandidatesQuery, tag_id: UUID) -> Sequence[Shown]:
    """The rows of a page of those who have a tag."""
    organization_id, view = actor.organization_id, candidate_view(actor, PERMISSION)
    statements = db.queries.candidates
    if view["sees_all_jobs"]:
        return await statements.list_by_tag(organization_id=organization_id, **view, **before(query), tag_id=tag_id)
    return await statements.list_by_team_tag(
        organization_id=organization_id, viewer_id=view["viewer_id"], sees_internal=view["sees_internal"],
        **before(query), tag_id=tag_id,
    )  # fmt: skip


async def with_value(db: Database, actor: Actor, query: CandidatesQuery, custom: CustomFilter) -> Sequence[Shown]:
    """The rows of a page of those who have a value in a custom field. Raises: Invalid."""
    organization_id, view = actor.organization_id, candidate_view(actor, PERMISSION)
    wanted = await custom_fields.sought_by(db, actor, applies_to="candidate", custom=custom)
    statements = db.queries.candidates
    if view["sees_all_jobs"]:
        return await statements.list_by_custom_value(organization_id=organization_id, **view, **before(query), **wanted)
    return await statements.list_by_team_custom_value(
        organization_id=organization_id, viewer_id=view["viewer_id"], sees_internal=view["sees_internal"],
        **before(query), **wanted,
    )  # fmt: skip


HOLDERS = {
    "candidates_external_id_taken": by_filter(PERMISSION, list_all, CandidatesQuery, "external_id"),
}
