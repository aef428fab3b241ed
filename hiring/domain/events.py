"""An event as the broker and the documents have it: `event_body` of `sql/functions/events.sql`, whatever its type."""

from typing import Any
from uuid import UUID

import msgspec

from hiring.domain.actors import ActorType
from hiring.domain.vocabulary import Instant


class EventActor(msgspec.Struct, frozen=True, kw_only=True):
    """Who did something."""

    type: ActorType
    """`user`: a user of the organization. `api_key`: an API key, or a board key. `anonymous`: somebody without a token,
    such as an applicant on a board. `system`: the service itself. `candidate` is not in use yet."""
    id: UUID | None
    """The id of the user or of the key; null for the other types."""
    user_id: UUID | None
    """The user who is responsible: for a user the same as `id`, for an API key its service user or the user on whose
    behalf it acted. Null where no user is behind it."""


class Aggregate(msgspec.Struct, frozen=True, kw_only=True):
    """The resource that an event happened to."""

    type: str
    """What the resource is."""
    id: UUID
    """The id of the resource."""
    version: int
    """The version that the resource has since."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What every event has; members that are not known here are ignored."""

    id: UUID
    """The id of the event. It may come more than once, always under the same id."""
    type: str
    """The type of the event, which is its routing key as well."""
    schema_version: int
    """The version of the form of `data`; members may be added without a new one."""
    organization_id: UUID
    """The organization whose event it is."""
    aggregate: Aggregate
    """The resource that it happened to."""
    occurred_at: Instant
    """When it happened."""
    actor: EventActor
    """Who did it."""
    on_behalf_of: UUID | None
    """The user for whom an API key did it; null in all other cases."""
    correlation_id: UUID
    """The `Request-Id` of the request that led to it; all events of one request share it."""
    causation_id: UUID | None
    """The event that led to this one; null where a request did so directly."""
    imported: bool
    """Whether it was imported, so that it happened before it was recorded."""
    data: dict[str, Any]
    """What the event tells besides the resource."""
    previous: dict[str, Any]
    """What was so before the change; empty where the type tells nothing of it."""
