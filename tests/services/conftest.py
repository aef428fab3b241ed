"""A Redis server of the services' own: shared by the tests that leave it alone, fresh for those that break it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from hiring.connectors.redis import RedisClient
from tests.services.redis_process import RedisProcess


@pytest.fixture(scope="session")
def shared_redis_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with RedisProcess.running(tmp_path_factory.mktemp("redis")) as process:
        yield process


@pytest.fixture(scope="session")
async def shared_redis(shared_redis_process: RedisProcess) -> AsyncIterator[RedisClient]:
    client = RedisClient(shared_redis_process.address, name="test", timeout_ms=10_000, pool_size=8)
    yield client
    await client.close()
