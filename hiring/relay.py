"""From the outbox to the broker: the sequencer gives events their order, the relay publishes them in it.

Both may run in any number of processes. Sequencers take turns, message by message. Of the relays one holds a lease on
the watermark and publishes, the others stand by; a relay that lost its lease without knowing can repeat events but not
move the watermark. Repeats are harmless: consumers know what they have handled.
"""

import asyncio
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker, BrokerUnavailable, Letter, NotAllPublished, open_broker
from hiring.connectors.rabbitmq_topology import EVENT_EXCHANGE, Topology, takes
from hiring.database import Database
from hiring.feed_lease import RENEWAL_S, Lease
from hiring.foundation.logs import get_logger
from hiring.foundation.supervision import wait_for_first
from hiring.services import worker_metrics as metrics

if TYPE_CHECKING:
    from hiring.statements import QueriesFeedListAfterRow

log = get_logger(__name__)


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


class Relay:
    """Publishes the feed until `stop`, while no other relay does."""

    def __init__(
        self, db: Database, settings: Settings, topologies: Sequence[Topology], stop: asyncio.Event,
        sequenced: asyncio.Event,
    ) -> None:  # fmt: skip
        self._db, self._settings, self._topologies = db, settings, topologies
        self._stop, self._sequenced = stop, sequenced
        self._lease = Lease(db, "relay")
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
