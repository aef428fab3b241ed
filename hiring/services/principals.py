"""What Redis knows of who asks, in one round trip: how often they asked, what they may do, what they wrote last.

Redis never holds the only copy: a principal that is not there is read from PostgreSQL, a rate is then limited by this
process alone. After a change of permissions a tombstone keeps a slow reader from writing back what it read before.
A principal is believed as long as the server runs that it was given to: while that was down no tombstone reached it.
"""

import time
from collections.abc import Sequence
from uuid import UUID

import msgspec

from hiring.config import Limits, Rate
from hiring.connectors.redis import RedisClient, RedisUnavailable
from hiring.services.api_metrics import REDIS_FALLBACKS
from hiring.services.throttle import CLOCK, COUNT, Count, LocalThrottle, count_of, interval_us

REMEMBERED_S = 60
TOMBSTONE_S = 10
"""Longer than any read of a principal may take."""
MAXIMUM_EVENTS = 16
MAXIMUM_MISSED = 10_000
"""Principals whose tombstones wait for Redis to come back; with more, this process trusts nothing it has cached."""

PRINCIPAL = """
-- What is known of a principal: '-' is a tombstone. A document of an earlier run of the server is not known: LASTSAVE
-- is the second of the start where nothing but the append-only file is saved, and no earlier anywhere else.
local run = redis.call('LASTSAVE') .. ' '
local function principal(key)
    local known = redis.call('GET', key)
    if not known or known == '-' then return known end
    return known:sub(1, #run) == run and known:sub(#run + 1)
end
"""
READ = (
    CLOCK
    + COUNT
    + PRINCIPAL
    + """
-- KEYS: rate, principal, events. ARGV: interval in microseconds (0: no limit), burst, seconds that events are kept, how
-- many to return.
local wait_us, remaining, reset_us = count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))
if wait_us > 0 then return {wait_us, remaining, reset_us, false, {}} end
local oldest_ms = now_us / 1000 - ARGV[3] * 1000
return {wait_us, remaining, reset_us, principal(KEYS[2]),
        redis.call('ZRANGEBYSCORE', KEYS[3], oldest_ms, '+inf', 'LIMIT', 0, ARGV[4])}
"""
)
COUNT_ONLY = CLOCK + COUNT + "return {count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]))}"
REMEMBER = (
    PRINCIPAL
    + """
if not principal(KEYS[1]) then redis.call('SET', KEYS[1], run .. ARGV[1], 'EX', ARGV[2]) end
return 1
"""
)
INVALIDATE = """
for _, key in ipairs(KEYS) do redis.call('SET', key, '-', 'EX', ARGV[1]) end
return #KEYS
"""
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

    `retry_after_s` is set when the rate is exceeded. `principal` is None where PostgreSQL must be asked. More than
    MAXIMUM_EVENTS events in a minute are not told one by one: then `must_read_primary`. Without Redis, `is_available`
    is False, the rate is this process's own, and nothing else is known.
    """

    is_available: bool
    retry_after_s: float | None
    remaining: int
    reset_s: float
    principal: bytes | None = None
    event_ids: tuple[UUID, ...] = ()
    must_read_primary: bool = False


class RequestState:
    """The state of requests in Redis, and what this process can do without it. Its methods never raise."""

    def __init__(self, redis: RedisClient, limits: Limits) -> None:
        self._redis = redis
        self._limits = limits
        self._local = LocalThrottle()
        self._missed: dict[str, float] = {}
        self._distrusts_until = 0.0

    async def read(self, *, caller: str, principal: str, limit: str) -> RequestRecord:
        """Counts a request of a caller (a principal or an address) and returns what is known.

        `limit` is a key of the settings' limits.
        """
        await self._catch_up()
        rate: Rate = getattr(self._limits, limit)
        keys = (f"rate:{limit}:{caller}", f"principal:{principal}", f"events:{principal}")
        arguments = (self._interval_us(rate), rate.burst, REMEMBERED_S, MAXIMUM_EVENTS + 1)
        try:
            *counted, known, events = await self._redis.run(READ, keys, arguments)
        except RedisUnavailable:
            count = self._count_locally(keys[0], rate)
            return RequestRecord(is_available=False, **msgspec.structs.asdict(count))
        is_current = known not in {None, b"-"} and principal not in self._missed and not self._distrusts()
        is_everything = len(events) <= MAXIMUM_EVENTS
        return RequestRecord(
            is_available=True,
            **msgspec.structs.asdict(count_of(*counted)),
            principal=known if is_current else None,
            event_ids=tuple(UUID(bytes=event) for event in events) if is_everything else (),
            must_read_primary=not is_everything,
        )

    async def count(self, *, caller: str, limit: str) -> Count:
        """Counts a request against one more limit, such as that of the account that it names."""
        rate: Rate = getattr(self._limits, limit)
        key = f"rate:{limit}:{caller}"
        try:
            return count_of(*await self._redis.run(COUNT_ONLY, (key,), (self._interval_us(rate), rate.burst)))
        except RedisUnavailable:
            return self._count_locally(key, rate)

    async def remember(self, principal: str, document: bytes) -> None:
        """Keeps what the primary said of a principal for a minute, unless it was made stale meanwhile."""
        if principal not in self._missed and not self._distrusts():
            await self._try(REMEMBER, (f"principal:{principal}",), (document, REMEMBERED_S))

    async def invalidate(self, principals: Sequence[str]) -> None:
        """Makes the next requests of these sessions and keys ask PostgreSQL.

        Where Redis cannot be told now, this process asks PostgreSQL itself and tells Redis as soon as it answers.
        """
        if principals and not await self._put_tombstones(principals):
            self._missed.update(dict.fromkeys(principals, time.monotonic() + REMEMBERED_S))
            if len(self._missed) > MAXIMUM_MISSED:
                self._missed.clear()
                self._distrusts_until = time.monotonic() + REMEMBERED_S

    async def remember_event(self, principal: str, event_id: UUID) -> None:
        """Keeps the event of a write for a minute, so that its writer's reads see it."""
        await self._try(REMEMBER_EVENT, (f"events:{principal}",), (event_id.bytes, REMEMBERED_S, MAXIMUM_EVENTS + 1))

    async def _catch_up(self) -> None:
        """Puts the tombstones that Redis missed; what was cached before them is gone by itself after a minute."""
        if not self._missed:
            return
        now = time.monotonic()
        self._missed = {principal: until for principal, until in self._missed.items() if until > now}
        missed = list(self._missed)
        if missed and await self._put_tombstones(missed, is_urgent=False):
            for principal in missed:
                self._missed.pop(principal, None)

    async def _put_tombstones(self, principals: Sequence[str], *, is_urgent: bool = True) -> bool:
        keys = [f"principal:{principal}" for principal in principals]
        return await self._try(INVALIDATE, keys, (TOMBSTONE_S,), is_urgent=is_urgent)

    async def _try(
        self, script: str, keys: Sequence[str], arguments: Sequence[str | bytes | int], *, is_urgent: bool = False
    ) -> bool:
        try:
            await self._redis.run(script, keys, arguments, is_urgent=is_urgent)
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("memory").inc()
            return False
        return True

    def _interval_us(self, rate: Rate) -> int:
        return interval_us(rate) if self._limits.enabled else 0

    def _count_locally(self, key: str, rate: Rate) -> Count:
        if not self._limits.enabled:
            return Count(None, rate.burst, 0.0)
        REDIS_FALLBACKS.labels("limit").inc()
        return self._local.count(key, rate, now_us=time.monotonic_ns() // 1000)

    def _distrusts(self) -> bool:
        return time.monotonic() < self._distrusts_until
