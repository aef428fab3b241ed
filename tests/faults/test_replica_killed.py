"""kill -9 of the replica: the primary answers meanwhile, no read is stale, and the replica serves again afterwards."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.background import until
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import every_command_took_effect_once
from tests.faults.servers import KillServer, bring_back

READS_BETWEEN = 60


async def reads_by(metrics: httpx.AsyncClient, server: str) -> int:
    """How many queries the API's process has answered from primary or replica."""
    text = (await metrics.get("/metrics")).text
    found = re.search(rf'^hiring_reads_total{{server="{server}"}} (\S+)$', text, re.MULTILINE)
    assert found is not None, text
    return int(float(found[1]))


@pytest.fixture
async def metrics(metrics_port: int) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API's metrics."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{metrics_port}", timeout=20) as client:
        yield client


async def test_no_read_is_stale_or_refused_when_the_replica_is_killed(
    load: Load,
    admin: Admin,
    api: Service,
    metrics: httpx.AsyncClient,
    mortal_servers: KillServer,
    record_property: Record,
) -> None:
    """Reads that carry a token are answered at once and are right, before, meanwhile and after."""

    async def more_reads_by(server: str) -> float:
        before, done = await reads_by(metrics, server), load.read_count

        async def came() -> bool:
            there = await reads_by(metrics, server)
            return there >= before + READS_BETWEEN and load.read_count >= done + READS_BETWEEN

        return await until(came)

    async with load.running():
        await more_reads_by("replica")
        mortal_servers("replica")
        replica_reads = await reads_by(metrics, "replica")
        await more_reads_by("primary")
        assert await reads_by(metrics, "replica") - replica_reads < READS_BETWEEN, "the replica did not die"
        await asyncio.to_thread(bring_back)

        async def is_back() -> bool:
            return await reads_by(metrics, "replica") > replica_reads + READS_BETWEEN

        back_s = await until(is_back)
        await more_reads_by("replica")
    assert load.failures == {} and load.retry_count == 0, str(load)
    assert load.stale_count == 0
    await every_command_took_effect_once(admin, load)
    record_property("measured", f"1 kill, {load}, back after {back_s:.2f} s")
