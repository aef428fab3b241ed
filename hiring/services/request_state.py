"""What is known of a caller when a request begins: how often they asked, and what they wrote last.

Redis knows it for all processes. This process asks Redis at the first request of a caller only; then it counts in
memory and tells Redis afterwards, and hears of the caller's writes elsewhere (`news.py`). Nobody's rights depend on it
(`principals.py`). Without Redis a rate is limited by this process alone, and only its own writes are known.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from uuid import UUID

import msgspec

from hiring.config import Limits, Rate
from hiring.connectors.redis import PAUSE_AFTER_FAILURE_S, RedisClient, RedisUnavailable
from hiring.services.api_metrics import REDIS_FALLBACKS
from hiring.services.batches import Batches
from hiring.services.news import CHANNEL, Message, encode
from hiring.services.own_writes import MAXIMUM_EVENTS, REMEMBERED_S, OwnWrites
from hiring.services.throttle import (
    CLOCK,
    COUNT,
    COUNT_ADMITTED,
    TAKE_BACK,
    Count,
    LeasingThrottle,
    count_of,
    interval_us,
)

TELL_PAUSE_S = 0.02
"""Redis is told of admitted requests so long after the first of them."""
MAXIMUM_TOLD = 500
"""Callers in one message to Redis."""
MAXIMUM_UNTOLD = 1000
"""Writes that others are told of later, when Redis is back: the latest."""

READ = (
    CLOCK
    + COUNT
    + """
