"""Races of the API: requests at once, in rounds that go on until each way in which they can end has been seen."""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any
from uuid import UUID

import httpx

from tests.api.conftest import Rows
from tests.api.journeys import reason
from tests.background import until
from tests.client import Client

MAXIMUM_ROUNDS = 40
WAITING_COUNT = 8
"""When so many requests wait, their lock is let go: fewer than the connections for commands that the tests have."""
EVENTS_OF_JOB = """
SELECT e.type, e.data ->> 'status'
FROM outbox AS o
JOIN events AS e ON e.id = o.event_id
WHERE e.aggregate_id = %(job_id)s OR e.data ->> 'job_id' = %(job_id)s::text
ORDER BY o.sequence
"""


def shuffled(count: int) -> list[int]:
    """The numbers below `count` in a random order; pytest shows its seed where a test fails."""
    order, seed = list(range(count)), random.randrange(2**32)
    sys.stdout.write(f"order of {count}: seed {seed}\n")
    random.Random(seed).shuffle(order)
    return order


async def at_once(*requests: Coroutine[Any, Any, httpx.Response]) -> list[httpx.Response]:
    """Sends requests at once, in a random order; returns their answers in the order in which they are given."""
    order = shuffled(len(requests))
    answers = await asyncio.gather(*(requests[place] for place in order))
    return [answer for _, answer in sorted(zip(order, answers, strict=True), key=lambda each: each[0])]


async def at_once_behind(
    rows: Rows, table: str, locked: Iterable[dict[str, Any]], *requests: Coroutine[Any, Any, httpx.Response]
) -> list[httpx.Response]:
    """As `at_once`, while rows are locked that the requests change; they are let go when many requests wait.

    So the requests meet: what one of them has read before it waits is old when it writes, unless it locks in time.
    """
    ids = [UUID(each["id"]) for each in locked]
    await rows(f"BEGIN; SELECT FROM {table} WHERE id = ANY (%(ids)s) FOR UPDATE", ids=ids)
    task = asyncio.create_task(at_once(*requests))

    async def are_waiting() -> bool:
        [(count,)] = await rows("SELECT count(*)::integer FROM pg_locks WHERE NOT granted")
        return task.done() or int(count) >= WAITING_COUNT

    try:
        await until(are_waiting)
    finally:
        await rows("COMMIT; SELECT 1")
    return await task


def outcome(answer: httpx.Response) -> str:
    """The status of an answer, or the code of its problem."""
    return str(answer.status_code) if answer.is_success else str(answer.json()["code"])


def outcomes(answers: Iterable[httpx.Response]) -> Counter[str]:
    """How many answers had which outcome."""
    return Counter(map(outcome, answers))


async def until_each_occurred(
    play: Callable[[], Awaitable[Iterable[str]]], expected: Iterable[str], *, minimum_rounds: int = 3
) -> None:
    """Plays rounds of a race, each of which gives its outcomes, until all that are expected occurred; no other may."""
    wanted, found = set(expected), Counter[str]()
    for number in range(1, MAXIMUM_ROUNDS + 1):
        found.update(await play())
        if number >= minimum_rounds and found.keys() >= wanted:
            break
    assert found.keys() == wanted, found


async def against_close(
    ada: Client, rows: Rows, job: dict[str, Any], requests: Iterable[Coroutine[Any, Any, httpx.Response]],
    *, locked: Iterable[dict[str, Any]] = (),
) -> list[httpx.Response]:  # fmt: skip
    """Sends requests about a job, behind locked applications if there are any, while it is closed.

    The order of the events proves that none changed it after the close.
    """
    closing = ada.post(f"/api/v1/jobs/{job['id']}/close", json={"reason_id": await reason(ada, "job_close")})
    sent = at_once_behind(rows, "applications", locked, closing, *requests) if locked else at_once(closing, *requests)
    closed, *answers = await sent
    assert closed.status_code == 200, closed.text
    assert (await rows(EVENTS_OF_JOB, job_id=UUID(job["id"])))[-1] == ("job.status_changed", "closed")
    return answers
