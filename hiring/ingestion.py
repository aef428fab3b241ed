"""From the feed to ClickHouse: each event becomes a fact, in batches, in the order of the feed.

One process at a time follows the feed. Its watermark moves when ClickHouse has confirmed a batch, so a crash between
the two sends the batch again. That changes nothing: a repeated fact takes the place of the one before it.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from hiring.config import Settings
from hiring.database import Database
from hiring.feed_lease import RENEWAL_S, Lease
from hiring.foundation.supervision import wait_for_first
from hiring.services import worker_metrics as metrics

if TYPE_CHECKING:
    from hiring.statements import QueriesFactsListAfterRow

TABLE = "facts"
FOLLOWER = "analytics"
"""What the watermark and the lease are called."""


class Ingestion:
    """Takes events to ClickHouse until `stop`, while no other process does."""

    def __init__(self, db: Database, settings: Settings, stop: asyncio.Event) -> None:
        self._db, self._settings, self._stop = db, settings.ingestion, stop
        self._lease = Lease(db, FOLLOWER)

    async def run(self) -> None:
        """Raises: AnalyticsUnavailable, Unavailable, LeaseLost."""
        try:
            while not self._stop.is_set():
                await self._ingest_next()
        finally:
            await self._lease.end()

    async def _ingest_next(self) -> None:
        """Ingests a batch; behind a batch that was not full, or while another process leads, waits a moment."""
        position = await self._lease.hold()
        if position is None:
            await wait_for_first(self._stop, timeout_s=RENEWAL_S)
            return
        rows = await self._db.queries.facts.list_after(after_position=position, row_limit=self._settings.batch_size)
        if rows:
            await self._lease.hold_during(self._db.clickhouse.insert(TABLE, lines_of(rows)))
            await self._lease.advance(rows[-1]["position"])
            metrics.INGESTED.inc(len(rows))
        if len(rows) < self._settings.batch_size:
            await wait_for_first(self._stop, timeout_s=min(self._settings.interval_ms / 1000, RENEWAL_S))


def lines_of(rows: Sequence["QueriesFactsListAfterRow"]) -> bytes:
    """Facts as ClickHouse reads them: a line of JSON for each."""
    return "\n".join(row["fact"] for row in rows).encode()
