"""What the API process opens once and hands to every handler."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hiring.config import Settings
from hiring.connectors.files import FileStore
from hiring.database import Database
from hiring.services.passwords import Passwords
from hiring.services.principals import RequestState
from hiring.services.tokens import AccessTokens

type_of_check = tuple[str, bool, Callable[[], Awaitable[Any]]]


@dataclass(slots=True)
class Traffic:
    """The requests that are being answered; a stopping process waits for the last one."""

    running_count: int = 0
    is_stopping: bool = False


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a handler may reach; nothing is global. `checks`: (name, is required, check) for readiness."""

    settings: Settings
    db: Database
    access_tokens: AccessTokens
    passwords: Passwords
    request_state: RequestState
    files: FileStore
    checks: Callable[[], Sequence[type_of_check]]
    traffic: Traffic = field(default_factory=Traffic)
