"""The API process: open what handlers need, serve, and stop without cutting a request."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import uvloop
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from hiring.config import Settings
from hiring.connectors import rabbitmq
from hiring.connectors.files import FileStore
from hiring.connectors.redis import RedisClients
from hiring.database import Database
from hiring.handlers.authentication import networks
from hiring.handlers.base import Handler
from hiring.handlers.dependencies import Dependencies, type_of_check
from hiring.handlers.routes import documented, routes
from hiring.services.api_metrics import count_request
from hiring.services.logs import configure, get_logger
from hiring.services.passwords import Passwords
from hiring.services.principals import Principals
from hiring.services.request_state import RequestState
from hiring.services.threads import Threads
from hiring.services.tokens import AccessTokens

BACKLOG = 1024
"""Connections that wait to be accepted."""
WORK_THREADS = 2
"""Threads for work that would hold up the event loop, such as cleaning HTML."""
WAITING_WORK = 64
"""Calls that may wait for one of these threads; more are a 503."""
QUIET_S = 0.2
"""A client that goes on asking does so within this time of its last answer."""
PATHS: dict[type[RequestHandler], str] = {handler: path for path, handler in documented()}
"""What requests are counted by: a handler's path template; every other path is one, `unknown`."""

log = get_logger(__name__)


def main(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT."""
    configure(settings.logs.level, settings.logs.format)
    uvloop.run(serve(settings))


async def serve(settings: Settings) -> None:
    """Serves on the configured address until a signal asks it to stop."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with opened(settings) as dependencies:
        server = http_server(dependencies)
        server.add_sockets(bind_sockets(settings.api.port, settings.api.host, backlog=BACKLOG, reuse_port=True))
        log.info("api.started", host=settings.api.host, port=settings.api.port)
        await stop.wait()
        await drain(server, dependencies)
    log.info("api.stopped")


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Dependencies]:
    """Everything that handlers may reach, closed in reverse order at the end."""
    async with AsyncExitStack() as stack:
        db = await Database.open(settings, role="command")
        stack.push_async_callback(db.close)
        redis = RedisClients.open(settings.redis)
        stack.push_async_callback(redis.close)
        passwords = Passwords(settings.passwords)
        stack.callback(passwords.close)
        threads = Threads("work", count=WORK_THREADS, queue_limit=WAITING_WORK)
        stack.callback(threads.close)
        files = FileStore.open(settings.files)

        def checks() -> list[type_of_check]:
            return [
                ("postgres_primary", True, db.check_primary),
                ("postgres_replica", False, db.check_replicas),
                ("redis_sessions", False, redis.sessions.ping),
                ("redis_cache", False, redis.cache.ping),
                ("rabbitmq", False, lambda: rabbitmq.probe(settings.rabbitmq)),
                ("files", False, files.check),
            ]

        yield Dependencies(
            settings=settings, db=db, access_tokens=AccessTokens(settings.tokens), passwords=passwords,
            threads=threads, principals=await stack.enter_async_context(principals_of(db, settings).watching()),
            request_state=RequestState(redis.sessions, settings.limits), files=files, checks=checks,
            trusted_proxies=networks(settings.api.trusted_proxies),
        )  # fmt: skip


def principals_of(db: Database, settings: Settings) -> Principals:
    """What this process knows of sessions and keys, and where it asks for changes of their rights."""
    return Principals(
        db.on_watch().queries.principal_changes.find_since,
        db.on_replica().queries.principal_changes.find_since,
        max_replica_lag_ms=settings.postgres.max_replica_lag_ms,
    )


class LimitedServer(HTTPServer):
    """Tornado's server, which lets no more connections in than it is allowed."""

    maximum_connections = 0

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        if len(self._connections) < self.maximum_connections:
            super().handle_stream(stream, address)
        else:
            stream.close()

    def stop(self) -> None:
        """Listens no more; who was connected before is let in, where closing the socket would cut them off."""
        for listener in self._sockets.values():
            with suppress(BlockingIOError):
                while True:
                    self._handle_connection(*listener.accept())
        super().stop()


def http_server(dependencies: Dependencies) -> HTTPServer:
    """Tornado's server with a limit on everything."""
    api = dependencies.settings.api
    application = Application(routes(dependencies), log_function=log_request, autoreload=False, documented=documented())
    server = LimitedServer(
        application,
        max_header_size=65_536,
        max_body_size=api.max_upload_bytes,
        idle_connection_timeout=api.idle_timeout_ms / 1000,
        body_timeout=api.body_timeout_ms / 1000,
    )
    server.maximum_connections = api.max_connections
    return server


async def drain(server: HTTPServer, dependencies: Dependencies) -> None:
    """Takes no new connection, answers what comes over those that are open within the grace, then closes them.

    Each client hears with its answer that the connection ends, and sends no more. What is silent for QUIET_S is idle.
    """
    dependencies.traffic.is_stopping = True
    server.stop()
    try:
        async with asyncio.timeout(dependencies.settings.api.stop_grace_ms / 1000):
            await dependencies.traffic.quiet(QUIET_S)
    except TimeoutError:
        if dependencies.traffic.running_count:
            log.warning("api.requests_cut", count=dependencies.traffic.running_count)
    await server.close_all_connections()


def log_request(handler: RequestHandler) -> None:
    """One line per request: ids, never a query string or a body; and its part in the metrics."""
    request = handler.request
    duration_s, status = request.request_time(), handler.get_status()
    route = PATHS.get(type(handler), "unknown")
    count_request(method=request.method or "", route=route, status=status, duration_s=duration_s)
    log.info(
        "request",
        method=request.method,
        path=request.path,
        status=status,
        duration_ms=round(duration_s * 1000, 2),
        request_id=str(handler.request_id) if isinstance(handler, Handler) else None,
    )
