"""Reads what Redis knows of a caller in one round trip: how often they asked, and what they wrote last.

Nobody's rights depend on it (`principals.py`). Without Redis a rate is limited by this process alone.
"""

import time
from uuid import UUID

import msgspec

from hiring.config import Limits, Rate
from hiring.connectors.redis import RedisClient, RedisUnavailable
from hiring.services.api_metrics import REDIS_FALLBACKS
from hiring.services.throttle import CLOCK, COUNT, TAKE_BACK, Count, LocalThrottle, count_of, interval_us

REMEMBERED_S = 60
MAXIMUM_EVENTS = 16

READ = (
    CLOCK
    + COUNT
    + """
-- KEYS: rate, events. ARGV: interval in microseconds (0: no limit), burst, seconds that events are kept, how many to
-- return.
local wait_us, remaining, reset_us = count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))
if wait_us > 0 then return {wait_us, remaining, reset_us, {}} end
local oldest_ms = now_us / 1000 - ARGV[3] * 1000
return {wait_us, remaining, reset_us, redis.call('ZRANGEBYSCORE', KEYS[2], oldest_ms, '+inf', 'LIMIT', 0, ARGV[4])}
"""
)
COUNT_ONLY = CLOCK + COUNT + "return {count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))}"
REMEMBER_EVENT = """
-- KEYS: events. ARGV: event, seconds that it is kept, how many are kept.
local clock = redis.call('TIME')
local now_ms = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZADD', KEYS[1], now_ms, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now_ms - ARGV[2] * 1000))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - ARGV[3])
return redis.call('EXPIRE', KEYS[1], ARGV[2])
"""


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the start of a request.

    `retry_after_s` is set when the rate is exceeded. More than MAXIMUM_EVENTS events in a minute are not told one by
    one: then `must_read_primary`. Without Redis, `is_available` is False, the rate is this process's own, and nothing
    else is known.
    """

    is_available: bool
    retry_after_s: float | None
    remaining: int
    reset_s: float
    event_ids: tuple[UUID, ...] = ()
    must_read_primary: bool = False


class RequestState:
    """The state of requests in Redis, and what this process can do without it. Its methods never raise."""

    def __init__(self, redis: RedisClient, limits: Limits) -> None:
        self._redis = redis
        self._limits = limits
        self._local = LocalThrottle()

    async def read(self, *, caller: str, principal: str, limit: str) -> RequestRecord:
        """Counts a request of a caller (a principal or an address) and returns what is known.

        `limit` is a key of the settings' limits.
        """
        rate: Rate = getattr(self._limits, limit)
        keys = (f"rate:{limit}:{caller}", f"events:{principal}")
        arguments = (self._interval_us(rate), rate.burst, REMEMBERED_S, MAXIMUM_EVENTS + 1)
        try:
            *counted, events = await self._redis.run(READ, keys, arguments)
        except RedisUnavailable:
            count = self._count_locally(keys[0], rate)
            return RequestRecord(is_available=False, **msgspec.structs.asdict(count))
        is_everything = len(events) <= MAXIMUM_EVENTS
        return RequestRecord(
            is_available=True,
            **msgspec.structs.asdict(count_of(*counted)),
            event_ids=tuple(UUID(bytes=event) for event in events) if is_everything else (),
            must_read_primary=not is_everything,
        )

    async def count(self, *, caller: str, limit: str, amount: int = 1) -> Count:
        """Counts a request against one more limit, such as that of the account that it names, or of its bytes."""
        rate: Rate = getattr(self._limits, limit)
        key, arguments = f"rate:{limit}:{caller}", (self._interval_us(rate) * amount, str(rate.burst / amount))
        try:
            return count_of(*await self._redis.run(COUNT_ONLY, (key,), arguments))
        except RedisUnavailable:
            return self._count_locally(key, rate, amount)

    async def take_back(self, *, caller: str, limit: str) -> None:
        """Takes back a request that was counted: it was none that its limit is about."""
        rate: Rate = getattr(self._limits, limit)
        key = f"rate:{limit}:{caller}"
        if not self._limits.enabled:
            return
        self._local.take_back(key, rate)
        try:
            await self._redis.run(TAKE_BACK, (key,), (interval_us(rate),))
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("limit").inc()

    def count_here(self, *, caller: str, limit: str) -> Count:
        """Counts a request in this process alone."""
        return self._count_in_memory(f"here:{limit}:{caller}", getattr(self._limits, limit))

    async def remember_event(self, principal: str, event_id: UUID) -> None:
        """Keeps the event of a write for a minute, so that its writer's reads see it."""
        try:
            await self._redis.run(
                REMEMBER_EVENT, (f"events:{principal}",), (event_id.bytes, REMEMBERED_S, MAXIMUM_EVENTS + 1)
            )
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("memory").inc()

    def _interval_us(self, rate: Rate) -> int:
        return interval_us(rate) if self._limits.enabled else 0

    def _count_locally(self, key: str, rate: Rate, amount: int = 1) -> Count:
        if self._limits.enabled:
            REDIS_FALLBACKS.labels("limit").inc()
        return self._count_in_memory(key, rate, amount)

    def _count_in_memory(self, key: str, rate: Rate, amount: int = 1) -> Count:
        if not self._limits.enabled:
            return Count(None, rate.burst, 0.0)
        return self._local.count(key, rate, now_us=time.monotonic_ns() // 1000, amount=amount)
