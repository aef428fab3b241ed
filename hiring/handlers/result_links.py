"""Result links: what vendors found about candidates, and where to read it."""

from typing import Annotated
from uuid import UUID

import msgspec

from hiring.commands import result_links as commands
from hiring.domain.vocabulary import HttpsUrl, Instant, ShortText
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, no_content
from hiring.http.shapes import ActorReference, Request, page_of
from hiring.queries import result_links as queries
from hiring.queries.base import ListQuery

HttpsAddress = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": HttpsUrl.schema["pattern"]})]


class ResultLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a vendor found about a candidate, such as the result of an assessment, and where to read it."""

    id: UUID
    """Identifies the result link for good. It is a UUIDv7, so ids sort roughly by the time of creation."""
    candidate_id: UUID
    """The candidate whom the result is about."""
    label: str
    """What the result is, for people to read."""
    url: HttpsAddress
    """Where the result is, on a page of the vendor, as it was given. The service never opens it."""
    score: str | None
    """The result in the words of the vendor; null where there is none. The service does not compare scores."""
    added_by: ActorReference
    """Who added it, usually the API key of the vendor."""
    created_at: Instant
    """When it was added."""


class NewResultLink(Request, frozen=True, kw_only=True):
    """A result that a vendor has of a candidate."""

    label: ShortText
    """What the result is, such as `Coding test`. Several results may have the same label."""
    url: HttpsUrl
    """Where to read it: an https address."""
    score: ShortText | None = None
    """The result in a few words, such as `87 of 100`."""


@operation(returns=page_of(ResultLink))
async def list_result_links(request: Handler, candidate_id: UUID, query: ListQuery) -> Reply:
    """List a candidate's result links.

    Lists what vendors found about the candidate, newest first, to every caller who sees the candidate.
    """
    page = await queries.list_by_candidate(request.db, request.actor, query, candidate_id=candidate_id)
    return request.page(page, query)


@operation(status=201, returns=ResultLink, events=("result_link.created",))
async def add_result_link(request: Handler, candidate_id: UUID, body: NewResultLink) -> Reply:
    """Add a result link.

    Adds what a vendor found about an active candidate. A link that is there already is added once more: send an
    `Idempotency-Key` to add it once. Nothing changes a result link; delete it and add another. The candidate's
    `updated_at` moves, but not the `version`.
    """
    change = await commands.add(
        request.db, request.actor, candidate_id=candidate_id, label=body.label, url=body.url, score=body.score
    )
    return Reply(status=201, body=change.body, event_id=change.event_id)


@operation(status=204, events=("result_link.deleted",))
async def delete_result_link(request: Handler, candidate_id: UUID, result_link_id: UUID) -> Reply:
    """Delete a result link.

    Deletes a result link of the candidate for good, also one that another caller has added. A second deletion finds
    nothing. The candidate's `updated_at` moves.
    """
    event_id = await commands.delete(
        request.db, request.actor, candidate_id=candidate_id, result_link_id=result_link_id
    )
    return no_content(event_id)
