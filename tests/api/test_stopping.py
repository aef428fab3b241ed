"""What API and worker hold open, and that nothing of it is left when they have stopped."""

import os
import subprocess
import sys

import pytest

from hiring import api
from hiring.config import Settings
from hiring.connectors.postgres_replica import Health

TIMEOUT_S = 60


@pytest.mark.parametrize("process", ["api", "worker"])
def test_nothing_is_left_open_when_a_process_has_stopped(settings: Settings, database: None, process: str) -> None:
    """No thread, no task and no connection that it had."""
    own = {
        "HIRING__POSTGRES__DATABASE": settings.postgres.database,
        "HIRING__CLICKHOUSE__DATABASE": settings.clickhouse.database,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.api.left_open", process], env=os.environ | own, capture_output=True, text=True,
        timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


async def test_replica_serves_from_the_first_request_on(settings: Settings, database: None) -> None:
    """Its WAL receiver has been seen twice when the API opens, so its lag is known without any heartbeat."""
    async with api.opened(settings) as dependencies:
        assert [each.health for each in dependencies.db.servers.replicas] == [
            Health(is_serving=True, is_fresh=True, lag_ms=0)
        ]
