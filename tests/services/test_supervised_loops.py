"""The pauses between the starts of a loop, what ends one, and waiting for the first of several events."""

import asyncio
from typing import Literal

import pytest
from structlog.testing import capture_logs

from hiring.errors import Unavailable
from hiring.foundation import supervision
from hiring.foundation.supervision import FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_AFTER_S, supervise, wait_for_first

PATIENCE_S = 60


async def pauses_of(monkeypatch: pytest.MonkeyPatch, durations_s: list[float]) -> list[float | None]:
    """The pauses behind runs that take so long and then fail."""
    pauses_s: list[float | None] = []
    stop, now_s, left = asyncio.Event(), 0.0, list(durations_s)

    async def noted(*_: asyncio.Event, timeout_s: float | None = None) -> None:
        pauses_s.append(timeout_s)

    async def run() -> None:
        nonlocal now_s
        now_s += left.pop(0)
        if not left:
            stop.set()
        raise Unavailable

    class Clocked:
        def time(self) -> float:
            return now_s

    with monkeypatch.context() as patched:
        patched.setattr(supervision, "wait_for_first", noted)
        patched.setattr("hiring.foundation.supervision.asyncio.get_running_loop", Clocked)
        await supervise("trial", run, stop)
    return pauses_s


async def test_pauses_grow_to_the_longest_and_begin_anew_after_a_steady_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as long each time; a run of just STEADY_AFTER_S was not steady."""
    assert (FIRST_PAUSE_S, LONGEST_PAUSE_S, STEADY_AFTER_S) == (0.1, 2.0, 10.0)
    assert await pauses_of(monkeypatch, [0.0] * 7) == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]
    assert await pauses_of(monkeypatch, [0, 0, STEADY_AFTER_S, 0]) == [0.1, 0.2, 0.4, 0.8]
    assert await pauses_of(monkeypatch, [0, 0, STEADY_AFTER_S + 0.1, 0]) == [0.1, 0.2, 0.1, 0.2]


async def test_failure_of_a_loop_is_told_with_its_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """By its kind and sentence where it was expected, with its places where it was not."""
    monkeypatch.setattr(supervision, "FIRST_PAUSE_S", 0.001)
    stop, failures = asyncio.Event(), [Unavailable("No server."), OSError("gone"), KeyError("a")]

    async def run() -> None:
        if len(failures) == 1:
            stop.set()
        raise failures.pop(0)

    with capture_logs() as lines:
        await supervise("trial", run, stop, expected=(OSError,))
    failed = {"event": "loop.failed", "loop": "trial"}
    assert lines == [
        failed | {"log_level": "warning", "error": "Unavailable", "detail": "No server.", "pause_s": 0.001},
        failed | {"log_level": "warning", "error": "OSError", "detail": "gone", "pause_s": 0.002},
        failed | {"log_level": "error", "exc_info": True, "pause_s": 0.004},
    ]


@pytest.mark.parametrize("error", [Unavailable(), KeyError("a"), asyncio.CancelledError(), None])
async def test_loop_is_started_again_whatever_ended_it(error: BaseException | None) -> None:
    """An error of ours, of a library, its own CancelledError, or nothing: until `stop`."""
    stop, starts = asyncio.Event(), 0

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts == 3:
            stop.set()
        if error is not None:
            raise error

    async with asyncio.timeout(PATIENCE_S):
        await supervise("trial", run, stop)
    assert starts == 3


async def test_loop_ends_when_its_task_is_cancelled() -> None:
    """And is not started again."""
    starts, begun = 0, asyncio.Event()

    async def run() -> None:
        nonlocal starts
        starts += 1
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise("trial", run, asyncio.Event()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert starts == 1


class CountedEvent(asyncio.Event):
    """Knows how many tasks wait for it; all tasks of the loop would also be those of the clients beside the test."""

    waiting = 0

    async def wait(self) -> Literal[True]:
        self.waiting += 1
        try:
            return await super().wait()
        finally:
            self.waiting -= 1


async def test_waiting_ends_with_the_first_event_or_the_time() -> None:
    """Whichever of the events it is; nothing goes on waiting behind it."""
    first, second = CountedEvent(), CountedEvent()

    async def each_waited_for(tasks: int) -> bool:
        for _ in range(2):  # one turn of the loop for who waits, one for what it starts or cancels
            await asyncio.sleep(0)
        return first.waiting == second.waiting == tasks

    for event in (first, second):
        waiting = asyncio.create_task(wait_for_first(first, second))
        assert await each_waited_for(1)
        assert not waiting.done()
        event.set()
        async with asyncio.timeout(PATIENCE_S):
            await waiting
            assert await each_waited_for(0)
            await wait_for_first(first, second)
        event.clear()
    async with asyncio.timeout(PATIENCE_S):
        await wait_for_first(first, second, timeout_s=0.01)
    assert await each_waited_for(0)
