"""Readiness: one look for all who ask within a second, each check with a time limit, and what the answer says."""

import asyncio

import pytest

from hiring.errors import DatabaseUnavailable
from hiring.services import readiness
from hiring.services.readiness import KEPT_S, Check, Readiness, look


class Clock:
    """Stands in for `time` where a test moves the clock."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s

    def perf_counter(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(readiness, "time", clock)
    return clock


async def test_servers_are_asked_once_when_many_want_to_know(clock: Clock) -> None:
    """While a look runs, and until a second after its end; then anew."""
    count, may_end = 0, asyncio.Event()

    async def check() -> None:
        nonlocal count
        count += 1
        await may_end.wait()

    checks: list[Check] = [("primary", True, check)]
    known = Readiness(lambda: checks)
    asking = [asyncio.create_task(known.dependencies()) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    clock.now_s += 10
    may_end.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    assert count == 1 and isinstance(answers[0], asyncio.CancelledError)
    assert answers[1] == answers[4] and isinstance(answers[1], list)
    clock.now_s += KEPT_S
    await known.dependencies()
    assert count == 1
    clock.now_s += 0.01
    await known.dependencies()
    assert count == 2


async def test_checks_run_at_once_and_each_is_told(clock: Clock) -> None:
    """In their order, with what each of them is for; a failure names its kind and no detail."""
    both = asyncio.Barrier(2)

    async def works() -> None:
        await both.wait()
        clock.now_s += 0.25

    async def fails() -> None:
        await both.wait()
        raise DatabaseUnavailable("postgresql://hiring:secret@10.0.0.7")

    checks: list[Check] = [("primary", True, works), ("replica", False, fails)]
    async with asyncio.timeout(30):
        first, second = await Readiness(lambda: checks).dependencies()
    assert (first.name, first.is_required, first.status, first.detail) == ("primary", True, "ok", None)
    assert first.latency_ms == 250.0
    assert (second.name, second.is_required, second.status) == ("replica", False, "failing")
    assert second.detail == "DatabaseUnavailable"


@pytest.mark.parametrize(("limit_s", "status"), [(0.01, "failing"), (30.0, "ok")])
async def test_check_fails_when_it_takes_too_long(monkeypatch: pytest.MonkeyPatch, limit_s: float, status: str) -> None:
    """A server that is silent is a server that fails."""
    assert readiness.CHECK_TIMEOUT_S == 2.0
    monkeypatch.setattr(readiness, "CHECK_TIMEOUT_S", limit_s)
    found = await look("broker", is_required=True, check=lambda: asyncio.sleep(0.1))
    assert (found.status, found.detail) == (status, "TimeoutError" if status == "failing" else None)
    assert found.latency_ms > 0
