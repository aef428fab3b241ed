"""What the tests of background work share: a database of their own, events to write, and what the broker holds."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from hiring.config import Settings, load_settings
from hiring.connectors.rabbitmq import Broker, Delivery, open_broker
from hiring.database import Database
from hiring.errors import StatementStopped
from tests.client import Client
from tests.databases import Admin, administered, own_database

DATABASE = "hiring_background_test"
PATIENCE_S = 60.0
"""What will happen happens within this, also on a busy machine; how long it took is recorded, not judged."""
ADD_EVENTS = """
WITH recorded_event AS (
    INSERT INTO events (organization_id, id, type, aggregate_type, aggregate_id, aggregate_version, actor,
                        correlation_id)
    SELECT %(organization_id)s, e.id, %(type)s, 'trial', coalesce(%(aggregate_id)s, e.id), e.version,
           '{"type": "system", "id": null, "user_id": null, "on_behalf_of": null}', e.id
    FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS e (id, version)
    RETURNING id
)
INSERT INTO outbox (organization_id, event_id, due_at)
SELECT %(organization_id)s, e.id, coalesce(%(due_at)s::timestamptz, now()) FROM recorded_event AS e
"""

EMPTY = """
TRUNCATE outbox, feed, inbox, messages;
UPDATE outbox_mark SET settled_due_at = '-infinity';
UPDATE feed_watermarks SET position = 0, updated_at = '-infinity'
"""


def load(**changes: str) -> Settings:
    """The settings of these tests; `changes` are variables of the environment."""
    environ = {
        **os.environ,
        "HIRING_DEPLOYMENT": "test",
        "HIRING__POSTGRES__DATABASE": DATABASE,
        "HIRING__CLICKHOUSE__DATABASE": DATABASE,
        "HIRING__POSTGRES__POOLS": (
            "{command: 12, query: 2, primary_query: 2, worker: 4, relay: 2, organization_percent: 100}"
        ),
        **changes,
    }
    return load_settings(environ=environ)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load()


@pytest.fixture(scope="session", autouse=True)
def database(settings: Settings) -> Iterator[None]:
    """The migrated database; gone afterwards."""
    with own_database(settings):
        yield


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    async with administered(settings) as admin:
        yield admin


@pytest.fixture
async def relay_db(settings: Settings) -> AsyncIterator[Database]:
    db = await Database.open(settings, role="relay")
    yield db
    await db.close()


@pytest.fixture
async def worker_db(settings: Settings) -> AsyncIterator[Database]:
    db = await Database.open(settings, role="worker")
    yield db
    await db.close()


@pytest.fixture
async def broker(settings: Settings) -> AsyncIterator[Broker]:
    async with open_broker(settings.rabbitmq, name="hiring test") as broker:
        yield broker


@pytest.fixture
def organization_id() -> UUID:
    return uuid4()


AddEvents = Callable[..., Awaitable[list[UUID]]]


@pytest.fixture
async def add_events(admin: Admin, organization_id: UUID) -> AddEvents:
    """Commits events of a type in one transaction; by default each of an aggregate of its own."""

    async def add(
        event_type: str, count: int = 1, *, aggregate_id: UUID | None = None, due_at: datetime | None = None
    ) -> list[UUID]:
        ids = [uuid4() for _ in range(count)]
        await admin(
            ADD_EVENTS, organization_id=organization_id, ids=ids, type=event_type, aggregate_id=aggregate_id,
            due_at=due_at,
        )  # fmt: skip
        return ids

    return add


@pytest.fixture
async def empty(admin: Admin) -> None:
    """Nothing in outbox and feed that an earlier test left, even where a worker runs and meets this in a deadlock."""

    async def is_emptied() -> bool:
        with suppress(StatementStopped):
            await admin(EMPTY)
            return True
        return False

    await until(is_emptied)


async def until(condition: Callable[[], Awaitable[Any]], limit_s: float = PATIENCE_S) -> float:
    """Waits until a condition holds and returns the seconds that it took; fails after a limit."""
    clock = asyncio.get_running_loop().time
    began = clock()
    while not await condition():
        assert clock() - began < limit_s, f"still waiting after {limit_s} s"
        await asyncio.sleep(0.02)
    Client.is_behind = True  # what was waited for may have been written, too
    return clock() - began


def wait_until(condition: Callable[[], Any], limit_s: float = PATIENCE_S) -> None:
    """As `until`, where there is no loop."""
    give_up_at = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < give_up_at, f"still waiting after {limit_s} s"
        time.sleep(0.02)


async def drain(broker: Broker, queue: str) -> Sequence[Delivery]:
    """Takes everything out of a queue."""
    deliveries = await broker.fetch(queue, 100_000)
    for delivery in deliveries:
        await delivery.acknowledge()
    return deliveries
