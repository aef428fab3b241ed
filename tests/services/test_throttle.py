"""The rate of requests: the same as a bucket of tokens, in Redis and in memory, also when many ask at once."""

import asyncio
import time
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hiring.config import Limits, Rate
from hiring.connectors.redis import RedisClient
from hiring.services import request_state, throttle
from hiring.services.request_state import RequestState
from hiring.services.throttle import (
    CLOCK,
    COUNT,
    COUNT_ADMITTED,
    MAXIMUM_LOCAL_CALLERS,
    Count,
    LeasingThrottle,
    LocalThrottle,
    count_of,
    interval_us,
    lease_of,
)

COUNT_NOW = CLOCK + COUNT + "return {count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), 0)}"
COUNT_AT = (
    "local now_us = tonumber(ARGV[3])\n" + COUNT + "return {count(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), 0)}"
)
"""The same with a clock of the test's own."""

START_US = 1_800_000_000_000_000

rates = st.builds(Rate, rate_per_s=st.sampled_from([0.0834, 0.5, 1.0]), burst=st.integers(1, 8))
pauses_us = st.lists(st.one_of(st.integers(0, 3_000_000), st.just(0), st.integers(0, 60_000_000)), max_size=40)


class Bucket:
    """The reference: a full bucket of `burst` tokens, a new one each interval; a request takes one."""

    def __init__(self, rate: Rate) -> None:
        self.interval_us = interval_us(rate)
        self.full_us = self.level_us = self.interval_us * rate.burst

    def count(self, elapsed_us: int) -> tuple[bool, int, int, int]:
        """Whether a request is admitted; else the wait; the tokens left; the time until the bucket is full."""
        self.level_us = min(self.full_us, self.level_us + elapsed_us)
        is_admitted = self.level_us >= self.interval_us
        if is_admitted:
            self.level_us -= self.interval_us
        wait_us = 0 if is_admitted else self.interval_us - self.level_us
        remaining = self.level_us // self.interval_us
        return is_admitted, wait_us, remaining, self.full_us - self.level_us


@given(rate=rates, pauses=pauses_us)
def test_memory_counts_like_a_bucket_of_tokens(rate: Rate, pauses: list[int]) -> None:
    """Whatever the rhythm of the requests."""
    counts, bucket, now_us = LocalThrottle(), Bucket(rate), START_US
    for pause_us in pauses:
        now_us += pause_us
        count = counts.count("somebody", rate, now_us=now_us)
        is_admitted, *expected = bucket.count(pause_us)
        assert count == count_of(*expected)
        assert (count.retry_after_s is None) is is_admitted


@settings(max_examples=60, deadline=None)
@given(rate=rates, pauses=pauses_us)
async def test_redis_counts_like_a_bucket_of_tokens(shared_redis: RedisClient, rate: Rate, pauses: list[int]) -> None:
    """The Lua function and the reference agree to the microsecond."""
    key, bucket, now_us = f"rate:test:{uuid4()}", Bucket(rate), START_US
    for pause_us in pauses:
        now_us += pause_us
        wait_us, remaining, reset_us = await shared_redis.run(COUNT_AT, (key,), (interval_us(rate), rate.burst, now_us))
        _, *expected = bucket.count(pause_us)
        assert [wait_us, remaining, reset_us] == expected


async def test_redis_admits_what_the_rate_allows_when_many_ask_at_once(shared_redis: RedisClient) -> None:
    """Never more than the burst and what the elapsed time adds, and not less."""
    rate, key = Rate(rate_per_s=100, burst=20), f"rate:test:{uuid4()}"
    admitted, asked = 0, 0
    began = time.monotonic()
    while time.monotonic() - began < 1.0:
        answers = await asyncio.gather(*(shared_redis.run(COUNT_NOW, (key,), (10_000, 20)) for _ in range(25)))
        admitted += sum(wait_us == 0 for wait_us, _, _ in answers)
        asked += len(answers)
    elapsed_s = time.monotonic() - began
    assert asked > admitted
    assert 20 + (elapsed_s - 0.1) * rate.rate_per_s - 25 <= admitted <= 20 + (elapsed_s + 0.1) * rate.rate_per_s + 1


