"""A moment that is set anew all the time, at the cost of one timer."""

import asyncio
from collections.abc import Callable


class Deadline:
    """Calls a function when its time has come. The timer of an earlier setting only looks whether it has."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call, self._loop = call, asyncio.get_running_loop()
        self._at: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.timeout_s: float | None = None

    def set(self, timeout_s: float | None) -> None:
        """Calls in so many seconds from now; None: not at all."""
        self.timeout_s, self._at = timeout_s, None if timeout_s is None else self._loop.time() + timeout_s
        if self._at is not None and (self._timer is None or self._timer.when() > self._at):
            self.stop()
            self._timer = self._loop.call_at(self._at, self._look)

    def stop(self) -> None:
        """Lets nothing of it remain in the loop."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        if self._at is not None and self._loop.time() >= self._at:
            self._call()
        elif self._at is not None:
            self._timer = self._loop.call_at(self._at, self._look)
