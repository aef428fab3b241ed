"""The requests of a process are counted, so that it stops behind the last one; what of a path is logged."""

import asyncio

import pytest

from hiring.http.dependencies import Traffic
from hiring.http.recording import ids_of

SILENCE_S = 0.05
OWN_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


async def returns_at_once(traffic: Traffic) -> bool:
    """Whether nobody waits longer than the silence itself."""
    try:
        async with asyncio.timeout(4 * SILENCE_S):
            await traffic.quiet(SILENCE_S)
    except TimeoutError:
        return False
    return True


async def test_traffic_is_quiet_when_no_request_runs() -> None:
    """Each that has begun is waited for, also where another has ended."""
    traffic = Traffic()
    assert await returns_at_once(traffic)
    for _ in range(2):
        traffic.begin()
    assert traffic.running_count == 2 and not await returns_at_once(traffic)
    traffic.end()
    assert traffic.running_count == 1 and not await returns_at_once(traffic)
    traffic.end()
    assert traffic.running_count == 0 and await returns_at_once(traffic)


async def test_traffic_is_not_quiet_when_a_request_came_within_the_silence() -> None:
    """Though it has ended: its client may ask again."""
    traffic = Traffic()
    waiting = asyncio.create_task(traffic.quiet(SILENCE_S))
    began = asyncio.get_running_loop().time()
    for _ in range(4):
        await asyncio.sleep(SILENCE_S / 2)
        traffic.begin()
        traffic.end()
        assert not waiting.done()
    await waiting
    assert asyncio.get_running_loop().time() - began >= 3 * SILENCE_S


@pytest.mark.parametrize(
    ("text", "is_logged"),
    [(OWN_ID, True), (OWN_ID.upper(), True), (OWN_ID.replace("-", ""), False), (f"{{{OWN_ID}}}", False), ("a", False)],
)
def test_id_of_a_path_is_logged_when_it_is_one(text: str, is_logged: bool) -> None:
    """Any other text is the client's, and may be anything."""
    assert ids_of({"job_id": text, "board": "ada@example.com"}) == ({"job_id": text} if is_logged else {})
