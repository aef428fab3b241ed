"""The inbox: each message has its effect once, however often it is delivered."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.database import Database
from hiring.errors import MessageDone, MessageRunning

Add = Callable[[Database], Awaitable[dict[str, UUID]]]


@pytest.fixture
async def worker(open_database: Callable[..., Awaitable[Database]]) -> Database:
    return await open_database(role="worker")


async def handle(db: Database, message_id: UUID, note: dict[str, UUID], *, consumer: str = "c") -> None:
    async with db.inbox(consumer=consumer, message_id=message_id, organization_id=note["organization_id"]) as inbox:
        await inbox.commands.trial_notes.touch(event_id=uuid4(), **note)


async def version_of(db: Database, note: dict[str, UUID]) -> int:
    return int(await db.queries.trial_notes.find_version(**note))


async def test_message_has_one_effect_when_it_is_delivered_often_at_once(
    worker: Database, add_note: Add, admin: Any
) -> None:
    """The other deliveries hear that it runs (try later) or is done (acknowledge)."""
    outcomes: Counter[str] = Counter()
    message_id, note = uuid4(), await add_note(worker)

    async def deliver() -> None:
        try:
            await handle(worker, message_id, note)
            outcomes["effect"] += 1
        except (MessageRunning, MessageDone) as refusal:
            outcomes[type(refusal).__name__] += 1

    await asyncio.gather(*(deliver() for _ in range(20)))
    assert outcomes["effect"] == 1
    assert outcomes.total() == 20
    assert await version_of(worker, note) == 2
    rows = await admin("SELECT consumer, organization_id FROM inbox WHERE message_id = %(id)s", id=message_id)
    assert rows == [("c", note["organization_id"])]


async def test_message_is_another_when_another_consumer_handles_it(worker: Database, add_note: Add) -> None:
    """Each consumer has its own effect."""
    message_id, note = uuid4(), await add_note(worker)
    await handle(worker, message_id, note, consumer="a")
    await handle(worker, message_id, note, consumer="b")
    assert await version_of(worker, note) == 3


async def test_message_is_claimed_before_any_command_when_the_block_begins(worker: Database, add_note: Add) -> None:
    """No other delivery gets into the block meanwhile; the message is recorded also without a command."""
    message_id, note = uuid4(), await add_note(worker)
    async with worker.inbox(consumer="c", message_id=message_id, organization_id=note["organization_id"]):
        with pytest.raises(MessageRunning):
            await handle(worker, message_id, note)
    with pytest.raises(MessageDone):
        await handle(worker, message_id, note)


async def test_message_may_be_delivered_again_when_its_handling_failed(worker: Database, add_note: Add) -> None:
    """Nothing is recorded, nothing stays."""
    message_id, note = uuid4(), await add_note(worker)

    async def fail() -> None:
        async with worker.inbox(consumer="c", message_id=message_id, organization_id=note["organization_id"]) as inbox:
            await inbox.commands.trial_notes.touch(event_id=uuid4(), **note)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await handle(worker, message_id, note)
    assert await version_of(worker, note) == 2
    assert worker.servers.primary.statistics.dropped_count == 0