async def test_caller_waits_a_burst_and_one_at_most_when_the_clock_was_set_back(shared_redis: RedisClient) -> None:
    """An hour back is not an hour's punishment."""
    key = f"rate:test:{uuid4()}"
    for _ in range(3):
        await shared_redis.run(COUNT_AT, (key,), (1_000_000, 3, START_US))
    wait_us, _, _ = await shared_redis.run(COUNT_AT, (key,), (1_000_000, 3, START_US - 3_600_000_000))
    assert wait_us == 4_000_000


async def test_redis_forgets_a_caller_who_has_the_whole_burst_again(shared_redis: RedisClient) -> None:
    """What says nothing any more takes no memory."""
    key = f"rate:test:{uuid4()}"
    await shared_redis.run(COUNT_NOW, (key,), (50_000, 3))
    assert await shared_redis.run("return redis.call('EXISTS', KEYS[1])", (key,), ()) == 1
    await asyncio.sleep(0.1)
    assert await shared_redis.run("return redis.call('EXISTS', KEYS[1])", (key,), ()) == 0


def test_memory_forgets_who_has_not_asked_for_longest() -> None:
    """As many callers as there may be, and the next one displaces the quietest."""
    throttle, rate = LocalThrottle(), Rate(rate_per_s=1, burst=1)
    for number in range(MAXIMUM_LOCAL_CALLERS):
        assert throttle.count(str(number), rate, now_us=START_US).retry_after_s is None
    assert throttle.count("0", rate, now_us=START_US).retry_after_s == 1.0
    throttle.count("one more", rate, now_us=START_US)
    assert len(throttle._arrivals_us) == MAXIMUM_LOCAL_CALLERS
    assert throttle.count("0", rate, now_us=START_US).retry_after_s is None
    assert throttle.count("2", rate, now_us=START_US).retry_after_s == 1.0


def test_memory_counts_a_request_as_many_when_it_is_worth_many() -> None:
    """Up to the burst, to the last one; what is taken back is there again, and nobody is taken back who never asked."""
    throttle, rate = LocalThrottle(), Rate(rate_per_s=1, burst=10)
    throttle.take_back("nobody", rate)
    assert not throttle._arrivals_us
    assert throttle.count("a", rate, now_us=START_US, amount=11).retry_after_s == 1.0
    assert throttle.count("a", rate, now_us=START_US, amount=7) == Count(None, 0, 7.0)
    assert throttle.count("a", rate, now_us=START_US, amount=4).retry_after_s == 1.0
    assert throttle.count("a", rate, now_us=START_US, amount=3).retry_after_s is None
    throttle.take_back("a", rate)
    assert throttle.count("a", rate, now_us=START_US, amount=2).retry_after_s == 1.0
    assert throttle.count("a", rate, now_us=START_US) == Count(None, 0, 10.0)
    assert interval_us(Rate(rate_per_s=4_000_000, burst=1)) == 1


