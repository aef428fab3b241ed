"""Reads of mails to candidates."""

from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view
from hiring.errors import NotFound
from hiring.queries.base import Body, IdsQuery, Page, before, check_combination, page_by_id

PERMISSION = "messages.read"


class MessagesQuery(IdsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of messages."""

    candidate_id: UUID | None = None
    """Only messages to this candidate. A candidate whom the caller does not see gives an empty page."""
    application_id: UUID | None = None
    """Only messages about this application. One that the caller does not see gives an empty page."""


async def find(db: Database, actor: Actor, *, message_id: UUID) -> Body:
    """One message, which has no version. Raises: NotFound."""
    text = await db.queries.messages.find(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), message_id=message_id
    )
    if text is None:
        raise NotFound
    return Body(None, text)


async def list_all(db: Database, actor: Actor, query: MessagesQuery) -> Page:
    """A page of the messages that the actor sees. Raises: Invalid, for filters that do not go together."""
    check_combination(query)
    view = candidate_view(actor, PERMISSION)
    statements = db.queries.messages
    is_filtered = query.ids is not None or query.candidate_id is not None or query.application_id is not None
    if not view["sees_all_jobs"] and not is_filtered:
        rows_of_teams = await statements.list_by_team(organization_id=actor.organization_id, **view, **before(query))
        return page_by_id(query, rows_of_teams)
    rows = await statements.list(
        organization_id=actor.organization_id, **view, **before(query), ids=query.ids,
        candidate_id=query.candidate_id, application_id=query.application_id,
    )  # fmt: skip
    return page_by_id(query, rows)
