"""Servers of the connectors' own."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hiring.connectors.redis import RedisClient
from tests.services.redis_process import RedisProcess

TIMEOUT_MS = 150


@pytest.fixture
def redis_process(tmp_path: Path) -> Iterator[RedisProcess]:
    with RedisProcess.running(tmp_path) as process:
        yield process


@pytest.fixture
async def redis(redis_process: RedisProcess) -> AsyncIterator[RedisClient]:
    client = RedisClient(redis_process.address, name="test", timeout_ms=TIMEOUT_MS, pool_size=4)
    yield client
    await client.close()


@pytest.fixture
async def patient_redis(redis_process: RedisProcess) -> AsyncIterator[RedisClient]:
    """A client whose calls may take long on a busy machine."""
    client = RedisClient(redis_process.address, name="test", timeout_ms=10_000, pool_size=4)
    yield client
    await client.close()
