"""Shapes that many endpoints share: of requests, and, for `/openapi.json` and the tests that hold it, of answers."""

import functools
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hiring.domain.events import EventActor
from hiring.domain.vocabulary import CurrencyCode, Instant, Period
from hiring.errors import FieldError
from hiring.services.tokens import SIGNED_PATTERN

UNIQUE = msgspec.Meta(extra_json_schema={"uniqueItems": True})
"""Of a list whose items differ; `problems()` of its struct finds those that do not."""
Emptied = Annotated[None, msgspec.Meta(description="The list becomes empty.")]
"""Null in a merge patch, for a list that may be empty and is never null."""
NextCursor = Annotated[str, msgspec.Meta(extra_json_schema={"pattern": SIGNED_PATTERN})]


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request's body: unknown fields are refused."""


class Nothing(Request, frozen=True):
    """An empty object. The body may also be left out."""


class Empty(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An empty object."""


class Resource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every resource has."""

    id: UUID
    """Identifies the resource for good. It is a UUIDv7, so ids sort roughly by the time of creation."""
    version: int
    """Starts at 1 and rises with each change to the resource; the `ETag` begins with it, and `If-Match` compares it."""
    created_at: Instant
    """When the resource was created in this system."""
    updated_at: Instant
    """When the resource last changed. Lists with `updated_since` filter and sort by it."""


class Archivable(Resource, frozen=True, kw_only=True):
    """A resource that is archived, never deleted."""

    status: Literal["active", "archived"]
    """An `archived` resource stays readable, but nothing new can refer to it; what refers to it already keeps it.
    Archiving is for good."""


class PayRange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A range of pay."""

    min_minor: int
    """The lowest pay for one `period`, in minor units of `currency`: 5000000 in `EUR` is 50,000.00 euros."""
    max_minor: int
    """The highest pay for one `period`, in minor units of `currency`."""
    currency: CurrencyCode
    """The currency of both amounts, as a code of ISO 4217, such as `EUR`."""
    period: Period
    """The stretch of work that both amounts pay for."""


class ActorReference(EventActor, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who did something, and for whom."""

    on_behalf_of: UUID | None
    """The user on whose behalf an API key acted (`On-Behalf-Of`); null in all other cases."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list."""

    items: list[Any]
    """What the list has on this page, in its order; empty where nothing matches."""
    next_cursor: NextCursor | None
    """Where the next page begins: send it as `cursor`, with the same filters. Null on the last page."""


@functools.cache
def page_of(shape: type) -> type[msgspec.Struct]:
    """The shape of a page of such resources."""
    members = [("items", list[shape])]  # type: ignore[valid-type]
    return msgspec.defstruct(f"{shape.__name__}Page", members, bases=(Page,), frozen=True, kw_only=True)


def is_page(shape: Any) -> bool:
    """Whether a shape is that of a page."""
    return isinstance(shape, type) and issubclass(shape, Page)


class CollidingPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Two applications to one job that cannot both stand once their candidates are one."""

    job_id: UUID
    """The job of both."""
    application_id: UUID
    """The application of the survivor."""
    other_application_id: UUID
    """The application of the candidate that is merged into it."""
    kept_application_id: UUID | None
    """The one that stays, the other one is withdrawn: the hired one, or the one in `keep`. Null while nobody has
    chosen."""


class CurrentState(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a client should have known of a resource, whose state does not allow what was asked."""

    status: str | msgspec.UnsetType = msgspec.UNSET
    """The status that the resource has, where it has one."""
    version: int | msgspec.UnsetType = msgspec.UNSET
    """The version that the resource has, for `If-Match`."""
    id: UUID | msgspec.UnsetType = msgspec.UNSET
    """The id of the resource, where it is another one than the path names, such as the one that has a unique value."""
    application_id: UUID | msgspec.UnsetType = msgspec.UNSET
    """The application of the candidate that stands in the way."""
    stage_id: UUID | msgspec.UnsetType = msgspec.UNSET
    """The stage that the application is in, where a move expected another one."""
    pairs: list[CollidingPair] | msgspec.UnsetType = msgspec.UNSET
    """The pairs of applications of which one has to be kept, where two candidates are to be merged. It is empty where
    the caller does not see the jobs."""
    unended_count: Annotated[int, msgspec.Meta(examples=[100])] | msgspec.UnsetType = msgspec.UNSET
    """The bulk operations of the organization that have not ended, where there may be no more."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Why a request failed: a problem document (RFC 9457)."""

    type: str
    """Where `code` is explained: an address relative to the service, such as `/docs/errors#not_found`."""
    title: str
    """What `code` means, in the same words every time."""
    status: int
    """The HTTP status of the answer."""
    detail: str
    """What went wrong in this request, for people to read; programs decide by `code`."""
    code: str
    """The kind of problem, for programs. `GET /errors` lists all codes."""
    request_id: UUID
    """Identifies the request in the logs of the service, as the header `Request-Id` does."""
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    """What is wrong with fields, parameters and headers, up to 100 findings. Absent where the problem is not about any
    of them."""
    current: CurrentState | msgspec.UnsetType = msgspec.UNSET
    """The state that a 409 or 412 is about, such as `status` and `version`, as far as the caller may see it;
    `/docs/errors` tells of which resource. Absent from other problems."""
    merged_into: UUID | msgspec.UnsetType = msgspec.UNSET
    """The candidate that the named one is part of now, however many merges lie between. Absent from other problems."""
