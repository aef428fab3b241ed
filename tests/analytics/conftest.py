"""The fixtures of the way to ClickHouse: those of background work, and an API on the same database."""

from collections.abc import AsyncIterator

import pytest
from tornado.netutil import bind_sockets

from hiring.api import http_server, opened
from hiring.config import Settings
from tests.background import add_events, admin, database, empty, organization_id, relay_db, settings
from tests.client import Client

__all__ = ["add_events", "admin", "database", "empty", "organization_id", "relay_db", "settings"]


@pytest.fixture
async def address(settings: Settings, database: None) -> AsyncIterator[str]:
    """Where an API on this database answers."""
    async with opened(settings) as dependencies:
        server = http_server(dependencies)
        [socket] = bind_sockets(0, "127.0.0.1")
        server.add_sockets([socket])
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
        server.stop()
        await server.close_all_connections()


@pytest.fixture
async def ada(address: str) -> AsyncIterator[Client]:
    """The administrator of an organization of their own."""
    async with await Client.register(address) as client:
        yield client
