"""A database of these tests' own on the tests' primary and replica, statements to try, and links that can be cut."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

import msgspec
import pytest

from hiring.config import Address, Settings, load_settings
from hiring.connectors import postgres
from hiring.database import Database
from tests import background
from tests.databases import Admin, administered, own_database, superuser_session
from tests.replica import replay_held

DATABASE = "hiring_sql_test"
FILES = Path(__file__).parent / "files"


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The tests' settings, with small pools and a database that nobody else uses."""
    environ = {
        **os.environ,
        "HIRING_DEPLOYMENT": "test",
        "HIRING__POSTGRES__DATABASE": DATABASE,
        "HIRING__CLICKHOUSE__DATABASE": DATABASE,
        "HIRING__POSTGRES__POOLS": "{command: 4, query: 4, primary_query: 2, worker: 2, relay: 1}",
        "HIRING__POSTGRES__POOLS__ORGANIZATION_PERCENT": "100",
    }
    return load_settings(environ=environ)


@pytest.fixture(scope="session", autouse=True)
def database(settings: Settings) -> Iterator[None]:
    """A database with the events' tables and the tests' own; gone afterwards."""

    async def add_tables() -> None:
        async with superuser_session(settings) as connection:
            await postgres.send(connection, (FILES / "schema.sql").read_text(encoding="utf-8"))

    with own_database(settings):
        asyncio.run(add_tables())
        yield


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    async with administered(settings) as admin:
        yield admin


@pytest.fixture
def replica_port(settings: Settings) -> int:
    return settings.postgres.replicas[0].port


class Open(Protocol):
    """Opens a database with the tests' statements, as a role, with changed settings; closed after the test."""

    async def __call__(self, role: str = "command", **changes: Any) -> Database: ...


@pytest.fixture
def changed(settings: Settings) -> Callable[..., Settings]:
    """The settings with other values in their PostgreSQL section; `pools` are given as a dictionary."""

    def change(**changes: Any) -> Settings:
        if "pools" in changes:
            changes["pools"] = msgspec.structs.replace(settings.postgres.pools, **changes["pools"])
        return msgspec.structs.replace(settings, postgres=msgspec.structs.replace(settings.postgres, **changes))

    return change


@pytest.fixture
async def open_database(changed: Callable[..., Settings]) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def opened(role: Any = "command", **changes: Any) -> Database:
            db = await Database.open(changed(**changes), role=role, sql_folder=FILES)
            stack.push_async_callback(db.close)
            return db

        yield opened


@pytest.fixture(scope="session")
async def db(settings: Settings) -> AsyncIterator[Database]:
    """One for all tests that neither count nor hurt it."""
    db = await Database.open(settings, role="command", sql_folder=FILES)
    yield db
    await db.close()


@pytest.fixture
async def own_db(open_database: Open) -> Database:
    """One for the test alone, with all its counts at zero."""
    return await open_database()


@pytest.fixture
def add_note() -> Callable[[Database], Awaitable[dict[str, UUID]]]:
    """Adds a note, waits until it has arrived on the replica, and returns what finds it."""

    async def added(db: Database) -> dict[str, UUID]:
        found, event_id = {"organization_id": uuid4(), "note_id": uuid4()}, uuid4()
        await db.commands.trial_notes.add(
            **found, event_id=event_id, key=None, body=None, labels=[], readers=[], facts={}, noted_at=datetime.now(UTC)
        )
        await db.on_replica([event_id]).queries.trial_notes.find(**found)
        return found

    return added


class Link:
    """A TCP link to a port, by way of a port of its own, that can be cut, silenced and mended."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._is_loud = asyncio.Event()
        self._is_loud.set()
        self.address = Address(host="127.0.0.1", port=1)
        self.cut_at: bytes | None = None
        """The link carries this to the server, and is cut before the answer."""

    async def mend(self) -> None:
        """Accepts connections, on the same port as before."""
        port = 0 if self.address.port == 1 else self.address.port
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.address = Address(host="127.0.0.1", port=self._server.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Ends every connection and refuses new ones, as a killed server does."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    def silence(self) -> None:
        """Carries nothing more, as a paused server or a broken network does."""
        self._is_loud.clear()

    def speak(self) -> None:
        """Carries again what was held back."""
        self._is_loud.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._writers |= {writer, onward_writer}
        await asyncio.gather(
            self._carry(reader, onward_writer, is_to_server=True),
            self._carry(onward_reader, writer, is_to_server=False),
        )

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_to_server: bool) -> None:
        try:
            while data := await reader.read(65_536):
                await self._is_loud.wait()
                is_last = is_to_server and self.cut_at is not None and self.cut_at in data
                if is_last:
                    self.silence()
                writer.write(data)
                await writer.drain()
                if is_last:
                    await asyncio.sleep(0.1)
                    self.cut()
        except OSError:
            pass
        finally:
            writer.transport.abort()
            self._writers.discard(writer)


@pytest.fixture
async def link_to() -> AsyncIterator[Callable[[int], Awaitable[Link]]]:
    """Makes a link to a port; cut after the test."""
    links: list[Link] = []

    async def linked(port: int) -> Link:
        link = Link(port)
        links.append(link)
        await link.mend()
        return link

    yield linked
    for link in links:
        link.speak()
        link.cut()


@pytest.fixture
def until() -> Callable[..., Awaitable[float]]:
    """Waits until a condition holds."""
    return background.until


@pytest.fixture
def hold_replay(admin: Admin, replica_port: int) -> Callable[[], AbstractAsyncContextManager[None]]:
    """Stops the replay of the replica inside a block."""
    return partial(replay_held, admin, replica_port)
