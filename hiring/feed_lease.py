"""Who follows the feed: one process at a time under each name, from a watermark that only it can move."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from datetime import datetime

from hiring.database import Database
from hiring.errors import ApiError
from hiring.foundation.logs import get_logger

LEASE_MS = 2000
"""A process that is gone is replaced after this."""
RENEWAL_S = LEASE_MS / 1000 / 4

log = get_logger(__name__)


class LeaseLost(Exception):
    """Another process follows under this name now."""


class Lease:
    """The right to follow under a name and to move its watermark. `proof` is what the database knows it by, if held."""

    def __init__(self, db: Database, name: str) -> None:
        self._db, self._name = db, name
        self._clock = asyncio.get_running_loop().time
        self._renewed_at_s = 0.0
        self._position = 0
        self.proof: datetime | None = None

    async def hold(self) -> int | None:
        """Takes the lease, or renews it in time; returns the watermark, None while another process has it."""
        if self.proof is not None and self._clock() - self._renewed_at_s < RENEWAL_S:
            return self._position
        began_s, had_it = self._clock(), self.proof is not None
        row = await self._db.commands.feed.lead(name=self._name, seen_at=self.proof, lease_ms=LEASE_MS)
        if had_it is not (row is not None):
            log.info(f"{self._name}.leads" if row else f"{self._name}.stands_by")
        if row is None:
            self.proof = None
            return None
        self.proof, self._position, self._renewed_at_s = row["updated_at"], row["position"], began_s
        return self._position

    async def hold_during(self, work: Awaitable[None]) -> None:
        """Waits for `work` and keeps the lease meanwhile. Raises: LeaseLost, and as `work`, which is then given up."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=RENEWAL_S))[0]:
                if await self.hold() is None:
                    raise LeaseLost
            task.result()
        finally:
            task.cancel()

    async def advance(self, position: int) -> None:
        """Moves the watermark. Raises: LeaseLost."""
        began_s = self._clock()
        self.proof = await self._db.commands.feed.advance(
            name=self._name, from_position=self._position, to_position=position, seen_at=self.proof
        )
        if self.proof is None:
            raise LeaseLost
        self._position, self._renewed_at_s = position, began_s

    async def end(self) -> None:
        """Lets another process go on at once; when the database is away the lease runs out by itself."""
        proof, self.proof = self.proof, None
        if proof is not None:
            with suppress(ApiError):
                await self._db.commands.feed.step_down(name=self._name, seen_at=proof)
