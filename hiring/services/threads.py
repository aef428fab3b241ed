"""Threads for work that would hold up the event loop: a few at once, behind a queue that has an end."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore
from typing import TypeVar

from hiring.errors import ServiceBusy

T = TypeVar("T")


class Threads:
    """Runs work in `count` threads; at most `queue_limit` more calls wait."""

    def __init__(self, name: str, *, count: int, queue_limit: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._places = BoundedSemaphore(count + queue_limit)

    async def run(self, work: Callable[[], T]) -> T:
        """What `work` returns or raises. Raises: ServiceBusy, where too many calls wait."""
        if not self._places.acquire(blocking=False):
            raise ServiceBusy
        future = self._threads.submit(work)
        # the thread gives the place back, not the caller: a caller that was cancelled has not freed it
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Ends the threads; what waits is cancelled."""
        self._threads.shutdown(wait=False, cancel_futures=True)
