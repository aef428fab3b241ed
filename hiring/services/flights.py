"""Work that many callers want at the same time is done once."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class _Flight(NamedTuple):
    """Work that goes on, and when it began."""

    task: asyncio.Task[Any]
    began_s: float


class Flights(Generic[K, T]):
    """Work by keys. A caller shares what began at most `joined_s` ago, and begins it anew otherwise."""

    def __init__(self, joined_s: float, clock: Callable[[], float]) -> None:
        self._joined_s, self._clock = joined_s, clock
        self._flights: dict[K, _Flight] = {}

    async def join(self, key: K, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `work` returns or raises. It goes on when its callers are cancelled, so it needs a time limit."""
        flight, now_s = self._flights.get(key), self._clock()
        if flight is None or now_s - flight.began_s > self._joined_s:
            flight = self._flights[key] = _Flight(asyncio.create_task(work()), now_s)
            flight.task.add_done_callback(partial(self._land, key))
        result: T = await asyncio.shield(flight.task)
        return result

    def _land(self, key: K, task: asyncio.Task[T]) -> None:
        if (flight := self._flights.get(key)) is not None and flight.task is task:
            del self._flights[key]
        if not task.cancelled():
            task.exception()  # nobody may be left to hear of it
