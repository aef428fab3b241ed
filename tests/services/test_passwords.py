"""Passwords: the lengths that are taken, the queue that has an end, and that an unknown user costs as much."""

import asyncio
import threading
import time
from collections.abc import Awaitable

import msgspec
import pytest
from argon2 import extract_parameters

from hiring import config
from hiring.errors import Invalid, ServiceBusy
from hiring.services.passwords import MAXIMUM_CHARACTERS, Passwords
from hiring.services.threads import Threads

SETTINGS = config.Passwords(
    time_cost=2, memory_kib=16, parallelism=1, threads=1, queue_limit=2, min_length=12, answer_after_ms=0
)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("x" * 11, "too_short"), ("x" * 12, None), ("x" * MAXIMUM_CHARACTERS, None),
        ("x" * (MAXIMUM_CHARACTERS + 1), "too_long"), ("x" * 12 + "\0", "nul_character"), ("", "too_short"),
        ("ü" * 12, None), (" " * 12, None),
    ],
)  # fmt: skip
async def test_password_is_taken_when_its_length_is_within_the_limits(password: str, code: str | None) -> None:
    """From the shortest to the longest; a refusal points to the field that the request has it in."""
    passwords = Passwords(SETTINGS)
    try:
        kept = await passwords.hash(password, pointer="/new_password")
    except Invalid as refused:
        [error] = refused.errors
        assert (error.pointer, error.code) == ("/new_password", code)
    else:
        assert code is None
        assert await passwords.verify(kept, password)
        assert not await passwords.verify(kept, password + "x") and not await passwords.verify(kept, password[1:])
    finally:
        passwords.close()


async def test_hash_costs_what_the_settings_say_and_is_new_each_time() -> None:
    """Of a user, and of nobody: whoever is unknown takes as long."""
    passwords = Passwords(SETTINGS)
    first, second = [await passwords.hash("correct horse battery") for _ in range(2)]
    passwords.close()
    assert first != second and first.startswith("$argon2id$")
    cost = extract_parameters(first)
    assert (cost.time_cost, cost.memory_cost, cost.parallelism) == (2, 16, 1)
    assert extract_parameters(passwords._nobodys) == cost


async def test_unknown_user_costs_as_much_as_a_wrong_password() -> None:
    """Where it can be measured; nothing tells that the hash was nobody's."""
    passwords = Passwords(msgspec.structs.replace(SETTINGS, time_cost=4, memory_kib=8_192))
    kept = await passwords.hash("correct horse battery")
    verified = [await seconds(passwords.verify(kept, "something else")) for _ in range(3)]
    nobodys = [await seconds(passwords.verify_nothing()) for _ in range(3)]
    passwords.close()
    assert min(nobodys) > min(verified) / 5


async def seconds(work: Awaitable[object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


async def test_work_is_refused_when_threads_and_queue_are_full() -> None:
    """One at work and two that wait; a caller that was cancelled leaves its place when its work ends."""
    threads, go = Threads("trial", count=1, queue_limit=2), threading.Event()
    waiting = [asyncio.ensure_future(threads.run(lambda: go.wait(30))) for _ in range(3)]
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        with pytest.raises(ServiceBusy):
            await threads.run(lambda: 1)
        waiting[0].cancel()
        await asyncio.wait([waiting[0]])
        with pytest.raises(ServiceBusy):
            await threads.run(lambda: 1)
    go.set()
    await asyncio.gather(*waiting[1:])
    assert await asyncio.gather(*(threads.run(lambda: 7) for _ in range(3))) == [7, 7, 7]
    threads.close()


async def test_failure_of_the_work_is_the_callers_and_leaves_the_place_free() -> None:
    """Again and again; the threads bear the name of what they do."""
    threads = Threads("trial", count=1, queue_limit=0)
    assert (await threads.run(lambda: threading.current_thread().name)).startswith("trial")
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)
    assert await threads.run(lambda: 7) == 7
    threads.close()


async def test_waiting_work_ends_when_the_threads_are_closed() -> None:
    """What has begun goes on; what has not is cancelled, and closing does not wait."""
    threads, go = Threads("trial", count=1, queue_limit=1), threading.Event()
    running, waiting = [asyncio.ensure_future(threads.run(lambda: go.wait(30))) for _ in range(2)]
    await asyncio.sleep(0)
    threads.close()
    await asyncio.wait([waiting], timeout=10)
    assert waiting.cancelled() and not running.done()
    go.set()
    assert await running
