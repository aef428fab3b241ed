"""Reads of candidates' files."""

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import file_view
from hiring.errors import NotFound
from hiring.queries.base import Page, SyncQuery, Way, changed, chosen, listed, newest

if TYPE_CHECKING:
    from hiring.statements import QueriesAttachmentsFindRow

Kind = Literal["resume", "cover_letter", "portfolio", "offer_letter", "other"]
PERMISSION = "attachments.read"


class AttachmentsQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of attachments."""

    candidate_id: UUID | None = None
    kind: Kind | None = None


async def find(db: Database, actor: Actor, *, attachment_id: UUID) -> "QueriesAttachmentsFindRow":
    """One attachment: version, body, file_name, media_type, size and storage_name. Raises: NotFound."""
    row = await db.queries.attachments.find(
        organization_id=actor.organization_id, **file_view(actor, PERMISSION), attachment_id=attachment_id
    )
    if row is None:
        raise NotFound
    return row


async def list_all(db: Database, actor: Actor, query: AttachmentsQuery) -> Page:
    """A page of the attachments that the actor sees. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.attachments
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(
            changed, statements.list_by_candidate_updated_since, by=("candidate_id", "updated_since"), besides=("kind",)
        ),
        Way(newest, statements.list_by_candidate, by=("candidate_id",), besides=("kind",)),
        Way(changed, statements.list_by_team_updated_since, by=("updated_since",), besides=("kind",), for_team=True),
        Way(changed, statements.list_by_kind_updated_since, by=("kind", "updated_since")),
        Way(changed, statements.list_updated_since, by=("updated_since",)),
        Way(newest, statements.list_by_team, besides=("kind",), for_team=True),
        Way(newest, statements.list_by_kind, by=("kind",)),
        Way(newest, statements.list),
        seen={"organization_id": actor.organization_id, **file_view(actor, PERMISSION)},
    )
