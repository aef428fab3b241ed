"""What tests of the API look at behind it."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
import structlog

from hiring.config import Mails, Settings
from hiring.connectors import postgres
from hiring.foundation.logs import configure
from hiring.http.dependencies import Dependencies, Traffic
from hiring.services.held_bodies import HeldBodies
from hiring.services.tokens import mailed_token
from tests.background import until
from tests.client import PASSWORD, Client
from tests.databases import WRITES, administered
from tests.serving import serving

Serve = Callable[..., AbstractAsyncContextManager[str]]
Rows = Callable[..., Awaitable[list[tuple[Any, ...]]]]
Blocked = Callable[[Coroutine[Any, Any, Any]], Awaitable[asyncio.Task[Any]]]
Race = Callable[..., Awaitable[list[Any]]]


PARSERS = ("httptools", "tornado")
"""What reads requests: tests of connections hold for both."""


@pytest.fixture
def parser() -> str:
    """What reads requests; modules whose tests hold for both have a fixture of this name with PARSERS."""
    return PARSERS[0]


@pytest.fixture
def serve(dependencies: Dependencies, settings: Settings, parser: str) -> Serve:
    """Serves the same API once more with other settings of `api`, `mails` or dependencies; gives its address."""

    @asynccontextmanager
    async def served(
        other: dict[str, Any] | None = None, *, mails: Mails | None = None, **api: Any
    ) -> AsyncIterator[str]:
        api_settings = msgspec.structs.replace(settings.api, **{"http_parser": parser} | api)
        changed = msgspec.structs.replace(settings, api=api_settings, mails=mails or settings.mails)
        own: dict[str, Any] = {"traffic": Traffic(), "bodies": HeldBodies(changed.api.max_held_bytes)} | (other or {})
        async with serving(replace(dependencies, settings=changed, **own)) as address:
            yield address

    return served


class LogLines(io.StringIO):
    """What the process logs, as it would be written in production."""

    def failures(self, start: int = 0) -> list[str]:
        """The lines of level error, from a position on."""
        return [line for line in self.getvalue()[start:].splitlines() if '"level":"error"' in line]


@pytest.fixture(scope="module")
def log_lines() -> Iterator[LogLines]:
    """The lines of the service and its libraries, each as JSON."""
    lines, handlers, level = LogLines(), logging.getLogger().handlers[:], logging.getLogger().level
    configure("info", "json", lines)
    structlog.configure(cache_logger_on_first_use=False)
    yield lines
    structlog.reset_defaults()
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True
    logging.getLogger().handlers[:] = handlers
    logging.getLogger().setLevel(level)


@pytest.fixture(autouse=True)
def nothing_fails_inside(log_lines: LogLines) -> Iterator[None]:
    """No request of any test of the API leaves a line of level error, however hostile it is."""
    start = log_lines.tell()
    yield
    assert not log_lines.failures(start), log_lines.failures(start)[:3]


@pytest.fixture
async def rows(settings: Settings, database: None) -> AsyncIterator[Rows]:
    """Reads on the primary, as the role of the commands, what no endpoint shows."""
    given = settings.postgres
    connection = await postgres.connect(
        host=given.primary.host, port=given.primary.port, database=given.database, user=given.roles.command.user,
        password=given.roles.command.password or "", application_name="hiring test", timeout_ms=5_000,
    )  # fmt: skip

    async def read(text: str, **values: Any) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = (await connection.send(text, values)).fetchall()
        Client.is_behind |= WRITES.search(text) is not None
        return found

    yield read
    connection.close()


@pytest.fixture
def blocked(rows: Rows) -> Blocked:
    """Sends a request and gives its task once it waits for one more lock than was waited for, or is done."""

    async def waiting_count() -> int:
        [(count,)] = await rows("SELECT count(*)::integer FROM pg_locks WHERE NOT granted")
        return int(count)

    async def sent(request: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        before, task = await waiting_count(), asyncio.create_task(request)

        async def is_waiting_or_done() -> bool:
            return task.done() or await waiting_count() > before

        await until(is_waiting_or_done)
        return task

    return sent


@pytest.fixture
def race(rows: Rows, blocked: Blocked) -> Race:
    """Sends requests while a row is locked, each when the one before waits, lets it go, and gives their answers."""

    async def raced(lock: str, values: dict[str, Any], *requests: Coroutine[Any, Any, Any]) -> list[Any]:
        await rows(f"BEGIN; {lock}", **values)
        try:
            tasks = [await blocked(request) for request in requests]
        finally:
            await rows("COMMIT; SELECT 1")
        return await asyncio.gather(*tasks)

    return raced


@pytest.fixture
async def member(ada: Client, anybody: Client, rows: Rows, settings: Settings) -> AsyncIterator[Any]:
    """Makes a member of Ada's organization with permissions, and returns their client."""
    clients: list[Client] = []

    async def make(name: str, permissions: dict[str, str]) -> Client:
        email = f"{name}-{ada.user['id'][-8:]}@example.com"
        user = await ada.made("/users", {"first_name": name, "email": email})
        [(link_id,)] = await rows("SELECT id FROM mailed_links WHERE user_id = %(id)s", id=UUID(user["id"]))
        token = mailed_token(settings.tokens.secret, UUID(str(link_id)))
        await anybody.post("/api/v1/invitations/accept", json={"token": token, "password": PASSWORD})
        for code, scope in permissions.items():
            await ada.made(f"/users/{user['id']}/permissions", {"permission": code, "scope": scope})
        login = {"email": email, "password": PASSWORD}
        client = Client(ada.address, (await anybody.post("/api/v1/login", json=login)).json()["access_token"])
        client.user = user
        clients.append(client)
        return client

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture(scope="session", autouse=True)
async def settling(settings: Settings, database: None) -> AsyncIterator[None]:
    """Clients that list by `updated_since` wait until the replica shows what was written before."""
    [replica] = settings.postgres.replicas
    async with administered(settings) as admin:
        settled_at = datetime.fromtimestamp(0, UTC)

        async def wait(moment: datetime) -> None:
            async def is_settled() -> bool:
                nonlocal settled_at
                found = await admin("SELECT settled_at FROM heartbeats WHERE name = 'primary'", port=replica.port)
                [(settled_at,)] = found
                return bool(settled_at > moment)

            if settled_at <= moment:
                await until(is_settled)

        Client.wait_until_settled = wait
        yield
        Client.wait_until_settled = None
