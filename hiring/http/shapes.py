"""Shapes that many endpoints share: of requests, and, for `/openapi.json` and the tests that hold it, of answers."""

import functools
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hiring.domain.actors import ActorType
from hiring.domain.vocabulary import Instant, Period
from hiring.errors import FieldError

Emptied = Annotated[None, msgspec.Meta(description="The list becomes empty.")]
"""Null in a merge patch, for a list that may be empty and is never null."""
EmailAddress = Annotated[str, msgspec.Meta(extra_json_schema={"format": "email"})]
WebAddress = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uri"})]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request's body: unknown fields are refused."""


class Nothing(Request, frozen=True):
    """A body that says nothing."""


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every resource has."""

    id: UUID
    version: int
    created_at: Instant
    updated_at: Instant


class Archivable(Resource, frozen=True, kw_only=True):
    """A resource that is archived, never deleted."""

    status: Literal["active", "archived"]


class ShownPayRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Pay from, to, in minor units of a currency (ISO 4217), for a period."""

    min_minor: int
    max_minor: int
    currency: str
    period: Period


class ShownActor(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who did something. `id`: the user's or the API key's; `user_id`: the user behind either."""

    type: ActorType
    id: UUID | None
    user_id: UUID | None
    on_behalf_of: UUID | None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list."""

    items: list[Any]
    """The resources of this page."""
    next_cursor: str | None
    """Where the next page begins: send it as `cursor`. Null on the last page."""


@functools.cache
def page_of(shape: type) -> type[msgspec.Struct]:
    """The shape of a page of such resources."""
    members = [("items", list[shape])]  # type: ignore[valid-type]
    return msgspec.defstruct(f"{shape.__name__}Page", members, bases=(Page,), frozen=True, kw_only=True)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: UUID
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    current: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
