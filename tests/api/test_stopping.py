"""What API and worker hold open, and that nothing of it is left when they have stopped."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from hiring import api, worker
from hiring.config import Settings
from hiring.connectors.postgres_replica import Health
from tests.background import until


def sockets() -> set[str]:
    """The sockets of this process, by their inodes."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith("socket:")}


def threads() -> set[threading.Thread]:
    """The threads of this process, without those in which its loop looks up names: they end with the loop."""
    return {each for each in threading.enumerate() if not each.name.startswith(("asyncio_", "uvloop_"))}


@asynccontextmanager
async def api_at_work(settings: Settings) -> AsyncIterator[None]:
    """The API with every thread and connection that it opens when they are needed."""
    async with api.opened(settings) as dependencies:
        await dependencies.passwords.verify_nothing()
        await dependencies.threads.run(lambda: None)
        assert all(each.status == "ok" for each in await dependencies.readiness.dependencies())
        yield


@asynccontextmanager
async def worker_at_work(settings: Settings) -> AsyncIterator[None]:
    """The worker's databases."""
    async with worker.opened(settings):
        yield


@pytest.mark.parametrize("process", [api_at_work, worker_at_work])
async def test_nothing_is_left_open_when_a_process_has_stopped(
    settings: Settings, database: None, process: type
) -> None:
    """No thread, no task and no connection that it had."""
    before, tasks, known = threads(), asyncio.all_tasks(), sockets()
    async with process(settings):
        opened = sockets() - known
        assert opened
        assert threads() > before or process is worker_at_work

    async def is_gone() -> bool:
        left = sockets() & opened or threads() - before or asyncio.all_tasks() - tasks
        return not left

    await until(is_gone)


async def test_replica_serves_from_the_first_request_on(settings: Settings, database: None) -> None:
    """Its WAL receiver has been seen twice when the API opens, so its lag is known without any heartbeat."""
    async with api.opened(settings) as dependencies:
        assert [each.health for each in dependencies.db.servers.replicas] == [
            Health(is_serving=True, is_fresh=True, lag_ms=0)
        ]
