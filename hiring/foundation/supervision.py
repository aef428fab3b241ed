"""Loops that are to run until the process stops: started again when they fail, with pauses that grow."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable

from hiring.errors import ApiError
from hiring.foundation.logs import get_logger

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
STEADY_AFTER_S = 10.0
"""A loop that ran this long begins again with the first pause."""

log = get_logger(__name__)


class Health:
    """Whether a loop works: it has not failed yet, or has run for STEADY_AFTER_S since it last failed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s = clock()
        self._has_failed = False

    def begin(self) -> None:
        """The loop starts."""
        self._began_s = self._clock()

    def fail(self) -> None:
        """The loop has ended with an error, and does nothing until it starts again."""
        self._has_failed, self._began_s = True, math.inf

    def works(self) -> bool:
        """Asked at any time, also by another thread."""
        return not self._has_failed or self._clock() - self._began_s > STEADY_AFTER_S


async def supervise(
    name: str, run: Callable[[], Awaitable[None]], stop: asyncio.Event, *,
    expected: tuple[type[Exception], ...] = (), health: Health | None = None,
) -> None:  # fmt: skip
    """Runs a loop again and again until `stop`; a failure is logged, without its traceback when it is `expected`."""
    clock, pause_s = asyncio.get_running_loop().time, FIRST_PAUSE_S
    plain: tuple[type[Exception], ...] = (ApiError, *expected)
    health = health or Health()
    while not stop.is_set():
        began = clock()
        health.begin()
        try:
            await run()
        except plain as error:
            log.warning("loop.failed", loop=name, error=type(error).__name__, detail=str(error), pause_s=pause_s)
        except (Exception, asyncio.CancelledError):
            if is_cancelled():
                raise
            log.exception("loop.failed", loop=name, pause_s=pause_s)
        health.fail()
        if clock() - began > STEADY_AFTER_S:
            pause_s = FIRST_PAUSE_S
        await wait_for_first(stop, timeout_s=pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


async def wait_for_first(*events: asyncio.Event, timeout_s: float | None = None) -> None:
    """Waits until one of the events is set, at the most `timeout_s`."""
    if any(event.is_set() for event in events):
        return
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


def is_cancelled() -> bool:
    """Whether somebody cancels this task. Libraries also raise CancelledError of their own, which nobody asked for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
