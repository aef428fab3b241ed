"""Reads of candidates' files."""

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import PrivateView, private_view
from hiring.errors import NotFound
from hiring.queries.base import Page, SyncQuery, after, before, check_combination, page_by_change, page_by_id

if TYPE_CHECKING:
    from hiring.statements import QueriesAttachmentsFindRow

Kind = Literal["resume", "cover_letter", "portfolio", "offer_letter", "other"]
PERMISSION = "attachments.read"


class AttachmentsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of attachments."""

    candidate_id: UUID | None = None
    """Only files of this candidate. A candidate whom the caller does not see gives an empty page."""
    kind: Kind | None = None
    """Only files of this kind."""


class Seen(PrivateView):
    """The parameters that lead every statement: whose files."""

    organization_id: UUID | None


async def find(db: Database, actor: Actor, *, attachment_id: UUID) -> "QueriesAttachmentsFindRow":
    """One attachment: version, body, file_name, media_type, size and storage_name. Raises: NotFound."""
    row = await db.queries.attachments.find(
        organization_id=actor.organization_id, **private_view(actor, PERMISSION), attachment_id=attachment_id
    )
    if row is None:
        raise NotFound
    return row


async def list_all(db: Database, actor: Actor, query: AttachmentsQuery) -> Page:
    """A page of the attachments that the actor sees. Raises: Invalid, for filters that do not go together."""
    check_combination(query)
    seen = Seen(organization_id=actor.organization_id, **private_view(actor, PERMISSION))
    statements = db.queries.attachments
    is_of_teams = not seen["sees_all_jobs"] and query.candidate_id is None
    if query.updated_since is not None and is_of_teams:
        rows_by_change = await statements.list_by_team_updated_since(**seen, **after(query), kind=query.kind)
        return page_by_change(query, rows_by_change)
    if query.updated_since is not None:
        rows_by_change = await statements.list_updated_since(
            **seen, **after(query), candidate_id=query.candidate_id, kind=query.kind
        )
        return page_by_change(query, rows_by_change)
    if query.ids is None and is_of_teams:
        rows = await statements.list_by_team(**seen, **before(query), kind=query.kind)
    elif query.ids is not None or query.candidate_id is not None or query.kind is not None:
        rows = await statements.list_filtered(
            **seen, **before(query), ids=query.ids, candidate_id=query.candidate_id, kind=query.kind
        )
    else:
        rows = await statements.list(**seen, **before(query))
    return page_by_id(query, rows)
