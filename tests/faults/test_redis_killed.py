"""kill -9 of Redis, the sessions' instance: nobody notices, and nobody gets in who was shown out."""

from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.background import until
from tests.client import PASSWORD, Client
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import every_command_took_effect_once
from tests.services.redis_process import RedisProcess

KILLS = 2
COMMANDS_WITHOUT_REDIS = 60
SLOWEST_S = 5.0
"""Redis may take 0.5 s of a request (`redis.timeout_ms`) before it goes on without; the rest is a busy machine."""


@pytest.fixture
def mortal_redis(own_redis: RedisProcess) -> Iterator[RedisProcess]:
    """Runs again for the next test, whatever happened in this one."""
    yield own_redis
    own_redis.kill()
    own_redis.start()


async def sessions_of(load: Load, stack: AsyncExitStack, count: int) -> list[Client]:
    """More sessions of the administrator, each of which Redis knows."""
    clients = []
    for _ in range(count):
        tokens = await load.anybody.made("/login", {"email": load.ada.user["email"], "password": PASSWORD})
        client = await stack.enter_async_context(Client(load.ada.address, tokens["access_token"]))
        await client.read("/me")
        clients.append(client)
    return clients


async def log_out(client: Client) -> None:
    assert (await client.post("/api/v1/logout", json={})).status_code == 204


async def status_of(client: Client) -> int:
    return (await client.get("/api/v1/me")).status_code


async def test_sessions_stay_what_they_were_when_redis_is_killed(
    load: Load, admin: Admin, api: Service, mortal_redis: RedisProcess, record_property: Record
) -> None:
    """Valid ones go on without an error or a wait; ended ones stay ended, also those that ended without Redis."""
    async with AsyncExitStack() as stack:
        stays, ended_before, *ended_meanwhile = await sessions_of(load, stack, 2 + KILLS)
        await log_out(ended_before)
        ended = [ended_before]
        async with load.running():
            for number in range(KILLS):
                mortal_redis.kill()
                done = load.command_count
                await log_out(ended_meanwhile[number])
                ended.append(ended_meanwhile[number])
                assert await status_of(stays) == 200
                assert [await status_of(each) for each in ended] == [401] * len(ended)

                async def goes_on(done: int = done) -> bool:
                    return load.command_count >= done + COMMANDS_WITHOUT_REDIS

                await until(goes_on)
                assert api.count("redis.failed") > 0
                assert api.count("redis.restored") == number, "Redis was not away"
                mortal_redis.start()

                async def is_restored(number: int = number) -> bool:
                    return api.count("redis.restored") == number + 1

                await until(is_restored)
                assert await status_of(stays) == 200
                assert [await status_of(each) for each in ended] == [401] * len(ended)
    assert load.failures == {} and load.retry_count == 0 and load.stale_count == 0
    assert load.slowest_s < SLOWEST_S
    await every_command_took_effect_once(admin, load)
    record_property("measured", f"{KILLS} kills, {load}, {len(ended)} sessions ended")


async def test_ended_session_stays_ended_when_whoever_was_to_tell_redis_is_killed_too(
    load: Load, api: Service, mortal_redis: RedisProcess
) -> None:
    """Redis comes back with what it knew before; nobody asks it who may come in."""
    async with AsyncExitStack() as stack:
        stays, ended = await sessions_of(load, stack, 2)
        mortal_redis.kill()
        await log_out(ended)
        assert api.count("redis.failed") == 1, "the log-out reached Redis"
        api.kill()
        mortal_redis.start()
        await api.start()
        assert await status_of(ended) == 401
        assert await status_of(stays) == 200
