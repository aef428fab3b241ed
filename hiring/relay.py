"""From the outbox to the broker: the sequencer gives events their order, the relay publishes them in it.

Both may run in any number of processes. Sequencers take turns, message by message. Of the relays one holds a lease on
the watermark and publishes, the others stand by; a relay that lost its lease without knowing can repeat events but not
move the watermark. Repeats are harmless: consumers know what they have handled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, Letter, NotAllPublished, open_broker
from hiring.connectors.rabbitmq_topology import EVENT_EXCHANGE, Topology, takes
from hiring.database import Database
from hiring.errors import ApiError
from hiring.foundation.logs import get_logger
from hiring.foundation.supervision import wait_for_first
from hiring.services import worker_metrics as metrics

if TYPE_CHECKING:
    from hiring.statements import QueriesFeedListAfterRow

LEASE_MS = 2000
"""A relay that is gone is replaced after this."""
RENEWAL_S = LEASE_MS / 1000 / 4

log = get_logger(__name__)


class LeaseLost(Exception):
    """Another relay publishes now."""


class Sequencer:
    """Moves due events to the feed until `stop`, and sets `sequenced` when it moved some."""

    def __init__(self, db: Database, settings: Settings, stop: asyncio.Event, sequenced: asyncio.Event) -> None:
        self._db, self._settings, self._stop, self._sequenced = db, settings.relay, stop, sequenced

    async def run(self) -> None:
        """Raises: Unavailable when the database is."""
        while not self._stop.is_set():
            if not await self.sequence():
                await wait_for_first(self._stop, timeout_s=self._settings.poll_interval_ms / 1000)

    async def sequence(self) -> bool:
        """Moves one batch; returns whether more may be due."""
        moved = await self._db.commands.outbox.sequence(row_limit=self._settings.sequencer_batch_size)
        if moved["moved_count"]:
            metrics.SEQUENCED.inc(moved["moved_count"])
            self._sequenced.set()
        return bool(moved["is_more_due"])


class Lease:
    """The right to publish and to move the watermark. `proof` is what the database knows it by; None without it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._clock = asyncio.get_running_loop().time
        self._renewed_at_s = 0.0
        self._position = 0
        self.proof: datetime | None = None

    async def hold(self) -> int | None:
        """Takes the lease, or renews it in time; returns the watermark, None while another relay has it."""
        if self.proof is not None and self._clock() - self._renewed_at_s < RENEWAL_S:
            return self._position
        began_s, had_it = self._clock(), self.proof is not None
        row = await self._db.commands.feed.lead(seen_at=self.proof, lease_ms=LEASE_MS)
        if had_it is not (row is not None):
            log.info("relay.leads" if row else "relay.stands_by")
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
            from_position=self._position, to_position=position, seen_at=self.proof
        )
        if self.proof is None:
            raise LeaseLost
        self._position, self._renewed_at_s = position, began_s

    async def end(self) -> None:
        """Lets another relay go on at once; when the database is away the lease runs out by itself."""
        proof, self.proof = self.proof, None
        if proof is not None:
            with suppress(ApiError):
                await self._db.commands.feed.step_down(seen_at=proof)


class Relay:
    """Publishes the feed until `stop`, while no other relay does."""

    def __init__(
        self, db: Database, settings: Settings, topologies: Sequence[Topology], stop: asyncio.Event,
        sequenced: asyncio.Event,
    ) -> None:  # fmt: skip
        self._db, self._settings, self._topologies = db, settings, topologies
        self._stop, self._sequenced = stop, sequenced
        self._lease = Lease(db)
        self._batch_size = settings.relay.batch_size
        self._needs_queue = needs_queue(topologies)

    async def run(self) -> None:
        """Publishes over one connection. Raises: BrokerUnavailable, Unavailable, LeaseLost."""
        async with open_broker(self._settings.rabbitmq, name="hiring relay") as broker:
            await broker.declare(self._topologies)
            try:
                while not self._stop.is_set():
                    await self._publish_next(broker)
            finally:
                await self._lease.end()

    async def _publish_next(self, broker: Broker) -> None:
        """Publishes a batch; when there is none, or another relay leads, waits a moment."""
        if broker.lost.is_set():
            raise BrokerUnavailable("The connection was lost.")
        self._sequenced.clear()
        position = await self._lease.hold()
        if position is None:
            await wait_for_first(self._stop, broker.lost, timeout_s=RENEWAL_S)
            return
        feed = self._db.queries.feed
        rows = await feed.list_after(after_position=position, row_limit=self._batch_size)
        if rows:
            await self._publish(broker, rows)
        else:
            poll_s = min(self._settings.relay.poll_interval_ms / 1000, RENEWAL_S)
            await wait_for_first(self._stop, self._sequenced, broker.lost, timeout_s=poll_s)

    async def _publish(self, broker: Broker, rows: Sequence["QueriesFeedListAfterRow"]) -> None:
        """Publishes rows of the feed and moves the watermark over those confirmed.

        After a failure the next batch is a single event, then two, four, …: what one queue refuses is not repeated to
        all others together with everything behind it.
        """
        try:
            await self._lease.hold_during(broker.publish(EVENT_EXCHANGE, [self._letter(row) for row in rows]))
        except NotAllPublished as error:
            self._batch_size = 1
            await self._confirm(rows[: error.confirmed_count])
            raise
        self._batch_size = min(2 * self._batch_size, self._settings.relay.batch_size)
        await self._confirm(rows)

    async def _confirm(self, rows: Sequence["QueriesFeedListAfterRow"]) -> None:
        if rows:
            await self._lease.advance(rows[-1]["position"])
            metrics.PUBLISHED.inc(len(rows))

    def _letter(self, row: "QueriesFeedListAfterRow") -> Letter:
        return Letter(
            routing_key=row["type"], body=row["envelope"].encode(), message_id=str(row["id"]), type=row["type"],
            is_mandatory=self._needs_queue(row["type"]),
        )  # fmt: skip


def needs_queue(topologies: Sequence[Topology]) -> Callable[[str], bool]:
    """Whether an event of a type must find a queue: the broker may drop what nobody asked for, and nothing else."""
    patterns = [
        binding.routing_key for each in topologies for binding in each.bindings if binding.exchange == EVENT_EXCHANGE
    ]
    return cache(lambda event_type: any(takes(pattern, event_type) for pattern in patterns))
