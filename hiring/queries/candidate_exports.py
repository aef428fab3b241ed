"""Reads of all that is kept about one candidate, as one document."""

from collections.abc import AsyncGenerator
from functools import partial
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import PERMISSIONS, candidate_view
from hiring.queries import applications, attachments, candidates, consents, messages, notes, result_links, timeline
from hiring.queries.applications import ApplicationsQuery
from hiring.queries.attachments import AttachmentsQuery
from hiring.queries.base import MAXIMUM_PAGE_ROWS, ListAll, ListQuery, Page, before, page_by_id
from hiring.queries.consents import ConsentsQuery
from hiring.queries.messages import MessagesQuery
from hiring.queries.notes import NotesQuery

PERMISSION = "candidates.export"


async def export(db: Database, actor: Actor, *, candidate_id: UUID) -> AsyncGenerator[bytes]:
    """All that is kept about a candidate, as a JSON object that is read while it is sent. Raises: NotFound.

    It has what a caller with every permission, each in the scope of this one, would see. Rules: E1, E2.
    """
    reader = msgspec.structs.replace(actor, permissions=dict.fromkeys(PERMISSIONS, actor.permissions[PERMISSION]))
    candidate = await candidates.find(db, reader, candidate_id=candidate_id)
    return document(db, reader, candidate_id, candidate.text)


async def document(db: Database, reader: Actor, candidate_id: UUID, candidate: str) -> AsyncGenerator[bytes]:
    """Yields the profile of a candidate, and the lists of what belongs to them page by page."""
    first = ListQuery(limit=MAXIMUM_PAGE_ROWS)
    lists: dict[str, tuple[ListAll, ListQuery]] = {
        "merged_candidates": (partial(list_merged_candidates, candidate_id=candidate_id), first),
        "applications": (applications.list_all, ApplicationsQuery(candidate_id=candidate_id, limit=first.limit)),
        "stage_changes": (partial(list_stage_changes, candidate_id=candidate_id), first),
        "attachments": (attachments.list_all, AttachmentsQuery(candidate_id=candidate_id, limit=first.limit)),
        "notes": (notes.list_all, NotesQuery(candidate_id=candidate_id, limit=first.limit)),
        "consents": (consents.list_all, ConsentsQuery(candidate_id=candidate_id, limit=first.limit)),
        "result_links": (partial(result_links.list_by_candidate, candidate_id=candidate_id), first),
        "messages": (messages.list_all, MessagesQuery(candidate_id=candidate_id, limit=first.limit)),
        "events": (partial(timeline.list_by_candidate, candidate_id=candidate_id), first),
    }
    yield f'{{"candidate":{candidate}'.encode()
    for name, (read, query) in lists.items():
        page = await read(db, reader, query)
        yield f',"{name}":[{",".join(page.items)}'.encode()
        while page.position is not None:
            page = await read(db, reader, msgspec.structs.replace(query, cursor=page.position))
            yield "".join(f",{item}" for item in page.items).encode()
        yield b"]"
    yield b"}"


async def list_merged_candidates(db: Database, actor: Actor, query: ListQuery, *, candidate_id: UUID) -> Page:
    """A page of those who were merged into a candidate."""
    rows = await db.queries.candidate_exports.list_merged_candidates(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
        **before(query),
    )  # fmt: skip
    return page_by_id(query, rows)


async def list_stage_changes(db: Database, actor: Actor, query: ListQuery, *, candidate_id: UUID) -> Page:
    """A page of the history of all applications of a candidate."""
    rows = await db.queries.candidate_exports.list_stage_changes(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), candidate_id=candidate_id,
        **before(query),
    )  # fmt: skip
    return page_by_id(query, rows)
