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
    """A key with which an integration calls this API, without its secret."""

    id: UUID
    """The id of the key. It is not the secret."""
    user_id: UUID
    """The service user whom the key belongs to. What the key does is recorded with this user, and the key stops working
    while the user is disabled."""
    name: str
    """What the key is for, so that people recognize it. Several keys may have the same name."""
    prefix: str
    """The first characters of the secret, to recognize the key where it is kept."""
    permissions: dict[str, Scope]
    """All that the key may do: codes of `GET /permissions`, each with a scope. `team` means the jobs on whose hiring
    teams the service user is; a permission that no team narrows is kept as `all`. Permissions of the user do not
    count."""
    rotated_from: UUID | None
    """The key that this one takes the place of; null where it was not made by a rotation."""
    created_at: Instant
    """When the key was made."""
    updated_at: Instant
    """When the key was made, rotated or revoked last. Using it changes nothing here."""
    expires_at: Instant | None
    """When the key stops working; null means never. A rotation ends the old key after 24 hours, unless it ends
    earlier."""
    last_used_at: Instant | None
    """When the key was last used, to about a minute; null where it never was."""
    revoked_at: Instant | None
    """When the key was revoked; null where it was not."""


class ApiKeyWithSecret(ApiKey, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A new key with its secret."""

    secret: str | None
    """The key itself, to be sent as `Authorization: Bearer …`. It is shown in this answer only; a repeat with the same
    Idempotency-Key has null."""


class NewApiKey(Request, frozen=True, kw_only=True):
    """A key to make for a service user."""

    user_id: UUID
    name: ShortText
    permissions: Annotated[dict[str, Scope], Meta(max_length=len(PERMISSIONS))]
    expires_at: Instant | None = None
    """When the key stops working, a moment in the future; null means never."""

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
    """List API keys.

    Lists every key of the organization, newest first, also those that were revoked or have expired. Secrets are not
    shown: the service keeps only their hashes.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=ApiKeyWithSecret, events=("api_key.created",))
async def add_api_key(request: Handler, body: NewApiKey) -> Reply:
    """Add an API key.

    Makes a key for an active service user and shows its secret, this once. The caller must hold every permission of the
    key, in the same scope or a wider one.
    """
    key = await commands.add(
        request.db, request.actor, user_id=body.user_id, name=body.name, permissions=body.permissions,
        expires_at=body.expires_at,
    )  # fmt: skip
    return shown_once(key)


@operation(changes_rights=True, status=204, events=("api_key.revoked",))
async def revoke_api_key(request: Handler, api_key_id: UUID) -> Reply:
    """Revoke an API key.

    The key stops working at once: in every process within a second. Revoking it again changes nothing. It stays in the
    list, and a key that it was rotated into goes on working.
    """
    return no_content(await commands.revoke(request.db, request.actor, api_key_id=api_key_id))


@operation(
    changes_rights=True, status=201, returns=ApiKeyWithSecret, refuses=(StatusConflict,), events=("api_key.created",)
)
async def rotate_api_key(request: Handler, api_key_id: UUID, body: Nothing) -> Reply:
    """Rotate an API key.

    Makes a key with the same user, name, permissions and end, and shows its secret, this once. The old key works for 24
    more hours, or until its own end if that is earlier. A key is rotated once; rotate its successor the next time. The
    caller must hold every permission of the key, in the same scope or a wider one.
    """
    return shown_once(await commands.rotate(request.db, request.actor, api_key_id=api_key_id))