-- KEYS: rate, events. ARGV: interval in microseconds (0: no limit), burst, requests admitted before, seconds that
-- events are kept, how many to return.
local wait_us, remaining, reset_us = count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))
if wait_us > 0 or not KEYS[2] then return {wait_us, remaining, reset_us, {}} end
local oldest_ms = now_us / 1000 - ARGV[4] * 1000
return {wait_us, remaining, reset_us, redis.call('ZRANGEBYSCORE', KEYS[2], oldest_ms, '+inf', 'LIMIT', 0, ARGV[5])}
"""
)
COUNT_ONLY = CLOCK + COUNT + "return {count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), 0)}"
REMEMBER_EVENTS = """
-- KEYS: the channel, then events of each. ARGV: what is told on the channel, seconds that an event is kept, how many
-- are kept of each, then an event for each.
local clock = redis.call('TIME')
local now_ms = clock[1] * 1000 + math.floor(clock[2] / 1000)
for i = 2, #KEYS do
  redis.call('ZADD', KEYS[i], now_ms, ARGV[i + 2])
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', '(' .. string.format('%.0f', now_ms - ARGV[2] * 1000))
  redis.call('ZREMRANGEBYRANK', KEYS[i], 0, -1 - ARGV[3])
  redis.call('EXPIRE', KEYS[i], ARGV[2])
end
return redis.call('PUBLISH', KEYS[1], ARGV[1])
"""


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is known at the start of a request.

    `retry_after_s` is set when the rate is exceeded. More than MAXIMUM_EVENTS events in a minute are not told one by
    one: then `must_read_primary`. Without Redis the rate is this process's own, and so are the events.
    """

    retry_after_s: float | None
    remaining: int
    reset_s: float
    event_ids: tuple[UUID, ...] = ()
    must_read_primary: bool = False


class RequestState:
    """The state of requests, here and in Redis. Its methods never raise."""

    def __init__(self, redis: RedisClient, limits: Limits) -> None:
        self._redis = redis
        self._limits = limits
        self._throttle = LeasingThrottle()
        self._remembering = Batches(self._tell_writes)
        self._telling: asyncio.Task[None] | None = None
        self._untold: deque[tuple[str, UUID]] = deque(maxlen=MAXIMUM_UNTOLD)
        self._telling_again: asyncio.Task[None] | None = None
        self.writes = OwnWrites()

    async def read(self, *, caller: str, principal: str | None, limit: str) -> RequestRecord:
        """Counts a request of a caller (a principal or an address) and returns what is known.

        `limit` is a key of the settings' limits. A caller without a principal has written nothing.
        """
        rate: Rate = getattr(self._limits, limit)
        key = f"rate:{limit}:{caller}"
        if principal is not None:
            await asyncio.sleep(0)  # news that came before the request is in the driver's hands: it is heard first
        if principal is None or self.writes.are_known(principal):
            counted = self._count_leased(key, rate)
            if counted is not None:
                return self._record(counted, principal)
        return self._record(await self._ask(key, rate, principal), principal)

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
        self._throttle.take_back(key, rate)
        try:
            await self._redis.run(TAKE_BACK, (key,), (interval_us(rate),))
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("limit").inc()

    def count_here(self, *, caller: str, limit: str) -> Count:
        """Counts a request in this process alone."""
        return self._count_in_memory(f"here:{limit}:{caller}", getattr(self._limits, limit))

    async def remember_event(self, event_id: UUID, *principals: str) -> None:
        """Keeps the event of a write for a minute, so that its writers' reads see it, here and in other processes."""
        for principal in principals:
            self.writes.note(principal, event_id)
        await self._remembering.add(*((principal, event_id) for principal in principals))

    async def _ask(self, key: str, rate: Rate, principal: str | None) -> Count:
        """Asks Redis about a caller, which counts the request behind those that it has not been told of."""
        asked, asked_us = principal and self.writes.asking(principal), now_us()
        keys = (key, f"events:{principal}") if principal else (key,)
        told = self._throttle.take_untold(key)
        arguments = (self._interval_us(rate), rate.burst, told, REMEMBERED_S, MAXIMUM_EVENTS + 1)
        try:
            wait_us, remaining, reset_us, events = await self._redis.run(READ, keys, arguments)
        except RedisUnavailable:
            return self._count_locally(key, rate)
        if self._limits.enabled:
            self._throttle.learn(key, rate, ahead_us=reset_us, asked_us=asked_us)
        if asked and not wait_us:
            self.writes.learn(asked, (UUID(bytes=event) for event in events))
        return count_of(wait_us, remaining, reset_us)

    def _record(self, counted: Count, principal: str | None) -> RequestRecord:
        events = self.writes.of(principal) if principal else ()
        is_everything = len(events) <= MAXIMUM_EVENTS
        return RequestRecord(
            retry_after_s=counted.retry_after_s, remaining=counted.remaining, reset_s=counted.reset_s,
            event_ids=events if is_everything else (), must_read_primary=not is_everything,
        )  # fmt: skip

    def _count_leased(self, key: str, rate: Rate) -> Count | None:
        if not self._limits.enabled:
            return Count(None, rate.burst, 0.0)
        counted = self._throttle.count_leased(key, rate, now_us=now_us())
        if counted is not None and self._telling is None:
            self._telling = asyncio.create_task(self._tell_admitted())
        return counted

    async def _tell_admitted(self) -> None:
        """Tells Redis of requests that were admitted without it; without Redis they stay this process's own."""
        await asyncio.sleep(TELL_PAUSE_S)
        self._telling = None
        untold = list(self._throttle.take_all_untold().items())
        for start in range(0, len(untold), MAXIMUM_TOLD):
            part = untold[start : start + MAXIMUM_TOLD]
            arguments = [each for _, (rate, told) in part for each in (interval_us(rate), rate.burst, told)]
            asked_us = now_us()
            try:
                aheads_us = await self._redis.run(COUNT_ADMITTED, [key for key, _ in part], arguments)
            except RedisUnavailable:
                REDIS_FALLBACKS.labels("limit").inc(len(untold) - start)
                return
            for (key, (rate, _)), ahead_us in zip(part, aheads_us, strict=True):
                self._throttle.learn(key, rate, ahead_us=ahead_us, asked_us=asked_us)

    async def _tell_writes(self, writes: Sequence[tuple[str, UUID]]) -> None:
        keys = [CHANNEL, *(f"events:{principal}" for principal, _ in writes)]
        arguments: list[bytes | int] = [encode(Message(writes=tuple(writes))), REMEMBERED_S, MAXIMUM_EVENTS + 1]
        arguments += [event_id.bytes for _, event_id in writes]
        try:
            async with self.writes.heard_back(writes[-1][1]):
                await self._redis.run(REMEMBER_EVENTS, keys, arguments)
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("memory").inc(len(writes))
            self._untold.extend(writes)
            if self._telling_again is None:
                self._telling_again = asyncio.create_task(self._tell_again())

    async def _tell_again(self) -> None:
        while self._untold:
            await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
            untold = list(self._untold)
            self._untold.clear()
            await self._remembering.add(*untold)
        self._telling_again = None

    def _interval_us(self, rate: Rate) -> int:
        return interval_us(rate) if self._limits.enabled else 0

    def _count_locally(self, key: str, rate: Rate, amount: int = 1) -> Count:
        if self._limits.enabled:
            REDIS_FALLBACKS.labels("limit").inc()
        return self._count_in_memory(key, rate, amount)

    def _count_in_memory(self, key: str, rate: Rate, amount: int = 1) -> Count:
        if not self._limits.enabled:
            return Count(None, rate.burst, 0.0)
        return self._throttle.count(key, rate, now_us=now_us(), amount=amount)


def now_us() -> int:
    """This process's clock, which never goes back, in microseconds."""
    return time.monotonic_ns() // 1000
