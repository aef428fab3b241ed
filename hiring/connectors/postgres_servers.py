"""The primary and its replicas: who takes a command, who answers a query, how fresh the answer is."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

import structlog

from hiring.config import Postgres
from hiring.connectors.postgres import Pool
from hiring.connectors.postgres_errors import CancelledByReplay
from hiring.connectors.postgres_replica import WATCH_INTERVAL_S, Replica
from hiring.connectors.postgres_session import Call, Statement
from hiring.errors import ApiError, DatabaseUnavailable, NotVisibleYet

FIRST_RETRY_PAUSE_S = 0.001
LONGEST_RETRY_PAUSE_S = 0.008
SETTLE_PAUSE_S = 0.05
"""Between two heartbeats: what a busy process writes meanwhile is settled by the next."""
IDLE_HEARTBEAT_AGE_MS = 500
BUSY_HEARTBEAT_AGE_MS = 25
"""A younger heartbeat will do, of a process that has written nothing since its last, and of one that has."""

PoolRole = Literal["command", "worker", "relay"]
log: structlog.typing.FilteringBoundLogger = structlog.get_logger(__name__)


class Mechanism(NamedTuple):
    """The statements that the servers themselves need."""

    find_health: Statement
    require_visible: Statement
    beat: Statement


@dataclass(slots=True)
class ReadStatistics:
    """Where queries were answered since the start."""

    on_replica_count: int = 0
    on_primary_count: int = 0
    retried_count: int = 0
    """Tries on a replica that did not have the client's own write yet."""
    lost_event_count: int = 0
    """Reads whose token names an event that the primary lacks: lost in a failover."""


class Servers:
    """Pools to one primary and, for the role that answers requests, to its replicas."""

    def __init__(self, settings: Postgres, role: PoolRole, mechanism: Mechanism) -> None:
        own_role, size = getattr(settings.roles, role), getattr(settings.pools, role)
        query_role, primary_address = settings.roles.query, settings.primary
        self.primary = Pool(settings, name=f"hiring {role}", address=primary_address, role=own_role, size=size)
        self.primary_query = Pool(
            settings, name="hiring primary_query", address=primary_address, role=query_role,
            size=settings.pools.primary_query, is_read_only=True,
        )  # fmt: skip
        self.watch = Pool(
            settings, name="hiring watch", address=primary_address, role=query_role, size=1, is_read_only=True
        )
        self.replicas = tuple(
            Replica(settings, address, size=settings.pools.query, find_health=mechanism.find_health)
            for address in (settings.replicas if role == "command" else ())
        )
        self._keeper = Pool(settings, name="hiring keeper", address=primary_address, role=own_role, size=1)
        self.reads = ReadStatistics()
        self._mechanism = mechanism
        self._freshness_wait_s = settings.freshness_wait_ms / 1000
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Connects. A replica may be missing, and is looked for again. Raises: DatabaseUnavailable (no primary)."""
        await self.primary.refill()
        await self.primary_query.refill()
        for _ in range(2):  # a WAL receiver counts at the second look
            await asyncio.gather(*(replica.check() for replica in self.replicas))
        await asyncio.gather(*(replica.pool.refill_quietly() for replica in self.replicas if replica.health.is_serving))
        self._tasks = [asyncio.create_task(each) for each in (self._keep(), *(r.watch() for r in self.replicas))]

    async def close(self) -> None:
        """Closes all connections; who waits for an answer gets DatabaseUnavailable."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.primary.close()
        self.primary_query.close()
        self.watch.close()
        self._keeper.close()
        for replica in self.replicas:
            replica.close()

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Every pool that serves requests."""
        return (self.primary, self.primary_query, *(replica.pool for replica in self.replicas))

    async def read(
        self, calls: Sequence[Call], event_ids: Sequence[UUID | str] = (), *, proofs: Sequence[Call] = (),
        reports_lost: bool = True,
    ) -> Any:  # fmt: skip
        """Answers a query, a message without effect, from a snapshot that contains `event_ids`.

        Asks each replica that serves, waiting a moment for it to catch up, then the read-only role of the primary. A
        query may be sent more than once. `proofs` go before it on a replica: they refuse with RV001 what is too old,
        which the primary never is. Raises: as `Pool.run`.
        """
        proven = [*proofs, *calls]
        if event_ids:
            proven.insert(0, (self._mechanism.require_visible, {"event_ids": list(event_ids)}))
        for replica in self._candidates(needs_no_proof=len(proven) == len(calls)):
            try:
                answer = await self._read_replica(replica, proven)
            except DatabaseUnavailable:
                replica.suspect()
            except (CancelledByReplay, NotVisibleYet):
                continue
            else:
                self.reads.on_replica_count += 1
                return answer
        if reports_lost and event_ids:
            try:
                return await self.read_primary(proven)
            except NotVisibleYet:
                self.reads.lost_event_count += 1
                log.warning("database.events_lost", event_ids=[str(event_id) for event_id in event_ids])
        return await self.read_primary(calls)

    async def read_primary(self, calls: Sequence[Call]) -> Any:
        """Answers a query from the primary, whose read-only role has a small pool. Raises: as `Pool.run`."""
        self.reads.on_primary_count += 1
        return await self.primary_query.run(*calls)

    def _candidates(self, *, needs_no_proof: bool) -> list[Replica]:
        """The least busy first. A read without a proof stays away from a replica that lags."""
        usable = [r for r in self.replicas if (r.health.is_fresh if needs_no_proof else r.health.is_serving)]
        return sorted(usable, key=lambda replica: replica.pool.lent_count)

    async def _read_replica(self, replica: Replica, calls: Sequence[Call]) -> Any:
        """Raises: NotVisibleYet when the replica has not caught up in time, and as `Pool.run`."""
        clock = asyncio.get_running_loop().time
        give_up_at, pause_s = clock() + self._freshness_wait_s, FIRST_RETRY_PAUSE_S
        while True:
            try:
                return await replica.pool.run(*calls)
            except NotVisibleYet:
                if clock() + pause_s > give_up_at or not replica.health.is_serving:
                    raise
            self.reads.retried_count += 1
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_RETRY_PAUSE_S)

    async def _keep(self) -> None:
        """Heartbeats over a connection of its own, and warm pools to the primary. Runs until cancelled.

        Every second, which tells the lag of replicas; and right after a command, which settles what it wrote.
        """
        written = self.primary.returned
        while True:
            with suppress(ApiError):  # a caller who needs the primary now is told; here it is tried again
                await self._beat(written)
            await self.primary.refill_quietly()
            await self.primary_query.refill_quietly()
            await asyncio.sleep(SETTLE_PAUSE_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(WATCH_INTERVAL_S - SETTLE_PAUSE_S):
                    await written.wait()

    async def _beat(self, written: asyncio.Event) -> None:
        """Sends a heartbeat, again if it came too soon after another to settle the latest command. Raises: as `run`."""
        is_busy = written.is_set()
        written.clear()
        minimum_age_ms = BUSY_HEARTBEAT_AGE_MS if is_busy else IDLE_HEARTBEAT_AGE_MS
        beaten_at = await self._keeper.run((self._mechanism.beat, {"minimum_age_ms": minimum_age_ms}))
        if is_busy and beaten_at is None:
            written.set()
