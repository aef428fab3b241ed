"""The sweep: deletes what has expired, in rounds that one worker at a time begins, and in batches.

Each table has one statement in `sql/commands/sweeps.sql`, and one line in `Sweeper.kept` that says how long its rows
stay. A file is deleted after its row says that nobody can use it, and before that row goes: a round that is cut off
leaves nothing that the next round does not find. Files without any row, and parts of uploads that were killed, are
found by walking through the file store once a day.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from hiring.config import Settings
from hiring.connectors.files import FileStore
from hiring.database import Database
from hiring.errors import ApiError
from hiring.foundation.logs import get_logger
from hiring.foundation.supervision import wait_for_first
from hiring.services import worker_metrics as metrics

ANSWERS_KEPT = timedelta(hours=48)
"""What `claim_idempotency_key` promises."""
CHANGES_KEPT = timedelta(hours=1)
"""API processes read changes of rights several times a second."""
FILE_GRACE = timedelta(hours=24)
"""A file that is younger may belong to a request that has not written its row yet."""
FILES_INTERVAL_S = 24 * 3600
BATCH_PAUSE_S = 0.05
NOBODY = UUID(int=0)

log = get_logger(__name__)


class Sweeper:
    """Sweeps until `stop`."""

    def __init__(self, db: Database, files: FileStore, settings: Settings, stop: asyncio.Event) -> None:
        self._db, self._files, self._settings, self._stop = db, files, settings.sweep, stop

    async def run(self) -> None:
        """Begins the rounds that are due. Raises: Unavailable."""
        begin = self._db.commands.sweeps.begin_round
        while not self._stop.is_set():
            if await begin(name="sweep", interval_s=self._settings.interval_s) is not None:
                await self.sweep(datetime.now(UTC))
            if await begin(name="sweep of files", interval_s=FILES_INTERVAL_S) is not None:
                await self.sweep_files(datetime.now(UTC))
            await wait_for_first(self._stop, timeout_s=self._settings.interval_s)

    def kept(self) -> dict[str, timedelta]:
        """How long rows stay after they have expired (answers, messages, changes: after they were written)."""
        return {
            "idempotency_keys": ANSWERS_KEPT,
            "inbox": timedelta(seconds=self._settings.inbox_s),
            "principal_changes": CHANGES_KEPT,
            "sessions": timedelta(seconds=self._settings.sessions_s),
            "mailed_links": timedelta(seconds=self._settings.mailed_links_s),
            "bulk_operations": timedelta(seconds=self._settings.bulk_operations_s),
            "uploads": timedelta(seconds=self._settings.uploads_s),
        }

    async def sweep(self, now: datetime) -> None:
        """One round through all tables; one that cannot be swept keeps no other waiting."""
        before, row_limit = {kind: now - kept for kind, kept in self.kept().items()}, self._settings.batch_size
        sweeps: dict[str, Callable[[datetime], Awaitable[int | None]]] = {
            "idempotency_keys": lambda at: self._db.commands.sweeps.idempotency_keys(cutoff_at=at, row_limit=row_limit),
            "inbox": lambda at: self._db.commands.sweeps.inbox(cutoff_at=at, row_limit=row_limit),
            "principal_changes": lambda at: self._db.commands.sweeps.principal_changes(
                cutoff_at=at, row_limit=row_limit
            ),
            "sessions": self._delete_sessions,
            "mailed_links": lambda at: self._db.commands.sweeps.mailed_links(cutoff_at=at, row_limit=row_limit),
            "bulk_operations": self._delete_bulk_operations,
            "uploads": self._delete_uploads,
        }
        for kind, sweep in sweeps.items():
            await self._drain(kind, partial(sweep, before[kind]))
        await self._measure(before)

    async def sweep_files(self, now: datetime) -> None:
        """Walks through the file store: files that nothing names go, and parts that a killed process has left."""
        try:
            metrics.SWEPT.labels("parts of files").inc(await self._files.delete_parts(now - FILE_GRACE))
            async for names in self._files.list_older(now - FILE_GRACE, self._settings.batch_size):
                await self._delete_unknown(names)
                await wait_for_first(self._stop, timeout_s=BATCH_PAUSE_S)
                if self._stop.is_set():
                    return
        except ApiError as error:
            log.warning("sweep.failed", kind="files", error=type(error).__name__)

    async def _drain(self, kind: str, sweep_batch: Callable[[], Awaitable[int | None]]) -> None:
        """Sweeps batch by batch until one is not full."""
        total = 0
        try:
            while not self._stop.is_set():
                count = await sweep_batch() or 0
                total += count
                metrics.SWEPT.labels(kind).inc(count)
                if count < self._settings.batch_size:
                    break
                await wait_for_first(self._stop, timeout_s=BATCH_PAUSE_S)
        except ApiError as error:
            log.warning("sweep.failed", kind=kind, error=type(error).__name__)
        if total:
            log.info("sweep.done", kind=kind, count=total)

    async def _delete_sessions(self, cutoff_at: datetime) -> int | None:
        """Deletes a batch of refresh tokens; once the next sessions have none left, deletes those sessions."""
        row_limit = self._settings.batch_size
        tokens = await self._db.commands.sweeps.refresh_tokens(
            cutoff_at=cutoff_at, row_limit=row_limit, token_limit=row_limit
        )
        if tokens == row_limit:
            return tokens
        return await self._db.commands.sweeps.sessions(cutoff_at=cutoff_at, row_limit=row_limit)

    async def _delete_bulk_operations(self, cutoff_at: datetime) -> int | None:
        """Deletes a batch of items; once the next operations have none left, deletes those operations."""
        row_limit = self._settings.batch_size
        items = await self._db.commands.sweeps.bulk_operation_items(
            cutoff_at=cutoff_at, row_limit=row_limit, item_limit=row_limit
        )
        if items == row_limit:
            return items
        return await self._db.commands.sweeps.bulk_operations(cutoff_at=cutoff_at, row_limit=row_limit)

    async def _delete_uploads(self, cutoff_at: datetime) -> int:
        """Gives up a batch of uploads, then deletes those: files that no attachment has go first, the rows last."""
        row_limit = self._settings.batch_size
        await self._db.commands.sweeps.give_up_uploads(cutoff_at=cutoff_at, row_limit=row_limit)
        rows = await self._db.queries.sweeps.list_used_uploads(cutoff_at=cutoff_at, row_limit=row_limit)
        for row in rows:
            if not row["is_attached"]:
                await self._files.delete(row["storage_name"])
        swept = await self._db.commands.sweeps.uploads(
            organization_ids=[row["organization_id"] for row in rows], ids=[row["id"] for row in rows]
        )
        return swept or 0

    async def _delete_unknown(self, names: Sequence[str]) -> None:
        rows = await self._db.queries.sweeps.list_unknown_files(
            organization_ids=[owner_of(name) for name in names], names=list(names)
        )
        for row in rows:
            if row["name"] is not None:
                await self._files.delete(row["name"])
                metrics.SWEPT.labels("files").inc()

    async def _measure(self, before: dict[str, datetime]) -> None:
        """Tells how long the oldest row of each table should have been gone."""
        try:
            oldest = await self._db.queries.sweeps.find_oldest()
        except ApiError as error:
            log.warning("sweep.failed", kind="measure", error=type(error).__name__)
            return
        if oldest is not None:
            for kind, at in oldest.items():
                overdue_s = (before[kind] - at).total_seconds() if isinstance(at, datetime) else 0.0
                metrics.SWEEP_OVERDUE_S.labels(kind).set(max(0.0, overdue_s))


def owner_of(name: str) -> UUID:
    """The organization whose folder a file is in; nobody for what is in no such folder."""
    try:
        return UUID(name.partition("/")[0])
    except ValueError:
        return NOBODY
