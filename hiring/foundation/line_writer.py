"""Lines of text on their way out: in order, bounded, and written by a thread of their own.

A logger never waits: not for a disk, not for a collector that reads slowly or no more.
"""

import os
import select
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MAXIMUM_LINES = 20_000
"""Lines that wait; of a few hundred bytes each. Further ones are dropped, and counted."""
BATCH_S = 0.05
"""Lines that nobody flushes, those of requests, are written together within this time: a crash may lose them."""
STOP_S = 5.0
"""At the end, a reader who takes nothing has this long for what waits."""


class LineWriter:
    """A stream that takes whole lines and writes them to a file descriptor. `lost` tells how many were dropped."""

    def __init__(self, descriptor: int, lost: Callable[[int], str]) -> None:
        self._descriptor, self._lost = descriptor, lost
        self._lines: deque[bytes] = deque()
        self._dropped_count, self._dropping = 0, threading.Lock()
        self._has_lines, self._hurries, self._is_ending = (threading.Event() for _ in range(3))
        self._thread = threading.Thread(target=self._work, name="log", daemon=True)
        self._thread.start()

    def write(self, text: str) -> int:
        """Takes a line, with its end, as a text stream does."""
        self.take(text.encode(errors="backslashreplace"))
        return len(text)

    def flush(self) -> None:
        """Has what waits written at once, though not by the caller."""
        if not self._hurries.is_set():
            self._hurries.set()

    def take(self, line: bytes) -> None:
        """Takes a line, with its end."""
        if len(self._lines) >= MAXIMUM_LINES:
            with self._dropping:
                self._dropped_count += 1
            return
        self._lines.append(line)
        if not self._thread.is_alive():  # the process ends
            self._write_out()
        elif not self._has_lines.is_set():
            self._has_lines.set()

    def close(self) -> None:
        """Writes what waits, for STOP_S at the most; a later line is written at once."""
        for each in (self._is_ending, self._hurries, self._has_lines):
            each.set()
        self._thread.join(STOP_S)

    def _work(self) -> None:
        while not self._is_ending.is_set():
            self._has_lines.wait()
            self._hurries.wait(BATCH_S)
            self._has_lines.clear()
            self._hurries.clear()
            self._write_out()
        self._write_out()

    def _write_out(self) -> None:
        """Writes what waits now. Nobody can be told of a descriptor that takes nothing: its lines are gone."""
        count = len(self._lines)
        text = memoryview(b"".join(self._lines.popleft() for _ in range(count)))
        with self._dropping:
            dropped_count, self._dropped_count = self._dropped_count, 0
        if dropped_count:
            text = memoryview(bytes(text) + self._lost(dropped_count).encode() + b"\n")
        while text:
            try:
                text = text[os.write(self._descriptor, text) :]
            except BlockingIOError:  # somebody who shares the descriptor does not want to wait
                select.select([], [self._descriptor], [], BATCH_S)
            except OSError:
                return


@contextmanager
def writing(descriptor: int, lost: Callable[[int], str]) -> Iterator[LineWriter]:
    """A writer of lines for the duration of a block."""
    writer = LineWriter(descriptor, lost)
    try:
        yield writer
    finally:
        writer.close()
