"""Shapes that many endpoints share: of requests, and, for `/openapi.json` and the tests that hold it, of answers."""

from datetime import datetime
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")

Emptied = Annotated[None, msgspec.Meta(description="The list becomes empty.")]
"""Null in a merge patch, for a list that may be empty and is never null."""


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request's body: unknown fields are refused."""


class Nothing(Request, frozen=True):
    """A body that says nothing."""


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every resource has."""

    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime


class Archivable(Resource, frozen=True, kw_only=True):
    """A resource that is archived, never deleted."""

    status: Literal["active", "archived"]


class PageOf(msgspec.Struct, Generic[T], frozen=True):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: UUID
    errors: list[dict[str, str]] | msgspec.UnsetType = msgspec.UNSET
    current: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
