"""Access: why a member sees a resource, or does not."""

import msgspec

from hiring.domain.access import AccessExplanation
from hiring.errors import NotFound
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import access as queries
from hiring.queries.access import AccessQuery


@operation(returns=AccessExplanation, refuses=(NotFound,))
async def explain_access(request: Handler, query: AccessQuery) -> Reply:
    """Explain why a user sees a resource.

    Tells whether a member of the organization sees a job, an opening, a post, a candidate, an application, a file, a
    note, a consent or a mail to a candidate, by which grant, and by which hiring team or rule they do or do not. The
    caller must see the resource, too: any other one is not there (404). What a key of a service user sees depends on
    the permissions of the key, and is told by its own `GET /me`.
    """
    explanation = await queries.explain(request.db, request.actor, query)
    return Reply(body=msgspec.json.encode(explanation).decode())
