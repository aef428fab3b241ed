"""How often somebody may ask: the generic cell rate algorithm, in Redis for all processes, in memory for one.

What is kept of a caller is one instant, that of the last request if all had come at the steady rate ("arrival"). A
request is refused when that instant would lie further ahead than a whole burst.
Source: ITU-T I.371, https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
"""

from collections import OrderedDict

import msgspec

from hiring.config import Rate

MAXIMUM_LOCAL_CALLERS = 10_000

CLOCK = """
local clock = redis.call('TIME')
local now_us = clock[1] * 1000000 + clock[2]
"""
COUNT = """
-- Counts a request: how long to wait (0: admitted), how many more may come at once, when all may, in microseconds.
local function count(key, interval_us, burst)
  if interval_us == 0 then return 0, burst, 0 end
  local tolerance_us = interval_us * burst
  local arrival_us = tonumber(redis.call('GET', key) or now_us)
  -- further ahead than a burst only after the clock was set back
  arrival_us = math.min(math.max(arrival_us, now_us), now_us + tolerance_us)
  local ahead_us = arrival_us + interval_us - now_us
  if ahead_us > tolerance_us then return ahead_us - tolerance_us, 0, ahead_us - interval_us end
  redis.call('SET', key, string.format('%.0f', now_us + ahead_us), 'PX', math.ceil(ahead_us / 1000) + 1)
  return 0, math.floor((tolerance_us - ahead_us) / interval_us), ahead_us
end
"""
"""A function for Lua scripts that begin with `CLOCK`."""
TAKE_BACK = (
    CLOCK
    + """
-- Takes a request back that was counted. KEYS: rate. ARGV: interval in microseconds.
local arrival_us = tonumber(redis.call('GET', KEYS[1]) or 0) - ARGV[1]
if arrival_us <= now_us then return redis.call('DEL', KEYS[1]) end
return redis.call('SET', KEYS[1], string.format('%.0f', arrival_us), 'KEEPTTL')
"""
)


class Count(msgspec.Struct, frozen=True):
    """What became of a request that was counted: None or the wait until the next one, requests left, until all are."""

    retry_after_s: float | None
    remaining: int
    reset_s: float


def interval_us(rate: Rate) -> int:
    """The time between two requests at the steady rate, in microseconds."""
    return max(1, round(1_000_000 / rate.rate_per_s))


def count_of(wait_us: int, remaining: int, reset_us: int) -> Count:
    """A count as the script tells it."""
    return Count(wait_us / 1e6 if wait_us > 0 else None, remaining, reset_us / 1e6)


class LocalThrottle:
    """Counts for this process alone, while Redis does not answer; forgets the callers that were silent the longest."""

    def __init__(self) -> None:
        self._arrivals_us: OrderedDict[str, int] = OrderedDict()

    def count(self, key: str, rate: Rate, *, now_us: int, amount: int = 1) -> Count:
        """Counts a request of a caller as so many, at a time that never goes back."""
        interval = interval_us(rate) * amount
        tolerance_us = interval_us(rate) * rate.burst
        ahead_us = max(self._arrivals_us.get(key, now_us), now_us) + interval - now_us
        if ahead_us > tolerance_us:
            return count_of(ahead_us - tolerance_us, 0, ahead_us - interval)
        self._arrivals_us[key] = now_us + ahead_us
        self._arrivals_us.move_to_end(key)
        if len(self._arrivals_us) > MAXIMUM_LOCAL_CALLERS:
            self._arrivals_us.popitem(last=False)
        return count_of(0, (tolerance_us - ahead_us) // interval, ahead_us)

    def take_back(self, key: str, rate: Rate) -> None:
        """Takes a request back that was counted."""
        if key in self._arrivals_us:
            self._arrivals_us[key] -= interval_us(rate)
