"""Board keys: how the servers of career sites prove which board they call."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from hiring.commands import board_keys as commands
from hiring.domain.vocabulary import Instant, ShortText
from hiring.errors import FieldError
from hiring.handlers.api_keys import shown_once
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, no_content
from hiring.http.shapes import Request, page_of
from hiring.queries import board_keys as queries
from hiring.queries.base import SyncQuery


class BoardKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key with which the server of a career site calls one board, without its secret."""

    id: UUID
    """The id of the key. It is not the secret."""
    job_board_id: UUID
    """The board that the key may read, upload to and apply on. It may do nothing else."""
    name: str
    """What the key is for, so that people recognize it. Several keys may have the same name."""
    prefix: str
    """The first characters of the secret, to recognize the key where it is kept."""
    created_at: Instant
    """When the key was made."""
    updated_at: Instant
    """When the key was made or revoked. Using it changes nothing here."""
    expires_at: Instant | None
    """When the key stops working; null means never."""
    last_used_at: Instant | None
    """When the key was last used, to about a minute; null where it never was."""
    revoked_at: Instant | None
    """When the key was revoked; null where it was not."""


class BoardKeyWithSecret(BoardKey, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new board key with its secret."""

    secret: str | None
    """The key itself, to be sent as `Authorization: Bearer …`. It is shown in this answer only; a repeat with the same
    Idempotency-Key has null."""


class NewBoardKey(Request, frozen=True, kw_only=True):
    """A key to make for a board."""

    name: ShortText
    expires_at: Instant | None = None
    """When the key stops working, a moment in the future; null means never."""

    def problems(self) -> Iterator[FieldError]:
        """An end in the future."""
        if self.expires_at is not None and self.expires_at <= datetime.now(UTC):
            yield FieldError("/expires_at", "range", "Expected a moment in the future.")


@operation(returns=page_of(BoardKey))
async def list_board_keys(request: Handler, job_board_id: UUID, query: SyncQuery) -> Reply:
    """List a board's keys.

    Lists every key of the board, newest first, also those that were revoked or have expired. Secrets are not shown: the
    service keeps only their hashes.
    """
    return request.page(await queries.list_by_board(request.db, request.actor, query, job_board_id=job_board_id), query)


@operation(status=201, returns=BoardKeyWithSecret, events=("board_key.created",))
async def add_board_key(request: Handler, job_board_id: UUID, body: NewBoardKey) -> Reply:
    """Add a board key.

    Makes a key for a board and shows its secret, this once. The server of a career site sends it to `/boards/{board}`
    and below: its requests then have a limit of their own, and no captcha is asked for. It is no key for browsers.
    """
    key = await commands.add(
        request.db, request.actor, job_board_id=job_board_id, name=body.name, expires_at=body.expires_at
    )
    return shown_once(key)


@operation(changes_rights=True, status=204, events=("board_key.revoked",))
async def revoke_board_key(request: Handler, job_board_id: UUID, board_key_id: UUID) -> Reply:
    """Revoke a board key.

    The key stops working at once: in every process within a second. Revoking it again changes nothing. It stays in the
    list.
    """
    return no_content(
        await commands.revoke(request.db, request.actor, job_board_id=job_board_id, board_key_id=board_key_id)
    )
