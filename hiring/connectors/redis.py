"""Redis: one client for sessions and limits (kept), one for the cache (evicted). The only importer of the driver."""

import asyncio
from collections.abc import Sequence
from typing import Any

import redis.asyncio as redis
from redis.backoff import NoBackoff
from redis.asyncio.retry import Retry
from redis.exceptions import RedisError

from hiring.config import Redis, RedisServer
from hiring.errors import Unavailable

PAUSE_AFTER_FAILURE_S = 1.0
"""For so long after a failure nobody waits for Redis."""


class RedisUnavailable(Unavailable):
    """Redis cannot be reached at this moment."""

    code = "redis_unavailable"


class RedisClient:
    """One Redis instance. A failure, or no answer in time, raises RedisUnavailable, at once for a second after one."""

    def __init__(self, server: RedisServer, timeout_ms: int, pool_size: int) -> None:
        timeout_s = timeout_ms / 1000
        self._client = redis.Redis(
            host=server.host, port=server.port, password=server.password, socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s, max_connections=pool_size, retry=Retry(NoBackoff(), 1),
            health_check_interval=0,
        )  # fmt: skip
        self._timeout_s = timeout_s
        self._paused_until = 0.0
        self._scripts: dict[str, Any] = {}

    async def run(self, script: str, keys: Sequence[str], arguments: Sequence[str | bytes | int]) -> Any:
        """Runs a Lua script: one round trip. Raises: RedisUnavailable."""
        prepared = self._scripts.get(script) or self._scripts.setdefault(script, self._client.register_script(script))
        return await self._limited(prepared(keys=list(keys), args=list(arguments)))

    async def ping(self) -> None:
        """Asks whether the instance answers. Raises: RedisUnavailable."""
        self._paused_until = 0.0
        await self._limited(self._client.ping())

    async def close(self) -> None:
        """Closes every connection."""
        await self._client.aclose()

    async def _limited(self, call: Any) -> Any:
        loop = asyncio.get_running_loop()
        if loop.time() < self._paused_until:
            if asyncio.iscoroutine(call):
                call.close()
            raise RedisUnavailable
        try:
            async with asyncio.timeout(self._timeout_s * 2):
                return await call
        except (RedisError, OSError, TimeoutError) as error:
            self._paused_until = loop.time() + PAUSE_AFTER_FAILURE_S
            raise RedisUnavailable(f"{type(error).__name__}") from error


class RedisClients:
    """Both instances."""

    def __init__(self, sessions: RedisClient, cache: RedisClient) -> None:
        self.sessions, self.cache = sessions, cache

    @staticmethod
    def open(settings: Redis) -> "RedisClients":
        """Makes the clients; connections are made when they are first needed."""
        return RedisClients(
            RedisClient(settings.sessions, settings.timeout_ms, settings.pool_size),
            RedisClient(settings.cache, settings.timeout_ms, settings.pool_size),
        )

    async def close(self) -> None:
        """Closes every connection of both."""
        await self.sessions.close()
        await self.cache.close()
