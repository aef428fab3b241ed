"""API keys: how integrations prove who they are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.commands import api_keys as commands
from hiring.commands.api_keys import NewKey
from hiring.domain.actors import Scope
from hiring.domain.findings import escaped
from hiring.domain.permissions import PERMISSIONS
from hiring.domain.vocabulary import Instant, ShortText
from hiring.errors import FieldError, StatusConflict
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, no_content
from hiring.http.shapes import Nothing, Request, page_of
from hiring.queries import api_keys as queries
from hiring.queries.base import SyncQuery
from hiring.services.tokens import token_hash


class ApiKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A key of a service user, known by its first characters."""

    id: UUID
    user_id: UUID
    name: str
    prefix: str
    permissions: dict[str, Scope]
    rotated_from: UUID | None
    created_at: Instant
    updated_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None


class ApiKeyWithSecret(ApiKey, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new key. The secret is shown this once; a repeated request answers null."""

    secret: str | None


class NewApiKey(Request, frozen=True, kw_only=True):
    """Whose key, what it may do in which scope, until when."""

    user_id: UUID
    name: ShortText
    permissions: Annotated[dict[str, Scope], Meta(max_length=len(PERMISSIONS))]
    expires_at: Instant | None = None

    def problems(self) -> Iterator[FieldError]:
        """Only known permissions, and an end in the future."""
        for code in self.permissions:
            if code not in PERMISSIONS:
                yield FieldError(f"/permissions/{escaped(code)}", "unknown_reference", "There is no such permission.")
        if self.expires_at is not None and self.expires_at <= datetime.now(UTC):
            yield FieldError("/expires_at", "range", "Expected a moment in the future.")


def shown_once(key: NewKey) -> Reply:
    """201 with the secret; what is kept under an idempotency key has none."""
    body = msgspec.json.decode(key.written.body)
    return Reply(
        status=201, body=msgspec.json.encode(body | {"secret": key.secret}).decode(),
        kept_body=msgspec.json.encode(body | {"secret": None}).decode(), event_id=key.written.event_id,
        new_principal=token_hash(key.secret).hex(),
    )  # fmt: skip


@operation(returns=page_of(ApiKey))
async def list_api_keys(request: Handler, query: SyncQuery) -> Reply:
    """List API keys."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=ApiKeyWithSecret, events=("api_key.created",))
async def add_api_key(request: Handler, body: NewApiKey) -> Reply:
    """Add an API key."""
    key = await commands.add(
        request.db, request.actor, user_id=body.user_id, name=body.name, permissions=body.permissions,
        expires_at=body.expires_at,
    )  # fmt: skip
    return shown_once(key)


@operation(changes_rights=True, status=204, events=("api_key.revoked",))
async def revoke_api_key(request: Handler, api_key_id: UUID) -> Reply:
    """Revoke an API key."""
    return no_content(await commands.revoke(request.db, request.actor, api_key_id=api_key_id))


@operation(
    changes_rights=True, status=201, returns=ApiKeyWithSecret, refuses=(StatusConflict,), events=("api_key.created",)
)
async def rotate_api_key(request: Handler, api_key_id: UUID, body: Nothing) -> Reply:
    """Rotate an API key."""
    return shown_once(await commands.rotate(request.db, request.actor, api_key_id=api_key_id))
