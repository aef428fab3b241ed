"""What is left of the API or the worker when it has stopped: `python -m tests.api.left_open api`, a process by itself.

In the tests' own process others open and close connections all the time.
"""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

from hiring import api, worker
from hiring.config import Settings, load_settings
from tests.background import until

PATIENCE_S = 10.0


def sockets() -> set[str]:
    """The sockets of this process, by their inodes."""
    found = set()
    for each in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith("socket:")}


def threads() -> set[threading.Thread]:
    """The threads of this process, without those in which its loop looks up names: they end with the loop."""
    return {each for each in threading.enumerate() if not each.name.startswith("asyncio_")}


@asynccontextmanager
async def api_at_work(settings: Settings) -> AsyncIterator[None]:
    """The API with every thread and connection that it opens when they are needed."""
    async with api.opened(settings) as dependencies:
        await dependencies.passwords.verify_nothing()
        await dependencies.threads.run(lambda: None)
        assert all(each.status == "ok" for each in await dependencies.readiness.dependencies())
        assert threads() - {threading.main_thread()}
        yield


@asynccontextmanager
async def worker_at_work(settings: Settings) -> AsyncIterator[None]:
    """The worker's databases."""
    async with worker.opened(settings):
        yield


async def stop(process: Callable[[Settings], AbstractAsyncContextManager[None]]) -> None:
    """Raises: AssertionError for a thread, a task or a connection that is left."""
    before, tasks, known = threads(), asyncio.all_tasks(), sockets()
    async with process(load_settings()):
        assert sockets() - known

    async def is_gone() -> bool:
        return not (sockets() - known or threads() - before or asyncio.all_tasks() - tasks)

    with suppress(AssertionError):
        await until(is_gone, PATIENCE_S)
    left = sockets() - known, threads() - before, asyncio.all_tasks() - tasks
    assert not any(left), left


if __name__ == "__main__":
    asyncio.run(stop({"api": api_at_work, "worker": worker_at_work}[sys.argv[1]]))
