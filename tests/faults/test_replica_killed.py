"""kill -9 of the replica: the primary answers meanwhile, no read is stale, and the replica serves again afterwards."""

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from tests.background import until
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import ROOT, Service
from tests.faults.proof import every_command_took_effect_once

STACK_FOLDER = os.environ.get("HIRING_STACK_FOLDER", "")
READS_BETWEEN = 60


def postmaster() -> int:
    """The replica's first process."""
    return int((Path(STACK_FOLDER) / "postgres/replica/postmaster.pid").read_text().splitlines()[0])


def bring_back() -> None:
    """Starts what of the tests' stack does not run."""
    environ = {**os.environ, "PROFILE": "test"}  # with TEST_STACK and TEST_PORT_BASE of the stack's env file
    command = [str(ROOT / "conf/native/stack.sh"), "up"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=90, check=False)
    assert result.returncode == 0, result.stderr


@pytest.fixture
async def kill_replica() -> AsyncIterator[Callable[[], int]]:
    """Kills the replica of the tests' stack; it runs again afterwards, whatever happened."""
    if not STACK_FOLDER:
        pytest.skip("needs the native stack: HIRING_STACK_FOLDER")

    def kill() -> int:
        pid = postmaster()
        os.kill(pid, signal.SIGKILL)
        return pid

    yield kill
    await asyncio.to_thread(bring_back)


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
    kill_replica: Callable[[], int],
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
        kill_replica()
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
