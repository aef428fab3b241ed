"""Whoever writes sees it in every process without a token, also while the replica lags and Redis is frozen."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest

from hiring.config import Settings
from tests.client import PASSWORD, Client
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.processes import Service
from tests.replica import replay_held
from tests.services.redis_process import RedisProcess

WRITERS = 16
ROUNDS = 14
"""More than 16 writes in a minute would be read from the primary, and a registration is one."""
HELD_S = 0.3


@pytest.fixture
async def lagging(admin: Admin, settings: Settings) -> AsyncIterator[None]:
    """A replica that stands still for a moment again and again."""

    async def lag() -> None:
        while True:
            async with replay_held(admin, settings.postgres.replicas[0].port):
                await asyncio.sleep(HELD_S)

    task = asyncio.create_task(lag())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def sees(address: str, token: str, department_id: str) -> bool:
    """Whether a process shows a department to a caller who sends no token of a write."""
    async with httpx.AsyncClient(base_url=address, timeout=20) as client:
        headers = {"Authorization": f"Bearer {token}"}
        answer = await client.get(f"/api/v1/departments/{department_id}", headers=headers)
    assert answer.status_code in (200, 404), answer.text
    return answer.status_code == 200


async def test_writer_sees_their_writes_in_another_process_when_the_replica_lags(
    api: Service, api_port: int, other: str, lagging: None, record_property: Record
) -> None:
    """Each time, at once; the control, another session of the same user, does not."""
    first = f"http://127.0.0.1:{api_port}"
    seen: Counter[tuple[str, bool]] = Counter()

    async def write(stack: AsyncExitStack) -> None:
        writer = await stack.enter_async_context(await Client.register(first))
        tokens = await writer.made("/login", {"email": writer.user["email"], "password": PASSWORD})
        own, stranger = writer.headers["Authorization"].removeprefix("Bearer "), tokens["access_token"]
        for number in range(ROUNDS):
            made = await writer.made("/departments", {"name": f"Department {number}"})
            own_sees, stranger_sees = await asyncio.gather(
                sees(other, own, made["id"]), sees(other, stranger, made["id"])
            )
            seen["writer", own_sees] += 1
            seen["stranger", stranger_sees] += 1

    async with AsyncExitStack() as stack:
        await asyncio.gather(*(write(stack) for _ in range(WRITERS)))
    assert seen["writer", False] == 0 and seen["writer", True] == WRITERS * ROUNDS
    assert seen["stranger", False] > 0
    record_property("measured", f"missed by the writer 0 of {WRITERS * ROUNDS}, by another {seen['stranger', False]}")


async def test_writer_sees_their_writes_when_redis_is_frozen(
    api: Service, api_port: int, own_redis: RedisProcess, admin: Admin, settings: Settings
) -> None:
    """In the process that took them; nobody else need be asked."""
    async with await Client.register(f"http://127.0.0.1:{api_port}") as ada:
        await ada.read("/me")
        own_redis.pause()
        try:
            async with replay_held(admin, settings.postgres.replicas[0].port):
                for number in range(5):
                    made = await ada.made("/departments", {"name": f"Department {number}"})
                    assert await ada.read(f"/departments/{made['id']}") == made
        finally:
            own_redis.resume()
