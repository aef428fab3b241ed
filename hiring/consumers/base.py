"""What a consumer is: a queue, the event types that it wants, and one function, which may run twice for one event."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from hiring.config import Settings
from hiring.database import Database
from hiring.domain.events import Event

HANDLING_LIMIT_S = 60.0


class Context(NamedTuple):
    """What handlers may reach. `mail_queued`: to be set when a mail was queued for sending."""

    settings: Settings
    db: Database
    mail_queued: asyncio.Event


ConsumerRole = Literal["worker", "command"]
HandleMessage = Callable[[Context, Event], Awaitable[None]]


class Consumer(NamedTuple):
    """A queue `hiring.<name>` and its handler; what that raises decides what becomes of the message (`errors.Fate`).

    `role`: that of its database. The role of commands alone writes what lists in the order of change show.
    """

    name: str
    event_types: tuple[str, ...]
    handle: HandleMessage
    limit_s: float = HANDLING_LIMIT_S
    role: ConsumerRole = "worker"
