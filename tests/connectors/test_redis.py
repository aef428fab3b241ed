"""The Redis client: its limits, and what becomes of a call when the server is slow, gone or new."""

import asyncio
import random
import time

import pytest
import uvloop
from structlog.testing import capture_logs

from hiring.config import RedisServer
from hiring.connectors.redis import PAUSE_AFTER_FAILURE_S, RedisClient, RedisUnavailable
from tests.background import PATIENCE_S
from tests.connectors.conftest import TIMEOUT_MS
from tests.services.redis_process import RedisProcess

ECHO = "return ARGV[1]"
BRIEFLY_S = 0.05


async def echo(redis: RedisClient, text: str = "here") -> bytes:
    answer: bytes = await redis.run(ECHO, (), (text,))
    return answer


async def refusal_s(redis: RedisClient) -> float:
    """How long a call takes to be refused."""
    began = time.monotonic()
    with pytest.raises(RedisUnavailable):
        await echo(redis)
    return time.monotonic() - began


async def test_script_runs_when_the_server_forgot_it(redis: RedisClient) -> None:
    """A restarted server knows no script; it is sent again."""
    assert await echo(redis) == b"here"
    assert await redis._redis.script_flush()
    assert await echo(redis) == b"here"


async def test_calls_wait_for_a_place_when_there_are_more_than_connections(patient_redis: RedisClient) -> None:
    """A burst is no failure, and opens no more connections than the pool has."""
    texts = [str(number) for number in range(300)]
    assert await asyncio.gather(*(echo(patient_redis, text) for text in texts)) == [text.encode() for text in texts]
    assert len(await patient_redis._redis.client_list()) <= 4


async def test_no_answer_goes_to_another_when_calls_are_cancelled(patient_redis: RedisClient) -> None:
    """Calls that are cut at any point leave no unread answer behind for the next one."""
    chance = random.Random(1)

    async def cut(text: str) -> bytes | None:
        try:
            async with asyncio.timeout(chance.random() * 0.02):
                return await echo(patient_redis, text)
        except TimeoutError:
            return None

    answered = cancelled = turn = 0
    while (answered < 100 or cancelled < 100) and (turn := turn + 1) < 500:
        texts = [f"{turn}-{number}" for number in range(20)]
        for text, answer in zip(texts, await asyncio.gather(*map(cut, texts)), strict=True):
            assert answer in {None, text.encode()}
            answered, cancelled = answered + (answer is not None), cancelled + (answer is None)
    assert answered >= 100 and cancelled >= 100
    assert await echo(patient_redis) == b"here"


async def test_only_the_first_call_waits_when_the_server_hangs(redis: RedisClient, redis_process: RedisProcess) -> None:
    """The others hear at once that it is gone; a moment after it is back, all are answered."""
    assert await echo(redis) == b"here"
    redis_process.pause()
    assert TIMEOUT_MS / 1000 - 0.01 < await refusal_s(redis) < TIMEOUT_MS / 1000 + 0.2  # timers may be a moment early
    assert max([await refusal_s(redis) for _ in range(20)]) < BRIEFLY_S
    await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
    waits_s = await asyncio.gather(*(refusal_s(redis) for _ in range(20)))
    assert sum(wait_s > BRIEFLY_S for wait_s in waits_s) == 1
    redis_process.resume()
    await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
    assert await echo(redis) == b"here"
    assert await asyncio.gather(*(echo(redis) for _ in range(20))) == [b"here"] * 20


async def test_client_recovers_when_the_server_was_killed(redis: RedisClient, redis_process: RedisProcess) -> None:
    """Connections to the old process are not used for the new one."""
    assert await asyncio.gather(*(echo(redis) for _ in range(4))) == [b"here"] * 4
    redis_process.kill()
    await refusal_s(redis)
    with pytest.raises(RedisUnavailable):
        await redis.ping()
    redis_process.start()
    await redis.ping()
    assert await asyncio.gather(*(echo(redis) for _ in range(20))) == [b"here"] * 20


async def test_failure_and_return_are_told_once(redis: RedisClient, redis_process: RedisProcess) -> None:
    """Which instance, and why; not for each call that was refused meanwhile."""
    with capture_logs() as lines:
        redis_process.kill()
        for _ in range(3):
            await refusal_s(redis)
        redis_process.start()
        await redis.ping()
        await redis.ping()
    failed, restored = lines
    assert failed.pop("error").startswith("ConnectionError: ")
    assert failed == {"event": "redis.failed", "log_level": "warning", "instance": "test"}
    assert restored == {"event": "redis.restored", "log_level": "info", "instance": "test"}


async def test_wrong_password_is_a_server_that_is_not_available(redis_process: RedisProcess) -> None:
    """It is the operator's to see in the log, not an error of a request."""
    server = RedisServer(host="127.0.0.1", port=redis_process.port, password="wrong")
    redis = RedisClient(server, name="test", timeout_ms=TIMEOUT_MS, pool_size=2)
    await refusal_s(redis)
    await redis.close()


async def test_no_connection_is_open_when_a_client_was_closed(
    redis_process: RedisProcess, patient_redis: RedisClient
) -> None:
    """Calls at the time end as they would have, those that wait and those that come later are refused at once."""
    other = RedisClient(redis_process.address, name="test", timeout_ms=10 * 60_000, pool_size=2)
    calls = [asyncio.create_task(echo(other, str(number))) for number in range(20)]
    await calls[0]
    await other.close()
    async with asyncio.timeout(PATIENCE_S):
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers[:2] == [b"0", b"1"] and all(type(each) in (bytes, RedisUnavailable) for each in answers)
    assert await refusal_s(other) < PATIENCE_S
    assert len(await patient_redis._redis.client_list()) == 1
    await other.close()


def test_refused_connection_is_typed_under_uvloop() -> None:
    """Port 9 of the loopback is nobody's."""

    async def refused() -> None:
        redis = RedisClient(
            RedisServer(host="127.0.0.1", port=9, password=None), name="test", timeout_ms=TIMEOUT_MS, pool_size=2
        )
        for _ in range(4):
            with pytest.raises(RedisUnavailable):
                await redis.ping()
        await redis.close()

    uvloop.run(refused())
