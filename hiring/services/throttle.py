"""How often somebody may ask: the generic cell rate algorithm, in Redis for all processes and in memory for this one.

What is kept of a caller is one instant, that of the last request if all had come at the steady rate ("arrival"). A
request is refused when that instant would lie further ahead than a whole burst.
Source: ITU-T I.371, https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm

A process admits up to `lease_of(rate)` requests of a caller whom it knows before it tells Redis, which counts them
then, also beyond the burst. So all processes together admit what the rate allows, and a lease for each besides.
"""

from collections import OrderedDict

import msgspec

from hiring.config import Rate

MAXIMUM_LOCAL_CALLERS = 10_000
LEASED_PART = 8
"""A process may be ahead of Redis by one request for so many of a burst."""

CLOCK = """
local clock = redis.call('TIME')
local now_us = clock[1] * 1000000 + clock[2]
"""
COUNT = """
-- Counts requests that were admitted before, and tells how far ahead the arrival lies: in microseconds.
local function admit(key, interval_us, burst, admitted)
  local arrival_us = tonumber(redis.call('GET', key) or now_us)
  -- further ahead than two bursts only after the clock was set back
  arrival_us = math.min(math.max(arrival_us, now_us), now_us + 2 * interval_us * burst)
  return arrival_us + admitted * interval_us - now_us
end
local function keep(key, ahead_us)
  redis.call('SET', key, string.format('%.0f', now_us + ahead_us), 'PX', math.ceil(ahead_us / 1000) + 1)
end
-- Counts a request, behind others that were admitted before: how long to wait (0: admitted), how many more may come at
-- once, when all may.
local function count(key, interval_us, burst, admitted)
  if interval_us == 0 then return 0, burst, 0 end
  local tolerance_us = interval_us * burst
  local ahead_us = admit(key, interval_us, burst, admitted)
  if ahead_us + interval_us > tolerance_us then
    if admitted > 0 then keep(key, ahead_us) end
    return ahead_us + interval_us - tolerance_us, 0, ahead_us
  end
  keep(key, ahead_us + interval_us)
  return 0, math.floor((tolerance_us - ahead_us - interval_us) / interval_us), ahead_us + interval_us
end
"""
"""Functions for Lua scripts that begin with `CLOCK`."""
COUNT_ADMITTED = (
    CLOCK
    + COUNT
    + """
-- KEYS: rates. ARGV: of each the interval in microseconds, the burst, and how many requests were admitted.
local aheads_us = {}
for i, key in ipairs(KEYS) do
  local interval_us, burst, admitted = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  aheads_us[i] = admit(key, interval_us, burst, admitted)
  keep(key, aheads_us[i])
end
return aheads_us
"""
)
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


def lease_of(rate: Rate) -> int:
    """How many requests of a caller a process may admit before it tells Redis; none where a burst is small."""
    return rate.burst // LEASED_PART


def count_of(wait_us: int, remaining: int, reset_us: int) -> Count:
    """A count as the script tells it."""
    return Count(wait_us / 1e6 if wait_us > 0 else None, remaining, reset_us / 1e6)


class LocalThrottle:
    """Counts for this process alone; forgets the callers that were silent the longest."""

    def __init__(self) -> None:
        self._arrivals_us: OrderedDict[str, int] = OrderedDict()

    def count(self, key: str, rate: Rate, *, now_us: int, amount: int = 1) -> Count:
        """Counts a request of a caller as so many, at a time that never goes back."""
        interval = interval_us(rate)
        interval, tolerance_us = interval * amount, interval * rate.burst
        ahead_us = max(self._arrivals_us.get(key, now_us), now_us) + interval - now_us
        if ahead_us > tolerance_us:
            return count_of(ahead_us - tolerance_us, 0, ahead_us - interval)
        self._keep(key, now_us + ahead_us)
        return count_of(0, (tolerance_us - ahead_us) // interval, ahead_us)

    def take_back(self, key: str, rate: Rate) -> None:
        """Takes a request back that was counted."""
        if key in self._arrivals_us:
            self._arrivals_us[key] -= interval_us(rate)

    def _keep(self, key: str, arrival_us: int) -> None:
        self._arrivals_us[key] = arrival_us
        self._arrivals_us.move_to_end(key)
        if len(self._arrivals_us) > MAXIMUM_LOCAL_CALLERS:
            self._arrivals_us.popitem(last=False)


class LeasingThrottle(LocalThrottle):
    """Counts for this process first and for Redis afterwards, as far as a lease goes."""

    def __init__(self) -> None:
        super().__init__()
        self._untold: dict[str, tuple[Rate, int]] = {}

    def count_leased(self, key: str, rate: Rate, *, now_us: int) -> Count | None:
        """Counts a request. None where Redis must be asked: of a caller who is not known, or whose lease is used up."""
        _, untold = self._untold.get(key, (rate, 0))
        if key not in self._arrivals_us or untold >= lease_of(rate):
            return None
        counted = self.count(key, rate, now_us=now_us)
        if counted.retry_after_s is None:
            self._untold[key] = (rate, untold + 1)
        return counted

    def take_untold(self, key: str) -> int:
        """Takes the number of requests of a caller that Redis is to be told of."""
        _, untold = self._untold.pop(key, (None, 0))
        return untold

    def take_all_untold(self) -> dict[str, tuple[Rate, int]]:
        """The same of every caller, each with the rate."""
        untold, self._untold = self._untold, {}
        return untold

    def learn(self, key: str, rate: Rate, *, ahead_us: int, asked_us: int) -> None:
        """Takes in what Redis says of a caller; what was admitted since it was asked comes on top."""
        since = self._untold.get(key, (rate, 0))[1] * interval_us(rate)
        self._keep(key, max(self._arrivals_us.get(key, 0), asked_us + ahead_us + since))
