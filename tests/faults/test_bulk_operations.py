"""kill -9 of worker, broker and primary while a bulk operation runs: each item is done once, and none is left.

HIRING__TOKENS__ACCESS_TTL_S=40000 KILLED_ITEMS=50000 make test ARGS='-q tests/faults/test_bulk_operations.py' does it
with as many as there may be, and kills each of them five times, all along.
"""

import asyncio
import os
from typing import Any
from uuid import UUID

import pytest

from hiring.config import Settings
from tests.api.journeys import open_job, stages
from tests.background import PATIENCE_S, until
from tests.client import Client
from tests.databases import Admin, administered
from tests.faults.conftest import Record
from tests.faults.processes import Service
from tests.faults.servers import KillServer, bring_back
from tests.relay.own_broker import OwnBroker

ITEMS = int(os.environ.get("KILLED_ITEMS", "3000"))
KILLS = ("worker", "broker", "primary") * max(1, ITEMS // 10_000)
DRAINED_S = max(PATIENCE_S, ITEMS / 100)
ADDED_AT_ONCE = 2_000
ADD = """
WITH added_candidate AS (
    INSERT INTO candidates (organization_id, id, first_name, name)
    SELECT %(organization_id)s, uuid_v7(), 'Kim', 'Kim' FROM generate_series(1, %(count)s)
    RETURNING id
)
INSERT INTO applications (organization_id, id, candidate_id, job_id, stage_id)
SELECT %(organization_id)s, uuid_v7(), c.id, %(job_id)s, %(stage_id)s FROM added_candidate AS c
"""
COUNTS = """
SELECT (SELECT count(*) FROM applications AS a
        WHERE a.job_id = %(job_id)s AND a.stage_id = %(stage_id)s AND a.version = 2),
       (SELECT count(*) FROM stage_changes AS c JOIN applications AS a ON a.id = c.application_id
        WHERE a.job_id = %(job_id)s AND c.change = 'moved'),
       (SELECT count(*) FROM events AS e WHERE e.causation_id = %(id)s AND e.type = 'application.stage_changed'),
       (SELECT count(*) FROM bulk_operation_items AS i WHERE i.bulk_operation_id = %(id)s AND i.outcome = 'succeeded')
"""


async def add_applications(admin: Admin, ada: Client, job_id: UUID, stage_id: UUID, count: int) -> None:
    """Adds applications of new candidates to a job, some at once."""
    values: dict[str, Any] = {"organization_id": UUID(ada.organization["id"]), "job_id": job_id, "stage_id": stage_id}
    for start in range(0, count, ADDED_AT_ONCE):
        await admin(ADD, **values, count=min(ADDED_AT_ONCE, count - start))


async def done_count(ada: Client, operation: dict[str, Any]) -> int:
    """How many items have an outcome, as the first answer tells that is none of a server which is away."""
    found: dict[str, Any] = {}

    async def is_told() -> bool:
        answer = await ada.get(f"/api/v1/bulk-operations/{operation['id']}")
        found.update(answer.json())
        return answer.status_code == 200

    await until(is_told)
    return int(found["done_count"])


async def done_up_to(ada: Client, operation: dict[str, Any], count: int) -> float:
    """The seconds until so many items have an outcome."""

    async def is_done() -> bool:
        return await done_count(ada, operation) >= count

    return await until(is_done, limit_s=DRAINED_S)


async def going_on(ada: Client, operation: dict[str, Any]) -> float:
    """The seconds until another item is done, or all are."""
    before = await done_count(ada, operation)

    async def goes_on() -> bool:
        count = await done_count(ada, operation)
        return before < count or count == ITEMS

    return await until(goes_on)


@pytest.mark.timeout(300 + 2 * DRAINED_S)
async def test_each_item_is_done_once_when_worker_broker_and_primary_are_killed(
    api: Service, api_port: int, settings: Settings, worker: Service, own_broker: OwnBroker,
    mortal_servers: KillServer, record_property: Record, empty: None,
) -> None:  # fmt: skip
    """In the midst of it, one after another: it goes on by itself, and the counts are exact."""
    async with await Client.register(f"http://127.0.0.1:{api_port}") as ada:
        job = await open_job(ada)
        kinds, job_id = await stages(ada, job), UUID(job["id"])
        async with administered(settings) as admin:
            await add_applications(admin, ada, job_id, UUID(kinds["review"]), ITEMS)
        move = {"action": "move", "arguments": {"to_stage_id": kinds["offer"]}, "filter": {"job_id": job["id"]}}
        operation = await ada.made("/bulk-operations", move)
        recoveries_s = []
        for number, kill in enumerate(KILLS):
            await done_up_to(ada, operation, 1 + number * ITEMS // len(KILLS))
            if kill == "worker":
                worker.kill()
                await worker.start()
            elif kill == "broker":
                own_broker.kill()
                await own_broker.start()
            else:
                mortal_servers("primary")
                await asyncio.to_thread(bring_back)
            recoveries_s.append(await going_on(ada, operation))
        killed_at_count = await done_count(ada, operation)
        drained_s = await done_up_to(ada, operation, ITEMS)
        async with administered(settings) as admin:
            counted = await admin(COUNTS, id=UUID(operation["id"]), job_id=job_id, stage_id=UUID(kinds["offer"]))
    assert counted == [(ITEMS, ITEMS, ITEMS, ITEMS)]
    assert killed_at_count < ITEMS, "it had ended before the last kill"
    told = f"{recoveries_s} s until it went on, the last time with {killed_at_count} done, {drained_s} s for the rest"
    record_property("measured", f"{ITEMS} items, {told}")
