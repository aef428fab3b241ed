"""Bulk operations that are due: does their items one by one, each in a transaction of its own, and in turns.

An operation goes on for TURN_S and then queues itself again, so that others get their turn. What its requester may do
is looked up before each batch. A worker that dies leaves nothing half-done: the event comes again, and the next item is
the first one that has no outcome.
"""

import asyncio
import time

from hiring.commands import bulk_operations as commands
from hiring.consumers.base import Consumer, Context
from hiring.domain.bulk_operations import ACTIONS
from hiring.domain.events import Event
from hiring.domain.permissions import may
from hiring.errors import MessageDone
from hiring.queries import bulk_operations as queries

NAME = "automation"
BATCH_ITEMS = 100
"""Items between two looks at what the requester may do."""
TURN_S = 5.0
REST_FACTOR = 1.0
"""The rest after an item, as a multiple of the time that the item took, so that other requests hardly wait longer
(`tests/faults/test_bulk_speed.py`)."""


async def handle(context: Context, event: Event) -> None:
    """Gives a bulk operation its turn; what a repeat finds done it leaves. Rules: K4, K5. Raises: Unavailable."""
    db, give_up_at = context.db, time.monotonic() + TURN_S
    while (due := await queries.find_due(db, event)) is not None:
        if not may(due.actor, ACTIONS[due.action].permission):
            await commands.end(db, due.actor, due, "failed")
            return
        await commands.start(db, due.actor, due)
        items = await queries.list_due_items(db, due.actor, bulk_operation_id=due.id, limit=BATCH_ITEMS)
        try:
            for application_id in items:
                began = time.monotonic()
                await commands.do_item(db, due.actor, due, application_id)
                await asyncio.sleep(REST_FACTOR * (time.monotonic() - began))
        except MessageDone:  # it was cancelled, or another worker is at it
            continue
        if len(items) < BATCH_ITEMS:
            await commands.end(db, due.actor, due, "completed")
        elif time.monotonic() > give_up_at:
            await commands.go_on(db, due.actor, due)


CONSUMER = Consumer(NAME, ("bulk_operation.due",), handle, role="command")
