"""What goes back to a client: a reply, or a problem document (RFC 9457)."""

import zlib
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import Written
from hiring.errors import ApiError
from hiring.http import PREFIX
from hiring.http.operation import Operation
from hiring.queries.base import Body, Page

NO_STORE = "no-store"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as it is sent, and as it is kept under an idempotency key.

    `body` is JSON text, or of the Content-Type in `headers`; `kept_body` replaces it where the body holds a secret that
    may not be kept. `event_id` becomes the consistency token: it is set only where the event was written.
    `new_principal` is the session or key that the request made; its first reads see that event, too. `etag` stands for
    version and content where there is no version. `content` replaces the body of a download of `size` bytes; such an
    answer is never kept.
    """

    status: int = 200
    body: str | None = None
    kept_body: str | None = None
    version: int | None = None
    etag: str | None = None
    location: str | None = None
    event_id: UUID | None = None
    new_principal: str | None = None
    headers: dict[str, str] = {}
    content: AsyncGenerator[bytes] | None = None
    size: int | None = None

    def kept(self) -> str:
        """The JSON text that is stored with the effect."""
        body = self.body if self.kept_body is None else self.kept_body
        return msgspec.json.encode(msgspec.structs.replace(self, body=body, kept_body=None)).decode()


def cache_control(reply: Reply, operation: Operation | None) -> str:
    """What caches may do with an answer that does not say it itself: none keeps a token, a key or a health report."""
    holds_secret = reply.kept_body is not None
    return NO_STORE if operation is None or operation.is_public or holds_secret else "private, no-cache"


def etag_of(reply: Reply) -> str | None:
    """The ETag of an answer: version and content, such as `3-8f1b20c4`, for a resource shows what others change.

    If-Match compares the version alone. None where there is neither a version nor a tag of the reply's own.
    """
    if reply.etag is not None or reply.version is None:
        return reply.etag
    return f"{reply.version}-{zlib.crc32((reply.body or '').encode()):08x}"


def created(change: Written, collection: str) -> Reply:
    """201 with the resource, which lives in a collection such as `openings`."""
    location = f"{PREFIX}/{collection}/{change.id}"
    return Reply(status=201, body=change.body, version=change.version, location=location, event_id=change.event_id)


def changed(change: Written, *, bulk_operation_id: UUID | None = None) -> Reply:
    """200 with the resource as it is now, and the place of the bulk operation that the change requested besides."""
    location = f"{PREFIX}/bulk-operations/{bulk_operation_id}" if bulk_operation_id else None
    return Reply(body=change.body, version=change.version, location=location, event_id=change.event_id)


def resource(body: Body) -> Reply:
    """200 with one resource and its version."""
    return Reply(body=body.text, version=body.version)


def no_content(event_id: UUID | None = None) -> Reply:
    """204."""
    return Reply(status=204, event_id=event_id)


def page_body(page: Page, next_cursor: str | None) -> str:
    """The JSON text of a page."""
    return f'{{"items":[{",".join(page.items)}],"next_cursor":{msgspec.json.encode(next_cursor).decode()}}}'


def problem(error: ApiError, request_id: UUID) -> dict[str, Any]:
    """The problem document of an error."""
    document: dict[str, Any] = {
        "type": f"/docs/errors#{error.code}",
        "title": error.sentence(),
        "status": error.kind.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": str(request_id),
    }
    if error.errors:
        document["errors"] = [msgspec.to_builtins(each) for each in error.errors]
    if error.current is not None:
        document["current"] = error.current
    if error.merged_into is not None:
        document["merged_into"] = str(error.merged_into)
    return document
