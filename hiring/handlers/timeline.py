"""The timeline of a candidate: what happened to them, and to what belongs to them."""

from uuid import UUID

from hiring.domain.events import Event
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.http.shapes import page_of
from hiring.queries import timeline as queries
from hiring.queries.base import ListQuery


class TimelineEvent(Event, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that happened to a candidate, or to what belongs to them: an event as the worker publishes it."""


@operation(returns=page_of(TimelineEvent))
async def list_timeline(request: Handler, candidate_id: UUID, query: ListQuery) -> Reply:
    """List what happened to a candidate.

    Lists the events of the candidate, of those who were merged into them, and of their applications, files, notes,
    consents, result links and mails, newest first; `GET /event-types` tells what each type means. An event names what
    changed by its id and has no texts: read the resource for more. It is listed for callers who can read the resource
    that it happened to: applications need `applications.read`, mails `messages.read`, files `attachments.read` and
    notes `notes.read`. Where these are held in different scopes, the narrower one counts for all. Nothing is told of
    what was deleted.
    """
    page = await queries.list_by_candidate(request.db, request.actor, query, candidate_id=candidate_id)
    return request.page(page, query)
