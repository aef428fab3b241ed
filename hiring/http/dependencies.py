"""What the API process opens once and hands to every handler."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from hiring.config import Settings
from hiring.connectors.captcha import CaptchaVerifier
from hiring.connectors.files import FileStore
from hiring.database import Database
from hiring.http.documents import Document
from hiring.services.board_tenants import BoardTenants
from hiring.services.held_bodies import HeldBodies
from hiring.services.kept_answers import KeptAnswers
from hiring.services.news import News
from hiring.services.passwords import Passwords
from hiring.services.principals import Principals
from hiring.services.readiness import Readiness
from hiring.services.request_state import RequestState
from hiring.services.threads import Threads
from hiring.services.tokens import AccessTokens

Network = IPv4Network | IPv6Network


@dataclass(slots=True)
class Traffic:
    """The requests that are being answered; a stopping process waits for the last one."""

    running_count: int = 0
    begun_count: int = 0
    is_stopping: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.ended.set()

    def begin(self) -> None:
        """A request begins."""
        self.running_count += 1
        self.begun_count += 1
        self.ended.clear()

    def end(self) -> None:
        """A request has been answered, or its client is gone."""
        self.running_count -= 1
        if not self.running_count:
            self.ended.set()

    async def quiet(self, seconds: float) -> None:
        """Returns when no request has run for so long."""
        begun_count = None
        while begun_count != self.begun_count or self.running_count:
            await self.ended.wait()
            begun_count = self.begun_count
            await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Dependencies:
    """Everything a handler may reach; nothing is global. `documents`: those that are made once, by path."""

    settings: Settings
    db: Database
    access_tokens: AccessTokens
    passwords: Passwords
    threads: Threads
    principals: Principals
    request_state: RequestState
    news: News
    board_answers: KeptAnswers
    board_tenants: BoardTenants
    vocabulary_answers: KeptAnswers
    files: FileStore
    trusted_proxies: Sequence[Network]
    readiness: Readiness
    documents: Mapping[str, Document]
    bodies: HeldBodies
    captcha: CaptchaVerifier
    traffic: Traffic = field(default_factory=Traffic)
