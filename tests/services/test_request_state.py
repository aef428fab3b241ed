"""What Redis keeps of a caller: the last writes and the rate; and what holds while Redis is away."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from hiring.config import Limits, Rate
from hiring.connectors.redis import RedisClient
from hiring.foundation.ids import new_id
from hiring.services.own_writes import MAXIMUM_EVENTS, REMEMBERED_S
from hiring.services.request_state import RequestRecord, RequestState
from tests.services.redis_process import RedisProcess

RATE = Rate(rate_per_s=10, burst=5)
LIMITS = Limits(
    enabled=True, principal=Rate(rate_per_s=10_000, burst=10_000), login=RATE, account=RATE, apply=RATE, upload=RATE,
    upload_kib=RATE, board=RATE,
)  # fmt: skip


@pytest.fixture
def state(shared_redis: RedisClient) -> RequestState:
    return RequestState(shared_redis, LIMITS)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[RedisProcess]:
    with RedisProcess.running(tmp_path) as process:
        yield process


@pytest.fixture
async def redis(process: RedisProcess) -> AsyncIterator[RedisClient]:
    client = RedisClient(process.address, name="test", timeout_ms=200, pool_size=4)
    yield client
    await client.close()


def somebody() -> str:
    return str(uuid4())


async def read(state: RequestState, principal: str, limit: str = "principal") -> RequestRecord:
    return await state.read(caller=principal, principal=principal, limit=limit)


async def seconds_left(redis: RedisClient, key: str) -> float:
    left_ms: int = await redis.run("return redis.call('PTTL', KEYS[1])", (key,), ())
    return left_ms / 1000


async def test_events_are_told_until_they_are_too_many(state: RequestState, shared_redis: RedisClient) -> None:
    """Sixteen one by one; with the seventeenth, the primary is to be read."""
    principal = somebody()
    event_ids = [new_id() for _ in range(MAXIMUM_EVENTS)]
    for event_id in [*event_ids, event_ids[0]]:
        await state.remember_event(event_id, principal)
    record = await read(state, principal)
    assert set(record.event_ids) == set(event_ids) and not record.must_read_primary
    for _ in range(100):
        await state.remember_event(new_id(), principal)
    record = await read(state, principal)
    assert record.event_ids == () and record.must_read_primary
    assert await shared_redis.run("return redis.call('ZCARD', KEYS[1])", (f"events:{principal}",), ()) == 17
    assert 55 < await seconds_left(shared_redis, f"events:{principal}") <= REMEMBERED_S


async def test_events_are_forgotten_after_a_minute(state: RequestState, shared_redis: RedisClient) -> None:
    """Also when newer ones keep the key alive."""
    principal, young, old = somebody(), new_id(), new_id()
    add = "return redis.call('ZADD', KEYS[1], redis.call('TIME')[1] * 1000 - ARGV[2], ARGV[1])"
    await shared_redis.run(add, (f"events:{principal}",), (old.bytes, 61_000))
    await shared_redis.run(add, (f"events:{principal}",), (young.bytes, 55_000))
    assert (await read(state, principal)).event_ids == (young,)
    newest = new_id()
    await state.remember_event(newest, principal)
    assert (await read(state, principal)).event_ids == (young, newest)
    assert await shared_redis.run("return redis.call('ZCARD', KEYS[1])", (f"events:{principal}",), ()) == 2


async def test_rate_is_exceeded_per_limit_and_caller(state: RequestState) -> None:
    """A refused request is told nothing but how long to wait; others are not concerned."""
    caller = somebody()
    records = [await read(state, caller, "login") for _ in range(6)]
    assert [record.retry_after_s is None for record in records] == [True] * 5 + [False]
    assert [record.remaining for record in records] == [4, 3, 2, 1, 0, 0]
    refused = records[-1]
    assert refused.retry_after_s is not None and 0 < refused.retry_after_s <= 0.1
    assert 0 < refused.reset_s <= 0.5
    assert (await read(state, caller, "apply")).retry_after_s is None
    assert (await read(state, somebody(), "login")).retry_after_s is None
    assert (await state.count(caller=caller, limit="login")).retry_after_s is not None
    await asyncio.sleep(refused.retry_after_s)
    assert (await read(state, caller, "login")).retry_after_s is None


@pytest.mark.parametrize("is_up", [True, False])
async def test_nothing_is_counted_when_limits_are_off(redis: RedisClient, process: RedisProcess, is_up: bool) -> None:
    """With Redis and without."""
    off = msgspec.structs.replace(LIMITS, enabled=False, principal=RATE)
    state, caller = RequestState(redis, off), somebody()
    if not is_up:
        process.kill()
    for _ in range(20):
        record = await read(state, caller)
        assert (record.retry_after_s, record.remaining, record.reset_s) == (None, RATE.burst, 0.0)


async def test_requests_go_on_when_redis_is_gone(redis: RedisClient, process: RedisProcess) -> None:
    """Limited by this process, with nothing known, and without waiting for a dead server each time."""
    state, caller = RequestState(redis, LIMITS), somebody()
    process.kill()
    began = time.monotonic()
    records = [await read(state, caller, "login") for _ in range(6)]
    assert time.monotonic() - began < 0.4
    assert [record.retry_after_s is None for record in records] == [True] * 5 + [False]
    assert [record.remaining for record in records] == [4, 3, 2, 1, 0, 0]
    assert all(record.event_ids == () for record in records)
    await state.remember_event(new_id(), caller)
    assert (await state.count(caller=caller, limit="login")).retry_after_s is not None


@pytest.mark.parametrize("is_up", [True, False])
async def test_request_that_was_taken_back_leaves_its_place_to_another(
    redis: RedisClient, process: RedisProcess, is_up: bool
) -> None:
    """One for one, with Redis and without; what was never counted is nothing to take back."""
    state, caller = RequestState(redis, LIMITS), somebody()
    if not is_up:
        process.kill()
    for _ in range(3):
        await state.take_back(caller=caller, limit="account")
    for _ in range(3 * RATE.burst):
        assert (await state.count(caller=caller, limit="account")).retry_after_s is None
        await state.take_back(caller=caller, limit="account")
    counted = [(await state.count(caller=caller, limit="account")).retry_after_s is None for _ in range(6)]
    assert counted == [True] * RATE.burst + [False]


@pytest.mark.parametrize("is_up", [True, False])
async def test_bytes_are_counted_when_a_request_is_worth_many(
    redis: RedisClient, process: RedisProcess, is_up: bool
) -> None:
    """Of each caller and limit by itself; in Redis and in this process alike, and a refusal says how long to wait."""
    slow = Rate(rate_per_s=0.01, burst=100)
    state, caller = RequestState(redis, msgspec.structs.replace(LIMITS, upload_kib=slow, account=slow)), somebody()
    if not is_up:
        process.kill()
    counts = [await state.count(caller=caller, limit="upload_kib", amount=amount) for amount in (60, 60, 40)]
    assert [count.retry_after_s is None for count in counts] == [True, False, True]
    wait_s = counts[1].retry_after_s
    assert wait_s is not None and 1_900 < wait_s <= 2_000
    assert (await state.count(caller=caller, limit="account", amount=100)).retry_after_s is None
    assert (await state.count(caller=somebody(), limit="upload_kib", amount=100)).retry_after_s is None


async def test_requests_are_counted_here_by_this_process_alone(state: RequestState, shared_redis: RedisClient) -> None:
    """Neither other limits nor Redis know of them."""
    caller = somebody()
    counts = [state.count_here(caller=caller, limit="login").retry_after_s is None for _ in range(RATE.burst + 1)]
    assert counts == [True] * RATE.burst + [False]
    assert state.count_here(caller=caller, limit="apply").retry_after_s is None
    assert (await state.count(caller=caller, limit="login")).remaining == RATE.burst - 1
    assert RequestState(shared_redis, LIMITS).count_here(caller=caller, limit="login").retry_after_s is None