def test_caller_stays_known_when_it_has_asked_since(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one displaces another, that was silent."""
    monkeypatch.setattr(throttle, "MAXIMUM_LOCAL_CALLERS", 2)
    counts, rate = LocalThrottle(), Rate(rate_per_s=1, burst=2)
    for caller in ("a", "b", "a", "c"):
        assert counts.count(caller, rate, now_us=START_US).retry_after_s is None
    assert counts.count("a", rate, now_us=START_US).retry_after_s == 1.0
    assert list(counts._arrivals_us) == ["a", "c"]


class Fleet:
    """Processes with the same limits and a Redis between them, all of which one caller asks as often as they answer."""

    RATE = Rate(rate_per_s=100, burst=40)

    def __init__(self, redis: RedisClient, count: int) -> None:
        limits = Limits(
            enabled=True, principal=self.RATE, login=self.RATE, account=self.RATE, apply=self.RATE, upload=self.RATE,
            upload_kib=self.RATE, board=self.RATE,
        )  # fmt: skip
        self._states = [RequestState(redis, limits) for _ in range(count)]
        self._caller = str(uuid4())

    async def admitted(self, seconds: float) -> tuple[int, float]:
        """How many requests were admitted, and in what time."""
        began_s = time.monotonic()
        counts = await asyncio.gather(*(self._ask(state, began_s + seconds) for state in self._states))
        return sum(counts), time.monotonic() - began_s

    async def _ask(self, state: RequestState, end_s: float) -> int:
        admitted = 0
        while time.monotonic() < end_s:
            read = state.read(caller=self._caller, principal=None, limit="principal")
            admitted += (await read).retry_after_s is None
            await asyncio.sleep(0.001)
        return admitted


async def test_processes_admit_together_what_the_rate_allows_when_they_count_ahead(shared_redis: RedisClient) -> None:
    """And a lease for each at the most; of what is due, nothing is kept back."""
    count = 4
    admitted, elapsed_s = await Fleet(shared_redis, count).admitted(2.0)
    due = Fleet.RATE.burst + elapsed_s * Fleet.RATE.rate_per_s
    assert due - 25 <= admitted <= due + count * lease_of(Fleet.RATE) + 1


async def test_processes_admit_too_much_when_nobody_tells_redis(
    shared_redis: RedisClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: each counts for itself, and together they admit a multiple."""
    monkeypatch.setattr(throttle, "lease_of", lambda rate: 1_000_000)
    monkeypatch.setattr(request_state, "TELL_PAUSE_S", 3600)
    admitted, elapsed_s = await Fleet(shared_redis, 4).admitted(2.0)
    assert admitted > 2 * (Fleet.RATE.burst + elapsed_s * Fleet.RATE.rate_per_s)


def test_process_counts_ahead_when_a_caller_is_known_and_the_burst_is_not_small() -> None:
    """Up to the lease; what Redis says of others is taken in, and what was admitted since it was asked comes on top."""
    ahead, rate = LeasingThrottle(), Rate(rate_per_s=10, burst=32)
    assert ahead.count_leased("a", rate, now_us=START_US) is None, "nobody knows them"
    ahead.learn("a", rate, ahead_us=100_000, asked_us=START_US)
    counts = [ahead.count_leased("a", rate, now_us=START_US) for _ in range(lease_of(rate) + 1)]
    assert counts == [count_of(0, 30 - n, 200_000 + n * 100_000) for n in range(4)] + [None]
    assert ahead.take_untold("a") == 4 and ahead.take_untold("a") == 0
    assert ahead.count_leased("a", rate, now_us=START_US) == Count(None, 26, 0.6)
    ahead.learn("a", rate, ahead_us=2_800_000, asked_us=START_US)
    assert ahead.count_leased("a", rate, now_us=START_US) == Count(None, 2, 3.0)
    ahead.learn("a", rate, ahead_us=0, asked_us=START_US)
    assert ahead.take_all_untold() == {"a": (rate, 2)} and ahead.take_all_untold() == {}
    for left in (1, 0):
        assert ahead.count_leased("a", rate, now_us=START_US) == count_of(0, left, 3_200_000 - left * 100_000)
    assert ahead.count_leased("a", rate, now_us=START_US) == Count(0.1, 0, 3.2)
    assert ahead.take_untold("a") == 2, "a request that was refused is not told"
    small = Rate(rate_per_s=10, burst=7)
    ahead.learn("b", small, ahead_us=0, asked_us=START_US)
    assert ahead.count_leased("b", small, now_us=START_US) is None


async def test_redis_counts_what_was_admitted_without_it(shared_redis: RedisClient) -> None:
    """Of each caller by itself, also beyond the burst, up to two bursts; a later request waits for all of it."""
    keys = [f"rate:test:{uuid4()}" for _ in range(2)]
    aheads_us = await shared_redis.run(COUNT_ADMITTED, keys, (1_000_000, 4, 3, 1_000_000, 4, 6))
    assert aheads_us == [3_000_000, 6_000_000]
    count = CLOCK + COUNT + "return {count(KEYS[1], 1000000, 4, tonumber(ARGV[1]))}"
    wait_us, remaining, reset_us = await shared_redis.run(count, keys[:1], (0,))
    assert (wait_us, remaining) == (0, 0) and 3_900_000 < reset_us <= 4_000_000
    wait_us, remaining, reset_us = await shared_redis.run(count, keys[1:], (1,))
    assert remaining == 0 and 3_900_000 < wait_us <= 4_000_000 and reset_us == wait_us + 3_000_000
    [ahead_us] = await shared_redis.run(COUNT_ADMITTED, keys[1:], (1_000_000, 4, 90))
    [ahead_us] = await shared_redis.run(COUNT_ADMITTED, keys[1:], (1_000_000, 4, 1))
    assert ahead_us == 9_000_000
