"""Facts in bulk: for the reports that customers make with tools of their own, as CSV, Arrow or Parquet."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.errors import AnalyticsDisabled, AnalyticsUnavailable
from hiring.handlers.report_forms import VARIES
from hiring.http import cursors
from hiring.http.accepting import weight
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import facts as queries
from hiring.queries.facts import FactsQuery

OUTPUT_FORMATS = {
    "text/csv": "CSVWithNames", "application/vnd.apache.arrow.stream": "ArrowStream",
    "application/vnd.apache.parquet": "Parquet",
}  # fmt: skip
"""The media types of facts, in the order in which they are preferred, as ClickHouse calls them."""
FORMS = tuple(OUTPUT_FORMATS)

Stream = Callable[[Database, Actor, FactsQuery, str], Awaitable[AsyncGenerator[bytes]]]


async def wait_for_token(request: Handler) -> datetime | None:
    """Returns when ClickHouse has the events that the request names, and their last moment, as `queries.wait_for`."""
    header = request.request.headers.get("Consistency-Token")
    if not header:
        return None
    return await queries.wait_for(request.db, request.actor, cursors.events_of(header, request.secret))


async def streamed(request: Handler, query: FactsQuery, stream: Stream) -> Reply:
    """200 with facts in the form that the request prefers."""
    await wait_for_token(request)
    accept = request.request.headers.get("Accept", "*/*")
    media_type = max(FORMS, key=lambda each: weight(accept, each))
    content = await stream(request.db, request.actor, query, OUTPUT_FORMATS[media_type])
    told = f"{media_type}; charset=utf-8" if media_type == "text/csv" else media_type
    return Reply(headers={"Content-Type": told} | VARIES, content=content)


@operation(media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def stream_stage_changes(request: Handler, query: FactsQuery) -> Reply:
    """Read stage changes in bulk.

    Streams what happened to the applications that the caller sees, one row for each event, in the order of the feed:
    submitted, moved, rejected, withdrawn, reopened, hired, unhired, transferred. Go on with the `position` of the last
    row; an answer with fewer rows than `limit` is the last for now. `Accept` chooses CSV, an Arrow stream or Parquet.
    """
    return await streamed(request, query, queries.stage_changes)


@operation(media_types=FORMS, refuses=(AnalyticsDisabled, AnalyticsUnavailable))
async def stream_applications(request: Handler, query: FactsQuery) -> Reply:
    """Read applications in bulk.

    Streams the applications that the caller sees as they are, one row for each, in the order of what happened to them
    last. Go on with the `position` of the last row: an application to which something has happened since comes again,
    and its row takes the place of the one before. `Accept` chooses CSV, an Arrow stream or Parquet.
    """
    return await streamed(request, query, queries.applications)
