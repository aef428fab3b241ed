"""Memory that a surge has left behind goes back to the system, without a restart."""

import asyncio
import subprocess
import sys

from hiring.services.memory import SLACK_BYTES, keep_trimmed, resident_bytes
from tests.background import until

BLOCKS, BLOCK_BYTES = 4_000, 30_000
"""Blocks of the size of a chunk of a body, which the C library keeps when they are freed below one that is used."""


def test_memory_is_given_back_when_a_surge_is_over() -> None:
    """In a process of its own: one that has run for long has free memory to begin with."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.services.test_memory"], capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr


async def surge_and_wait() -> None:
    """Freed blocks below a used one: nothing is returned at once, all of it is after a look."""
    task = asyncio.create_task(keep_trimmed(0.05))
    await asyncio.sleep(0)  # the lowest is known
    before = resident_bytes()
    surge = [b"x" * BLOCK_BYTES for _ in range(BLOCKS)]
    last = b"y" * BLOCK_BYTES
    assert resident_bytes() - before > BLOCKS * BLOCK_BYTES * 0.8
    del surge

    async def is_given_back() -> bool:
        return resident_bytes() - before < SLACK_BYTES

    await until(is_given_back)
    assert last and not task.done()
    task.cancel()


if __name__ == "__main__":
    asyncio.run(surge_and_wait())
