"""Loops that are started again, and whether one of them works."""

import asyncio

from hiring.errors import Unavailable
from hiring.foundation.supervision import STEADY_AFTER_S, Health, supervise
from tests.background import until


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_loop_works_until_it_fails() -> None:
    """Also before its first start; after a failure it must run for a while to work again."""
    clock = Clock()
    health = Health(clock)
    assert health.works()
    health.begin()
    assert health.works()
    health.fail()
    clock.now_s += 10 * STEADY_AFTER_S
    assert not health.works(), "nothing runs"
    health.begin()
    clock.now_s += STEADY_AFTER_S
    assert not health.works(), "it may fail again at once"
    clock.now_s += 0.1
    assert health.works()


async def test_loop_does_not_work_when_it_fails_again_and_again() -> None:
    """Supervision tells its health of each start and of each failure."""
    clock, stop = Clock(), asyncio.Event()
    health, starts = Health(clock), 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts < 3:
            raise Unavailable
        await stop.wait()

    task = asyncio.create_task(supervise("trial", run, stop, health=health))

    async def has_failed() -> bool:
        return starts >= 1 and not health.works()

    async def runs_on() -> bool:
        return starts == 3

    await until(has_failed)
    await until(runs_on)
    assert not health.works()
    clock.now_s += STEADY_AFTER_S + 1
    assert health.works()
    stop.set()
    await task
