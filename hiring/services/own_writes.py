"""The last writes of each session and key, in memory, so that their own reads show them.

A process knows its own writes at once. Those of others it hears of (`news.py`), which counts only for a principal whom
it has asked Redis about since it has been listening: then it knows all of the last minute.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import NamedTuple
from uuid import UUID

REMEMBERED_S = 60
MAXIMUM_EVENTS = 16
"""More events than this in a minute are not told one by one: then the primary is read."""
MAXIMUM_WRITERS = 4_096
HEARD_S = 0.05
"""For so long a command waits at the most until its own process has heard of it."""


class _Writer:
    """A principal; `known_since` numbers the listening in which Redis was asked about them."""

    __slots__ = ("events", "known_since")

    def __init__(self) -> None:
        self.events: deque[tuple[UUID, float]] = deque(maxlen=MAXIMUM_EVENTS + 1)
        self.known_since: int | None = None


class Asked(NamedTuple):
    """A principal about whom Redis is asked, and the listening in which it is."""

    writer: _Writer
    listening: int | None


class OwnWrites:
    """The writers that this process knows; forgets those who were silent the longest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._writers: OrderedDict[str, _Writer] = OrderedDict()
        self._awaited: dict[UUID, asyncio.Future[None]] = {}
        self._listening = 0
        self.is_listening = False

    def begin_listening(self) -> None:
        """From now on every write of others is heard of."""
        self._listening += 1
        self.is_listening = True

    def end_listening(self) -> None:
        """Writes of others are missed from now on."""
        self.is_listening = False

    def are_known(self, principal: str) -> bool:
        """Whether all writes of the last minute are known, those of other processes, too."""
        writer = self._writers.get(principal)
        if writer is None or not self.is_listening or writer.known_since != self._listening:
            return False
        self._writers.move_to_end(principal)
        return True

    def asking(self, principal: str) -> Asked:
        """Call it before Redis is asked about a principal: what is heard meanwhile is not lost."""
        return Asked(self._writer(principal), self._listening if self.is_listening else None)

    def learn(self, asked: Asked, event_ids: Iterable[UUID]) -> None:
        """Takes in what Redis knows of a principal."""
        asked.writer.known_since = asked.listening
        for event_id in event_ids:
            self._add(asked.writer, event_id)

    def note(self, principal: str, event_id: UUID) -> None:
        """Keeps a write of this process for a minute."""
        self._add(self._writer(principal), event_id)

    def hear(self, principal: str, event_id: UUID) -> None:
        """Keeps a write of another process, if its principal is known here; one of this process is heard, too."""
        if (awaited := self._awaited.get(event_id)) is not None and not awaited.done():
            awaited.set_result(None)
        if (writer := self._writers.get(principal)) is not None:
            self._add(writer, event_id)

    @asynccontextmanager
    async def heard_back(self, event_id: UUID) -> AsyncIterator[None]:
        """Leaves the block, which tells of a write, when this process has heard of it as others do, or after HEARD_S.

        Redis answers who tells before it tells others, so that a client could be at another process too soon.
        """
        self._awaited[event_id] = heard = asyncio.get_running_loop().create_future()
        try:
            yield
            if self.is_listening:
                with suppress(TimeoutError):
                    async with asyncio.timeout(HEARD_S):
                        await heard
        finally:
            del self._awaited[event_id]

    def of(self, principal: str) -> tuple[UUID, ...]:
        """The writes of the last minute that are known, one more than MAXIMUM_EVENTS at the most."""
        writer = self._writers.get(principal)
        if writer is None:
            return ()
        oldest_s = self._clock() - REMEMBERED_S
        while writer.events and writer.events[0][1] < oldest_s:
            writer.events.popleft()
        return tuple(event_id for event_id, _ in writer.events)

    def _add(self, writer: _Writer, event_id: UUID) -> None:
        if all(known != event_id for known, _ in writer.events):
            writer.events.append((event_id, self._clock()))

    def _writer(self, principal: str) -> _Writer:
        writer = self._writers.get(principal)
        if writer is None:
            writer = self._writers[principal] = _Writer()
            if len(self._writers) > MAXIMUM_WRITERS:
                self._writers.popitem(last=False)
        self._writers.move_to_end(principal)
        return writer
