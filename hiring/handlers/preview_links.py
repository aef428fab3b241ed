"""Preview links: addresses that show a post on its board before the public sees it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.domain.vocabulary import Instant, OwnAddress
from hiring.errors import StatusConflict
from hiring.http import PREFIX
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import NO_STORE, Reply
from hiring.http.shapes import Request
from hiring.queries import posts as queries
from hiring.services.tokens import preview_token

MAXIMUM_DAYS = 30


class NewPreviewLink(Request, frozen=True, kw_only=True):
    """A preview link to be made."""

    valid_days: Annotated[int, Meta(ge=1, le=MAXIMUM_DAYS)] = 7
    """For how many days the link shows the post."""


class PreviewLink(msgspec.Struct, frozen=True, kw_only=True):
    """An address that shows a post to everybody who has it, until it expires."""

    is_located: ClassVar = True
    url: OwnAddress
    """`GET` it, without a token: it answers what `GET /boards/{board}/posts/{post_id}` does for a public post."""
    expires_at: Instant
    """The moment from which it shows the post no more."""


@operation(status=201, returns=PreviewLink, is_keyed=False, has_token=False, refuses=(StatusConflict,))
async def add_preview_link(request: Handler, post_id: UUID, body: NewPreviewLink) -> Reply:
    """Make a preview link.

    The link shows the post on its board as it is at each reading, with its pay, also where the public does not see it.
    No application comes in through it, and caches keep nothing of it. It is not kept, so it cannot be listed or taken
    back: it ends when it expires, or once the post is internal or its job archived. Such a post gets no link. Since it
    shows pay, it needs the permission `pay.read` as well.
    """
    slug = await queries.find_preview_board(request.db, request.actor, post_id=post_id)
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=body.valid_days)
    token = preview_token(request.secret, post_id=post_id, expires_at=expires_at)
    path = f"{PREFIX}/boards/{slug}/posts/{post_id}?preview={token}"
    link = PreviewLink(url=f"{request.dependencies.settings.api.public_url}{path}", expires_at=expires_at)
    text = msgspec.json.encode(link).decode()
    return Reply(status=201, body=text, location=path, headers={"Cache-Control": NO_STORE})
