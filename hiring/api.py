"""The API process: open what handlers need, serve, and stop without cutting a request."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import NamedTuple

import msgspec
import uvloop

from hiring import VERSION
from hiring.config import Address, Settings
from hiring.connectors import rabbitmq
from hiring.connectors.captcha import CaptchaVerifier
from hiring.connectors.files import FileStore
from hiring.connectors.redis import RedisClients
from hiring.database import Database
from hiring.foundation.logs import get_logger, log_loop_failure, logging_to_stdout
from hiring.handlers.documentation import documents
from hiring.handlers.routes import OPERATIONS, routes
from hiring.http.admission import networks
from hiring.http.connections import LimitedServer
from hiring.http.dependencies import Dependencies
from hiring.http.http1_server import Http1Server
from hiring.http.routing import Application
from hiring.http.tornado_server import TornadoServer
from hiring.services.api_metrics import State
from hiring.services.board_tenants import BoardTenants
from hiring.services.held_bodies import HeldBodies
from hiring.services.kept_answers import KeptAnswers
from hiring.services.memory import keep_trimmed
from hiring.services.metrics_server import metrics_served
from hiring.services.news import News
from hiring.services.passwords import Passwords
from hiring.services.principals import Principals
from hiring.services.readiness import Check, Readiness
from hiring.services.request_state import RequestState
from hiring.services.shared_answers import SharedAnswers
from hiring.services.threads import Threads
from hiring.services.tokens import AccessTokens
from hiring.supervisor import SERVING, inherited, listening

WORK_THREADS = 2
"""Threads for work that would hold up the event loop, such as cleaning HTML."""
WAITING_WORK = 64
"""Calls that may wait for one of these threads; more are a 503."""
SERVERS: Mapping[str, type[LimitedServer]] = {"httptools": Http1Server, "tornado": TornadoServer}
QUIET_S = 0.2
"""A client that goes on asking does so within this time of its last answer."""

log = get_logger(__name__)


class Place(NamedTuple):
    """A process among others: its number, the descriptors of its supervisor and of what it accepts from."""

    number: int = 0
    supervisor: int | None = None
    listeners: tuple[int, ...] = ()


ALONE = Place()


def main(settings: Settings, place: Place = ALONE) -> None:
    """Serves until SIGTERM or SIGINT."""
    with logging_to_stdout(settings.logs.level, settings.logs.format):
        uvloop.run(serve(settings, place))


async def serve(settings: Settings, place: Place = ALONE) -> None:
    """Serves on the configured address, or where the supervisor listens, until a signal asks it to stop."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    asyncio.get_running_loop().set_exception_handler(log_loop_failure)
    tell_supervisor = supervised(place.supervisor, stop) if place.supervisor is not None else None
    async with opened(settings) as dependencies:
        state = State(dependencies.db.servers, lambda: dependencies.traffic.running_count)
        with metrics_served("api.metrics", of_process(settings.api.metrics, place.number), state):
            server = http_server(dependencies)
            server.add_sockets(inherited(place.listeners) or listening(settings.api))
            log.info("api.started", host=settings.api.host, port=settings.api.port, number=place.number)
            trimming = asyncio.create_task(keep_trimmed())
            if tell_supervisor is not None:
                tell_supervisor()
            await stop.wait()
            await drain(server, dependencies)
            trimming.cancel()
    log.info("api.stopped")


def supervised(descriptor: int, stop: asyncio.Event) -> Callable[[], None]:
    """Stops this process when its supervisor is gone, and returns how to tell the supervisor that it serves."""
    [lifeline], loop, is_serving = inherited([descriptor]), asyncio.get_running_loop(), asyncio.Event()

    def end() -> None:  # nothing is ever sent to a process
        if not is_serving.is_set():
            os._exit(0)  # whatever its start waits for
        loop.remove_reader(lifeline)
        stop.set()

    def tell() -> None:
        is_serving.set()
        lifeline.send(SERVING)

    loop.add_reader(lifeline, end)
    return tell


def of_process(address: Address | None, number: int) -> Address | None:
    """Where a process serves its metrics: each a port further."""
    return address and msgspec.structs.replace(address, port=address.port + number)


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
        captcha = CaptchaVerifier(settings.captcha)
        stack.callback(captcha.close)
        principals = await stack.enter_async_context(principals_of(db, settings).watching())
        state = RequestState(redis.sessions, settings.limits)
        shared = shared_answers(redis, settings)
        news = await stack.enter_async_context(News(redis.sessions, state.writes, principals).heard())

        def checks() -> list[Check]:
            return [
                ("postgres_primary", True, db.check_primary),
                ("postgres_replica", False, db.check_replicas),
                ("redis_sessions", False, redis.sessions.ping),
                ("redis_cache", False, redis.cache.ping),
                ("rabbitmq", False, lambda: rabbitmq.probe(settings.rabbitmq)),
                ("files", False, files.check),
                *([("clickhouse", False, db.clickhouse.ping)] if settings.clickhouse.host else []),
            ]

        yield Dependencies(
            settings=settings, db=db, access_tokens=AccessTokens(settings.tokens), passwords=passwords,
            threads=threads, principals=principals, request_state=state, news=news, files=files,
            board_answers=KeptAnswers("boards", db.queries.boards.find_state, shared),
            board_tenants=BoardTenants(),
            vocabulary_answers=KeptAnswers("vocabularies", db.queries.vocabularies.find_state, shared),
            readiness=Readiness(checks),
            documents=documents(OPERATIONS, settings.api.public_url), bodies=HeldBodies(settings.api.max_held_bytes),
            trusted_proxies=networks(settings.api.trusted_proxies), captcha=captcha,
        )  # fmt: skip


def shared_answers(redis: RedisClients, settings: Settings) -> SharedAnswers:
    """What processes of the same release and with the same settings make alike."""
    api = settings.api
    return SharedAnswers(redis.cache, VERSION, api.max_upload_bytes, api.public_url, settings.tokens.secret)


def principals_of(db: Database, settings: Settings) -> Principals:
    """What this process knows of sessions and keys, and where it asks for changes of their rights."""
    return Principals(
        db.on_watch().queries.principal_changes.find_since,
        db.on_replica().queries.principal_changes.find_since,
        max_replica_lag_ms=settings.postgres.max_replica_lag_ms,
    )


def http_server(dependencies: Dependencies) -> LimitedServer:
    """Tornado's server with a limit on everything."""
    return SERVERS[dependencies.settings.api.http_parser](Application(routes(), dependencies), dependencies)


async def drain(server: LimitedServer, dependencies: Dependencies) -> None:
    """Takes no new connection, answers what comes over those that are open within the grace, then closes them.

    Each client hears with its answer that the connection ends, and sends no more. What is silent for QUIET_S is idle.
    """
    dependencies.traffic.is_stopping = True
    server.stop()
    try:
        async with asyncio.timeout(dependencies.settings.api.stop_grace_ms / 1000):
            await dependencies.traffic.quiet(QUIET_S)
            await server.delivered()
    except TimeoutError:
        if dependencies.traffic.running_count:
            log.warning("api.requests_cut", count=dependencies.traffic.running_count)
    await server.close_all_connections()
