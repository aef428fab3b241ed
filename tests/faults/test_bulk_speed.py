"""A bulk operation as large as MEASURED_ITEMS says: its speed, and what other requests get beside it.

MEASURED_ITEMS=50000 make test ARGS='-q tests/faults/test_bulk_speed.py' takes some minutes, and holds others to 1.5
times what they take without it. Other runs skip it: fewer items would judge nothing.
"""

import asyncio
import os
import time
from collections.abc import Callable
from itertools import cycle
from statistics import quantiles
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.api.journeys import open_job, stages
from tests.background import until
from tests.client import Client
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.processes import Service
from tests.faults.test_bulk_operations import add_applications, done_count

ITEMS = int(os.environ.get("MEASURED_ITEMS", "0"))
LEAST_ITEMS = 50_000
ALONE_S = 60.0
MOST_REQUEST_S = 2.0
MOST_RATIO = 1.5
CLIENTS = 4
PAUSE_S = 0.02
MOST_S = 580.0
TIMEOUT_S = 10.0


async def asked(ada: Client, other: dict[str, Any], is_over: Callable[[], bool]) -> float:
    """The 99th percentile of what clients wait for lists and moves of another job, in milliseconds."""
    waits_ms: list[float] = []

    async def sent(method: str, path: str, **more: Any) -> None:
        began = time.perf_counter()
        answer = await plain.request(method, f"/api/v1{path}", **more)
        waits_ms.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.text
        await asyncio.sleep(PAUSE_S)

    async def client(application_id: str) -> None:
        for stage_id in cycle(other["stage_ids"]):
            await sent("GET", f"/jobs/{other['id']}/applications", params={"limit": "50"})
            await sent("POST", f"/applications/{application_id}/move", json={"to_stage_id": stage_id})
            if is_over():
                return

    async with httpx.AsyncClient(base_url=ada.address, headers=ada.headers, timeout=TIMEOUT_S) as plain:
        await asyncio.gather(*map(client, other["ids"][:CLIENTS]))
    return quantiles(waits_ms, n=100)[98]


async def filled(ada: Client, admin: Admin, count: int) -> dict[str, Any]:
    """A job with applications: its id, two stages, and the ids of the first applications."""
    job = await open_job(ada)
    kinds = await stages(ada, job)
    await add_applications(admin, ada, UUID(job["id"]), UUID(kinds["review"]), count)
    some = await admin("SELECT id::text FROM applications WHERE job_id = %(id)s LIMIT 100", id=UUID(job["id"]))
    return {"id": job["id"], "stage_ids": [kinds["offer"], kinds["review"]], "ids": [id_ for (id_,) in some]}


@pytest.mark.skipif(ITEMS < LEAST_ITEMS, reason=f"measures nothing below MEASURED_ITEMS={LEAST_ITEMS}")
@pytest.mark.timeout(300 + MOST_S)
async def test_others_hardly_wait_when_many_are_moved(
    api: Service, api_port: int, admin: Admin, worker: Service, empty: None, record_property: Record
) -> None:
    """The request itself, which freezes all items in one statement, keeps its time limit."""
    async with await Client.register(f"http://127.0.0.1:{api_port}") as ada:
        job, other = await filled(ada, admin, ITEMS), await filled(ada, admin, 200)
        end = time.monotonic() + ALONE_S
        alone_ms = await asked(ada, other, lambda: time.monotonic() > end)
        move = {
            "action": "move", "arguments": {"to_stage_id": job["stage_ids"][0]}, "filter": {"job_id": job["id"]}
        }  # fmt: skip
        began = time.monotonic()
        operation = await ada.made("/bulk-operations", move)
        request_s = time.monotonic() - began
        is_done = asyncio.Event()
        beside = asyncio.create_task(asked(ada, other, is_done.is_set))

        async def has_ended() -> bool:
            await asyncio.sleep(0.1)
            return await done_count(ada, operation) == ITEMS

        try:
            took_s = await until(has_ended, limit_s=MOST_S)
        finally:
            is_done.set()
        beside_ms = await beside
        found = await ada.read(f"/bulk-operations/{operation['id']}")
    assert (found["total_count"], found["succeeded_count"]) == (ITEMS, ITEMS)
    record_property(
        "measured",
        f"{ITEMS} items: requested in {request_s:.2f} s, {ITEMS / took_s:.0f} a second;"
        f" p99 of others {alone_ms:.1f} ms alone, {beside_ms:.1f} ms beside it",
    )
    assert request_s < MOST_REQUEST_S
    assert beside_ms <= MOST_RATIO * alone_ms, (alone_ms, beside_ms)
