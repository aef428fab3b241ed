"""The API in the process of the tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from tornado.netutil import bind_sockets

from hiring.api import http_server
from hiring.http.dependencies import Dependencies
from tests.client import Client
from tests.databases import administered
from tests.replica import caught_up


@asynccontextmanager
async def serving(dependencies: Dependencies) -> AsyncIterator[str]:
    """Serves the API on a free port; gives its address, whose clients see what was written past it."""
    server = http_server(dependencies)
    [socket] = bind_sockets(0, "127.0.0.1")
    server.add_sockets([socket])
    address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    async with administered(dependencies.settings) as admin:
        Client.caught_up[address] = partial(caught_up, admin, dependencies.settings.postgres.replicas[0].port)
        yield address
    server.stop()
    await server.close_all_connections()
