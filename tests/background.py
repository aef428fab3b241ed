"""What the tests of background work share: a database of their own, events to write, and what the broker holds."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID, uuid4

import pytest

from hiring import migrations
from hiring.config import Role, Settings, load_settings
from hiring.connectors import postgres
from hiring.connectors.rabbitmq import Broker, Delivery, open_broker
from hiring.database import Database
from hiring.database_roles import make_roles

DATABASE = "hiring_background_test"
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


class Admin(Protocol):
    """Sends one message as the superuser, to the primary or to a port, and returns its rows."""

    async def __call__(self, text: str, *, port: int | None = None, **values: Any) -> list[tuple[Any, ...]]: ...


def load(**changes: str) -> Settings:
    """The settings of these tests; `changes` are variables of the environment."""
    environ = {
        **os.environ,
        "HIRING_DEPLOYMENT": "test",
        "HIRING__POSTGRES__DATABASE": DATABASE,
        "HIRING__POSTGRES__POOLS": "{command: 2, query: 2, primary_query: 2, worker: 4, relay: 2}",
        **changes,
    }
    return load_settings(environ=environ)


@asynccontextmanager
async def superuser_session(settings: Settings, *, port: int | None = None) -> AsyncIterator[postgres.Connection]:
    """A connection of the superuser."""
    user = settings.postgres.superuser
    assert user.user, "HIRING_POSTGRES_SUPERUSER and HIRING_POSTGRES_SUPERUSER_PASSWORD are needed"
    connection = await postgres.connect(
        host=settings.postgres.primary.host, port=port or settings.postgres.primary.port, database=DATABASE,
        user=user.user, password=user.password or "", application_name="hiring test", timeout_ms=30_000,
    )  # fmt: skip
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load()


@pytest.fixture(scope="session", autouse=True)
def database(settings: Settings) -> Iterator[None]:
    """The migrated database; gone afterwards."""
    given = settings.postgres.superuser
    assert given.user, "HIRING_POSTGRES_SUPERUSER and HIRING_POSTGRES_SUPERUSER_PASSWORD are needed"
    superuser = Role(user=given.user, password=given.password, connection_limit=1)

    async def drop() -> None:
        async with migrations.session(settings, superuser, database="postgres") as connection:
            await postgres.send(connection, f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", timeout_ms=30_000)

    async def make() -> None:
        await drop()
        await make_roles(settings, lambda _: None)
        await migrations.up(settings, lambda _: None)

    asyncio.run(make())
    yield
    asyncio.run(drop())


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    async with AsyncExitStack() as stack:
        connections: dict[int | None, postgres.Connection] = {}

        async def send(text: str, *, port: int | None = None, **values: Any) -> list[tuple[Any, ...]]:
            if port not in connections or connections[port].closed:
                connections[port] = await stack.enter_async_context(superuser_session(settings, port=port))
            cursor = await postgres.send(connections[port], text, values or None)
            return list(cursor.fetchall()) if cursor.description else []

        yield send


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


type_of_add_events = Callable[..., Awaitable[list[UUID]]]


@pytest.fixture
async def add_events(admin: Admin, organization_id: UUID) -> type_of_add_events:
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
    """Nothing in outbox and feed that an earlier test left."""
    await admin("TRUNCATE outbox, feed, inbox, messages; UPDATE outbox_mark SET settled_due_at = '-infinity'")
    await admin("UPDATE feed_watermarks SET position = 0, updated_at = '-infinity'")


async def until(condition: Callable[[], Awaitable[Any]], limit_s: float = 10.0) -> float:
    """Waits until a condition holds and returns the seconds that it took; fails after a limit."""
    clock = asyncio.get_running_loop().time
    began = clock()
    while not await condition():
        assert clock() - began < limit_s, f"still waiting after {limit_s} s"
        await asyncio.sleep(0.02)
    return clock() - began


async def drain(broker: Broker, queue: str) -> Sequence[Delivery]:
    """Takes everything out of a queue."""
    deliveries = await broker.fetch(queue, 100_000)
    for delivery in deliveries:
        await delivery.acknowledge()
    return deliveries
