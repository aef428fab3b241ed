"""Gives memory that a surge of requests has left behind back to the system; the C library would keep it."""

import asyncio
import ctypes
import resource
from pathlib import Path

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 30.0
"""Between two looks; the pause grows while memory is in use and there is nothing to give back."""
SLACK_BYTES = 16 * 1024 * 1024
"""Growth that is left alone: memory that comes and goes is cheaper kept."""


async def keep_trimmed(first_pause_s: float = FIRST_PAUSE_S) -> None:
    """Looks again and again whether the process has grown, and then returns the pages that are free. Never returns.

    Returning them takes some milliseconds, in a thread.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is None:  # it is glibc's; other libraries return memory by themselves
        return
    pause_s, lowest_bytes = first_pause_s, resident_bytes()
    await asyncio.to_thread(trim, 0)  # what the start has left behind
    while True:
        await asyncio.sleep(pause_s)
        if (before := resident_bytes()) > lowest_bytes + SLACK_BYTES:
            await asyncio.to_thread(trim, 0)
            is_gain = before - resident_bytes() > SLACK_BYTES / 4
            pause_s = first_pause_s if is_gain else min(2 * pause_s, LONGEST_PAUSE_S)
        lowest_bytes = min(lowest_bytes, resident_bytes())


def resident_bytes() -> int:
    """The memory of this process that is not swapped out."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
