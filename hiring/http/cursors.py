"""Signed texts that clients carry for us, cursors of pages and consistency tokens: a forged one is a 422 or a 400."""

import hashlib
import time
from typing import TypeVar
from uuid import UUID

import msgspec

from hiring.errors import FieldError, Invalid, Malformed
from hiring.foundation.ids import made_at
from hiring.queries.base import ListQuery
from hiring.services.tokens import sign, unsign

T = TypeVar("T")

MAXIMUM_TOKENS = 16
"""Consistency tokens in one header."""
TOKEN_LIFETIME_S = 600
"""An older token demands nothing: no replica that serves is so far behind (`postgres_replica.py`)."""


def sealed(position: str | None, query: ListQuery, path: str, organization_id: UUID | None, secret: str) -> str | None:
    """The cursor of a position, bound to the organization's list and its filters; None after the last page."""
    if position is None:
        return None
    return sign(secret, "cursor", filters_of(query, path, organization_id) + position.encode())


def opened(query: T, path: str, organization_id: UUID | None, secret: str) -> T:
    """The query with its cursor replaced by the position inside. Raises: Invalid."""
    if not isinstance(query, ListQuery) or query.cursor is None:
        return query
    expected = filters_of(query, path, organization_id)
    try:
        payload = unsign(secret, "cursor", query.cursor)
    except ValueError:
        payload = b""
    if not payload.startswith(expected):
        detail = "The cursor does not belong to this list with these filters."
        raise Invalid(errors=[FieldError("?cursor", "invalid_cursor", detail)])
    return msgspec.structs.replace(query, cursor=payload[len(expected) :].decode())


def filters_of(query: ListQuery, path: str, organization_id: UUID | None) -> bytes:
    """A digest of whose list it is and its filters; the size of a page is none."""
    plain = msgspec.structs.replace(query, cursor=None, limit=1)
    return hashlib.sha256(f"{organization_id} {path}".encode() + msgspec.json.encode(plain, enc_hook=str)).digest()[:12]


def token(event_id: UUID, secret: str) -> str:
    """The consistency token of an event."""
    return sign(secret, "consistency", event_id.bytes)


def events_of(header: str, secret: str) -> list[UUID]:
    """The events whose effects a request wants to see, and that a replica may not have yet. Raises: Malformed."""
    texts = [text.strip() for text in header.split(",") if text.strip()]
    if len(texts) > MAXIMUM_TOKENS:
        raise Malformed(f"Consistency-Token takes at most {MAXIMUM_TOKENS} tokens.")
    try:
        event_ids = [UUID(bytes=unsign(secret, "consistency", text)) for text in texts]
    except ValueError:
        raise Malformed("Consistency-Token is not one that this service gave.") from None
    return [event_id for event_id in event_ids if made_at(event_id) > time.time() - TOKEN_LIFETIME_S]
