"""kill -9 of the worker and of the broker while a bulk operation runs: each item is done once, and none is left."""

from typing import Any
from uuid import UUID

from tests.api.journeys import open_job, stages
from tests.background import until
from tests.client import Client
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.processes import Service
from tests.relay.own_broker import OwnBroker

ITEMS = 2_000
KILLS = 3
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


async def done_count(ada: Client, operation: dict[str, Any]) -> int:
    """How many items have an outcome."""
    return int((await ada.read(f"/bulk-operations/{operation['id']}"))["done_count"])


async def going_on(ada: Client, operation: dict[str, Any]) -> float:
    """The seconds until another item is done, or all are."""
    before = await done_count(ada, operation)

    async def goes_on() -> bool:
        count = await done_count(ada, operation)
        return before < count or count == ITEMS

    return await until(goes_on)


async def test_each_item_is_done_once_when_worker_and_broker_are_killed(
    api: Service, api_port: int, admin: Admin, worker: Service, own_broker: OwnBroker, record_property: Record,
    empty: None,
) -> None:  # fmt: skip
    """In the midst of it, several times: it goes on by itself, and the counts are exact."""
    async with await Client.register(f"http://127.0.0.1:{api_port}") as ada:
        job = await open_job(ada)
        kinds, job_id = await stages(ada, job), UUID(job["id"])
        organization_id, stage_id = UUID(ada.organization["id"]), UUID(kinds["review"])
        await admin(ADD, organization_id=organization_id, count=ITEMS, job_id=job_id, stage_id=stage_id)
        move = {"action": "move", "arguments": {"to_stage_id": kinds["offer"]}, "filter": {"job_id": job["id"]}}
        operation = await ada.made("/bulk-operations", move)
        recoveries_s = [await going_on(ada, operation)]
        for kill in range(KILLS):
            if kill % 2:
                own_broker.kill()
                await own_broker.start()
            else:
                worker.kill()
                await worker.start()
            recoveries_s.append(await going_on(ada, operation))

        async def has_ended() -> bool:
            return await done_count(ada, operation) == ITEMS

        drained_s = await until(has_ended)
        counted = await admin(COUNTS, id=UUID(operation["id"]), job_id=job_id, stage_id=UUID(kinds["offer"]))
    assert counted == [(ITEMS, ITEMS, ITEMS, ITEMS)]
    record_property("measured", f"{ITEMS} items, {recoveries_s} s until it went on, {drained_s} s for the rest")
