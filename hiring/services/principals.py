"""What Redis knows of who asks, in one round trip: how often they asked, what they may do, what they wrote last.

Redis never holds the only copy: a principal that is not there is read from PostgreSQL, a rate is then limited by this
process alone. After a change of permissions a tombstone keeps a slow reader from writing back what it read before.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from hiring.config import Limits, Rate
from hiring.connectors.redis import RedisClient, RedisUnavailable

REMEMBERED_S = 60
TOMBSTONE_S = 10
"""Longer than any read of a principal may take."""
MAXIMUM_EVENTS = 16
MAXIMUM_LOCAL_RATES = 10_000

READ = """
-- KEYS: rate, principal, events. ARGV: emission interval in microseconds (0: no limit), burst, oldest event's time in ms.
-- The rate is GCRA: https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
local now = redis.call('TIME')
local now_us = now[1] * 1000000 + now[2]
local emission, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local wait_us, remaining, reset_us = 0, burst, 0
if emission > 0 then
  local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now_us), now_us)
  local next_arrival = arrival + emission
  wait_us = next_arrival - emission * burst - now_us
  if wait_us > 0 then
    return {wait_us, 0, arrival - now_us, false, {}}
  end
  wait_us = 0
  reset_us = next_arrival - now_us
  remaining = math.floor((emission * burst - reset_us) / emission)
  redis.call('SET', KEYS[1], string.format('%.0f', next_arrival), 'PX', math.ceil(reset_us / 1000) + 1)
end
local oldest = now_us / 1000 - tonumber(ARGV[3])
return {wait_us, remaining, reset_us, redis.call('GET', KEYS[2]),
        redis.call('ZRANGEBYSCORE', KEYS[3], oldest, '+inf', 'LIMIT', 0, 17)}
"""
REMEMBER = "return redis.call('SET', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2])"
INVALIDATE = """
for _, key in ipairs(KEYS) do redis.call('SET', key, '-', 'EX', ARGV[1]) end
return #KEYS
"""
REMEMBER_EVENT = """
local now = redis.call('TIME')
local now_ms = now[1] * 1000 + now[2] / 1000
redis.call('ZADD', KEYS[1], now_ms, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now_ms - ARGV[2] * 1000)
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -19)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1
"""


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the start of a request.

    `retry_after_s` is set when the rate is exceeded. `principal` is None where PostgreSQL must be asked. More than
    MAXIMUM_EVENTS events in a minute are not all here: then `must_read_primary`.
    """

    retry_after_s: float | None
    remaining: int
    reset_s: float
    principal: bytes | None
    event_ids: tuple[UUID, ...]
    must_read_primary: bool


class RequestState:
    """The state of requests in Redis, and what this process can do without it."""

    def __init__(self, redis: RedisClient, limits: Limits) -> None:
        self._redis = redis
        self._limits = limits
        self._local: OrderedDict[str, float] = OrderedDict()

    async def read(self, *, caller: str, principal: str, limit: str) -> RequestRecord:
        """Counts a request of a caller (a principal or an address) and returns what is known; never raises."""
        rate: Rate = getattr(self._limits, limit)
        emission_us = int(1_000_000 / rate.rate_per_s) if self._limits.enabled else 0
        keys = (f"rate:{limit}:{caller}", f"principal:{principal}", f"events:{principal}")
        try:
            wait_us, remaining, reset_us, known, events = await self._redis.run(
                READ, keys, (emission_us, rate.burst, REMEMBERED_S * 1000)
            )
        except RedisUnavailable:
            return self._read_locally(keys[0], rate)
        return RequestRecord(
            retry_after_s=wait_us / 1e6 if wait_us > 0 else None, remaining=remaining, reset_s=reset_us / 1e6,
            principal=None if known in (None, b"-") else known,
            event_ids=tuple(UUID(bytes=each) for each in events[:MAXIMUM_EVENTS]),
            must_read_primary=len(events) > MAXIMUM_EVENTS,
        )  # fmt: skip

    async def remember(self, principal: str, document: bytes) -> None:
        """Keeps what PostgreSQL said of a principal for a minute, unless it was made stale meanwhile; never raises."""
        await self._try(REMEMBER, (f"principal:{principal}",), (document, REMEMBERED_S))

    async def invalidate(self, principals: Sequence[str]) -> None:
        """Makes the next requests of these sessions and keys ask PostgreSQL; never raises."""
        await self._try(INVALIDATE, [f"principal:{each}" for each in principals], (TOMBSTONE_S,))

    async def remember_event(self, principal: str, event_id: UUID) -> None:
        """Keeps the event of a write for a minute, so that its writer's reads see it; never raises."""
        await self._try(REMEMBER_EVENT, (f"events:{principal}",), (event_id.bytes, REMEMBERED_S))

    async def _try(self, script: str, keys: Sequence[str], arguments: Iterable[str | bytes | int]) -> None:
        try:
            await self._redis.run(script, keys, tuple(arguments))
        except RedisUnavailable:
            return

    def _read_locally(self, key: str, rate: Rate) -> RequestRecord:
        """The same limit, counted by this process alone. Without Redis nobody knows what was written: the primary does."""
        now = time.monotonic()
        emission_s = 1 / rate.rate_per_s if self._limits.enabled else 0.0
        arrival = max(self._local.pop(key, now), now) + emission_s
        wait_s = arrival - emission_s * rate.burst - now if emission_s else 0.0
        self._local[key] = arrival - emission_s if wait_s > 0 else arrival
        if len(self._local) > MAXIMUM_LOCAL_RATES:
            self._local.popitem(last=False)
        return RequestRecord(
            retry_after_s=wait_s if wait_s > 0 else None, remaining=0, reset_s=max(arrival - now, 0.0),
            principal=None, event_ids=(), must_read_primary=False,
        )  # fmt: skip
