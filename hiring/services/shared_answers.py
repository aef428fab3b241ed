"""Texts that the API processes share through Redis, so that one reads PostgreSQL for all and a new one starts warm.

A name says everything that a text depends on, so that no text is ever invalidated: what nobody asks for any more goes
by itself. Nothing depends on Redis; without it each process reads for itself.
"""

import hashlib
from typing import Any

from hiring.connectors.redis import RedisClient, RedisUnavailable
from hiring.services.api_metrics import REDIS_FALLBACKS

KEPT_S = 60
MAXIMUM_CHARACTERS = 256 * 1024
"""A longer text is not shared."""
FIND = "return redis.call('GET', KEYS[1])"
KEEP = "return redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])"


class SharedAnswers:
    """The texts of a release: another release, or other settings, may make others of the same rows.

    Its methods never raise.
    """

    def __init__(self, redis: RedisClient, *release: Any) -> None:
        self._redis, self._release = redis, release

    def name(self, *facts: Any) -> str:
        """The name of a text that depends on these facts; their `repr` tells them from others."""
        return f"answer:{hashlib.sha256(repr((self._release, facts)).encode()).hexdigest()}"

    async def find(self, name: str) -> str | None:
        """The text of a name; None where there is none, or no Redis."""
        try:
            found: bytes | None = await self._redis.run(FIND, (name,), ())
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("answers").inc()
            return None
        return None if found is None else found.decode()

    async def keep(self, name: str, text: str) -> None:
        """Keeps a text for a minute, if Redis takes it."""
        if len(text) > MAXIMUM_CHARACTERS:
            return
        try:
            await self._redis.run(KEEP, (name,), (text, KEPT_S))
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("answers").inc()
