"""What a consumer is: a queue, the event types that it wants, and one function, which may run twice for one event."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from hiring.config import Settings
from hiring.database import Database

HANDLING_LIMIT_S = 60.0


class Aggregate(msgspec.Struct, frozen=True):
    """The resource that an event happened to, and its version after it."""

    type: str
    id: UUID
    version: int


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the broker carries it (`event_body` in the schema); members that are not known here are ignored."""

    id: UUID
    type: str
    schema_version: int
    organization_id: UUID
    aggregate: Aggregate
    occurred_at: datetime
    actor: dict[str, Any]
    on_behalf_of: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    imported: bool
    data: dict[str, Any]
    previous: dict[str, Any]


class Context(NamedTuple):
    """What handlers may reach. `mail_queued`: to be set when a mail was queued for sending."""

    settings: Settings
    db: Database
    mail_queued: asyncio.Event


HandleMessage = Callable[[Context, Envelope], Awaitable[None]]


class Consumer(NamedTuple):
    """A queue `hiring.<name>` and its handler; what that raises decides what becomes of the message (`errors.Fate`)."""

    name: str
    event_types: tuple[str, ...]
    handle: HandleMessage
    limit_s: float = HANDLING_LIMIT_S
