"""The server whose connections are read by llhttp (`http1.py`)."""

import asyncio
import socket
from typing import Any, NamedTuple

from hiring.http import lingering
from hiring.http.connections import LimitedServer, refusal_of
from hiring.http.dependencies import Dependencies
from hiring.http.http1 import ServerConnection
from hiring.http.routing import Application


class Context(NamedTuple):
    """Where a connection comes from, as Tornado's requests ask for it."""

    remote_ip: str
    protocol: str = "http"


class Http1Server(LimitedServer):
    """Answers requests over connections of ours."""

    def initialize(self, application: Application, dependencies: Dependencies) -> None:  # type: ignore[override]
        """Takes the place of `__init__`, as Tornado has it."""
        super().initialize(application, dependencies)
        self._open: dict[ServerConnection, str] = {}
        self._lingering: set[ServerConnection] = set()
        self._beginning: set[asyncio.Task[None]] = set()

    def serve(self, connection: socket.socket, client: str, address: Any) -> None:
        """Begins a connection."""
        opened = ServerConnection(self, self.conn_params, Context(address[0]), refusal_of, self.may_linger)
        self._open[opened] = client
        task = asyncio.create_task(self._begin(opened, connection))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)

    async def _begin(self, opened: ServerConnection, connection: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: opened, connection)
        except OSError:  # the client is gone already
            connection.close()
            self.on_close(opened)

    def may_linger(self, connection: ServerConnection) -> bool:
        """Whether a refused client is read on; it is no longer counted among those who are served."""
        if len(self._lingering) >= lingering.MAXIMUM_LINGERING:
            return False
        self._lingering.add(connection)
        self.leave(self._open.pop(connection))
        return True

    def is_sending(self) -> bool:
        """Whether a client has not taken all that it was answered."""
        return any(connection.is_sending for connection in (*self._open, *self._lingering))

    def on_close(self, server_conn: object) -> None:
        """Forgets a connection that has ended."""
        assert isinstance(server_conn, ServerConnection)
        self._lingering.discard(server_conn)
        if (client := self._open.pop(server_conn, None)) is not None:
            self.leave(client)

    async def close_all_connections(self) -> None:
        """Ends every connection, also those of refused clients."""
        await asyncio.gather(*self._beginning)
        connections = [*self._open, *self._lingering]
        for connection in connections:
            connection.end()
        await asyncio.gather(*(connection.ended for connection in connections))
