"""Redis: one client for limits and the last writes of sessions, one for the cache. The only importer of the driver."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self, TypeVar

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from hiring import config
from hiring.foundation.logs import get_logger

T = TypeVar("T")

PAUSE_AFTER_FAILURE_S = 1.0
"""For so long after a failure nobody waits for Redis; then one call tries, and the others go on without."""
SILENCE_S = 0.2
"""A subscription asks for a sign of life this often, and ends when it has heard nothing for twice as long."""

log = get_logger(__name__)


class RedisUnavailable(Exception):
    """Redis did not answer, not in time, or is left alone for a moment after it did not."""


class RedisClient:
    """One Redis instance: scripts with a limit on time and on how many at once."""

    def __init__(self, server: config.RedisServer, *, name: str, timeout_ms: int, pool_size: int) -> None:
        # no timeouts and retries of the driver's own: one limit holds for the whole call, a place in the pool included
        self._redis = Redis(
            host=server.host, port=server.port, password=server.password, protocol=2, max_connections=pool_size + 1,
            socket_timeout=None, socket_connect_timeout=None, retry=Retry(NoBackoff(), 0), driver_info=None,
        )  # fmt: skip
        self._name = name
        self._timeout_s = timeout_ms / 1000
        self._places = asyncio.Semaphore(pool_size)
        self._scripts: dict[str, AsyncScript] = {}
        self._pool_size = pool_size
        self._is_failing = self._is_closed = False
        self._paused_until = 0.0

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | bytes | int]) -> Any:
        """Runs a Lua script in one round trip and returns what it returns, texts as bytes. Raises: RedisUnavailable."""
        if self._is_failing:
            self._wait_in_line()
        prepared = self._scripts.get(script)
        if prepared is None:
            prepared = self._scripts[script] = self._redis.register_script(script)
        return await self._limited(lambda: prepared(keys, arguments))

    async def subscribed(self, channel: str) -> AsyncGenerator[bytes | None]:
        """What is published on a channel, over a connection of its own; None whenever listening begins anew.

        Raises: RedisUnavailable, when the connection ends or Redis gives no sign of life for twice SILENCE_S.
        """
        clock, asking = asyncio.get_running_loop().time, None
        # not the driver's PubSub: both who reads and who asks would connect anew when Redis cuts it, and one stay open
        connection = self._redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(self._timeout_s) as limit:
                await connection.connect()
                await connection.send_command("SUBSCRIBE", channel)
                asking = asyncio.create_task(self._ask_for_life(connection))
                while True:
                    kind, *_, content = await connection.read_response(disconnect_on_error=False)
                    limit.reschedule(clock() + 2 * SILENCE_S)
                    if kind in (b"message", b"subscribe"):
                        yield content if kind == b"message" else None
        except (RedisError, OSError, TimeoutError) as error:
            raise RedisUnavailable(type(error).__name__) from error
        finally:
            if asking is not None:
                asking.cancel()
            await connection.disconnect(nowait=True)

    async def _ask_for_life(self, connection: AbstractConnection) -> None:
        """Asks again and again: no answer ends the subscription, and reading needs no time limit for each message."""
        with suppress(RedisError, OSError):
            while True:
                await asyncio.sleep(SILENCE_S)
                await connection.send_command("PING")

    async def ping(self) -> None:
        """Asks whether the instance answers, also in the pause after a failure. Raises: RedisUnavailable."""
        await self._limited(self._redis.ping)

    async def close(self) -> None:
        """Closes every connection when those that are in use are done; later calls are refused, and open none."""
        if self._is_closed:
            return
        self._is_closed = True
        for _ in range(self._pool_size):
            await self._places.acquire()
        await self._redis.aclose()
        for _ in range(self._pool_size):
            self._places.release()  # whoever waits for a place is refused now, not at the end of their time

    def _wait_in_line(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._paused_until:
            raise RedisUnavailable("left alone after a failure")
        self._paused_until = now + PAUSE_AFTER_FAILURE_S  # this call tries, those that come meanwhile do not

    async def _limited(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            async with asyncio.timeout(self._timeout_s), self._places:
                if self._is_closed:
                    raise RedisUnavailable("this client is closed")
                answer = await call()
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            raise RedisUnavailable(type(error).__name__) from error
        if self._is_failing:
            self._is_failing = False
            log.info("redis.restored", instance=self._name)
        return answer

    def _failed(self, error: Exception) -> None:
        self._paused_until = asyncio.get_running_loop().time() + PAUSE_AFTER_FAILURE_S
        if not self._is_failing:
            self._is_failing = True
            log.warning("redis.failed", instance=self._name, error=f"{type(error).__name__}: {error}")


class RedisClients:
    """Both instances."""

    def __init__(self, sessions: RedisClient, cache: RedisClient) -> None:
        self.sessions, self.cache = sessions, cache

    @classmethod
    def open(cls, settings: config.Redis) -> Self:
        """Makes the clients; connections are made when they are first needed."""
        limits = {"timeout_ms": settings.timeout_ms, "pool_size": settings.pool_size}
        return cls(
            RedisClient(settings.sessions, name="sessions", **limits),
            RedisClient(settings.cache, name="cache", **limits),
        )

    async def close(self) -> None:
        """Closes every connection of both."""
        await self.sessions.close()
        await self.cache.close()
