"""A streaming replica: its pool, and whether it may answer."""

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from hiring.config import Address, Postgres
from hiring.connectors.postgres import Pool
from hiring.connectors.postgres_session import Statement
from hiring.errors import ApiError

WATCH_INTERVAL_S = 1.0
PROBE_TIMEOUT_S = 1.0
SUSPICION_PAUSE_S = 0.1
"""Between two looks at a replica that readers keep complaining about."""
MAXIMUM_HEARTBEAT_AGE_MS = 10_000
"""A replica without a WAL receiver serves while its newest heartbeat is younger."""


class Health(NamedTuple):
    """`is_serving`: reads that prove their freshness may go there; `is_fresh`: all others too. `lag_ms` at the most."""

    is_serving: bool
    is_fresh: bool
    lag_ms: int | None


DOWN = Health(is_serving=False, is_fresh=False, lag_ms=None)


def judge(row: Mapping[str, Any], known_receiver_pid: int | None, maximum_lag_ms: int) -> Health:
    """What the row of `replication.find_health` means.

    A WAL receiver counts only if the last look saw the same one: without its slot it starts again and again. A promoted
    replica is down: it no longer follows the primary.
    """
    if not row["is_replica"]:
        return DOWN
    receiver_pid, heartbeat_age_ms = row["receiver_pid"], row["heartbeat_age_ms"]
    if receiver_pid is not None and receiver_pid == known_receiver_pid and row["is_caught_up"]:
        return Health(is_serving=True, is_fresh=True, lag_ms=0)
    if heartbeat_age_ms is None:
        return DOWN
    return Health(
        is_serving=heartbeat_age_ms < MAXIMUM_HEARTBEAT_AGE_MS,
        is_fresh=heartbeat_age_ms <= maximum_lag_ms,
        lag_ms=max(0, heartbeat_age_ms),
    )


class Replica:
    """One replica, watched over a connection of its own, so that a busy pool is not taken for a dead server."""

    def __init__(self, settings: Postgres, address: Address, *, size: int, find_health: Statement) -> None:
        role = settings.roles.query
        self.pool = Pool(settings, name="hiring query", address=address, role=role, size=size, is_read_only=True)
        self.health = DOWN
        self._probe = Pool(settings, name="hiring probe", address=address, role=role, size=1, is_read_only=True)
        self._find_health = find_health
        self._maximum_lag_ms = settings.max_replica_lag_ms
        self._receiver_pid: int | None = None
        self._suspicion = asyncio.Event()

    async def check(self) -> None:
        """Looks at the replica; what waits on one that does not answer is let go."""
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                row = await self._probe.run((self._find_health, {}))
        except (ApiError, TimeoutError):
            self.health, self._receiver_pid = DOWN, None
            self.pool.abort()
            return
        self.health = judge(row, self._receiver_pid, self._maximum_lag_ms)
        self._receiver_pid = row["receiver_pid"]

    async def watch(self) -> None:
        """Looks every second, and at once when a reader met trouble; keeps the pool warm. Runs until cancelled."""
        while True:
            try:
                async with asyncio.timeout(WATCH_INTERVAL_S):
                    await self._suspicion.wait()
            except TimeoutError:
                pass
            else:
                await asyncio.sleep(SUSPICION_PAUSE_S)
                self._suspicion.clear()
            await self.check()
            if self.health.is_serving:
                await self.pool.refill_quietly()

    def suspect(self) -> None:
        """Takes the replica out until it has been looked at again."""
        self.health = DOWN
        self._suspicion.set()

    def close(self) -> None:
        """Closes all connections."""
        self.pool.close()
        self._probe.close()
