"""The API under an address of its own, which it also tells: pages and links name it."""

from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
import pytest
from tornado.netutil import bind_sockets

from hiring.api import http_server
from hiring.config import Settings
from hiring.handlers.documentation import documents
from hiring.handlers.routes import OPERATIONS
from hiring.http.dependencies import Dependencies, Traffic


@pytest.fixture(scope="session")
async def site(dependencies: Dependencies, settings: Settings) -> AsyncIterator[str]:
    """The address of an API whose `api.public_url` is where it answers."""
    [socket] = bind_sockets(0, "127.0.0.1")
    address = f"http://127.0.0.1:{socket.getsockname()[1]}"
    named = msgspec.structs.replace(settings, api=msgspec.structs.replace(settings.api, public_url=address))
    made = documents(OPERATIONS, address)
    server = http_server(replace(dependencies, settings=named, documents=made, traffic=Traffic()))
    server.add_sockets([socket])
    yield address
    server.stop()
    await server.close_all_connections()
