"""Databases of the tests' own on the tests' primary, and the superuser who looks into them."""

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Protocol
from uuid import uuid4

from msgspec.structs import replace

from hiring import clickhouse_migrations, config, migrations
from hiring.config import Role, Settings
from hiring.connectors import postgres
from hiring.connectors.clickhouse import ClickHouse
from hiring.database_roles import make_roles
from hiring.migration_session import session
from tests.client import Client

WRITES = re.compile(r"\b(INSERT INTO|DELETE FROM|TRUNCATE|COMMIT|record_event)\b|(?<!FOR )\bUPDATE \w")
"""What makes a statement one that writes."""


class Admin(Protocol):
    """Sends one message as the superuser, to the primary or to a port, and returns its rows."""

    async def __call__(self, text: str, *, port: int | None = None, **values: Any) -> list[tuple[Any, ...]]: ...


def superuser_of(settings: Settings) -> Role:
    """Who makes and drops databases."""
    given = settings.postgres.superuser
    assert given.user and given.password, "HIRING_POSTGRES_SUPERUSER and HIRING_POSTGRES_SUPERUSER_PASSWORD are needed"
    return Role(user=given.user, password=given.password, connection_limit=1)


@contextmanager
def own_database(settings: Settings, *, up_to: str | None = None) -> Iterator[None]:
    """The database that the settings name, made afresh with its roles and migrations; gone after the block."""

    async def drop() -> None:
        async with session(settings, superuser_of(settings), database="postgres") as connection:
            text = f"DROP DATABASE IF EXISTS {settings.postgres.database} WITH (FORCE)"
            await postgres.send(connection, text, timeout_ms=30_000)
        if settings.clickhouse.host is not None:
            await administer_analytics(settings.clickhouse, "DROP DATABASE IF EXISTS {database} SYNC")

    async def make() -> None:
        await drop()
        await make_roles(settings, lambda _: None)
        await migrations.up(settings, lambda _: None, to=up_to)
        if settings.clickhouse.host is not None:
            await make_analytics(settings.clickhouse)

    asyncio.run(make())
    yield
    asyncio.run(drop())


async def make_analytics(settings: config.ClickHouse) -> None:
    """Makes the database of ClickHouse that the settings name, with its tables."""
    await administer_analytics(settings, "CREATE DATABASE {database}")
    client = ClickHouse.open(settings)
    await clickhouse_migrations.up(client, lambda _: None)
    await client.close()


async def administer_analytics(settings: config.ClickHouse, statement: str) -> None:
    """Sends a statement about the `{database}` of the settings, whether it is there or not."""
    server = ClickHouse.open(replace(settings, database="default"))
    await server.run(statement.format(database=settings.database))
    await server.close()


@asynccontextmanager
async def own_analytics(settings: config.ClickHouse) -> AsyncIterator[config.ClickHouse]:
    """The settings of an empty database in ClickHouse; gone after the block."""
    own = replace(settings, database=f"test_{uuid4().hex}")
    await administer_analytics(own, "CREATE DATABASE {database}")
    try:
        yield own
    finally:
        await administer_analytics(own, "DROP DATABASE {database} SYNC")


@asynccontextmanager
async def superuser_session(settings: Settings, *, port: int | None = None) -> AsyncIterator[postgres.Connection]:
    """A connection of the superuser to the settings' database, on the primary or on a port."""
    superuser = superuser_of(settings)
    connection = await postgres.connect(
        host=settings.postgres.primary.host, port=port or settings.postgres.primary.port,
        database=settings.postgres.database, user=superuser.user, password=superuser.password or "",
        application_name="hiring test", timeout_ms=30_000,
    )  # fmt: skip
    try:
        yield connection
    finally:
        connection.close()


@asynccontextmanager
async def administered(settings: Settings) -> AsyncIterator[Admin]:
    """The superuser in the settings' database, one message at a time; its connections last as long as the block."""
    async with AsyncExitStack() as stack:
        connections: dict[int | None, postgres.Connection] = {}
        turns: defaultdict[int | None, asyncio.Lock] = defaultdict(asyncio.Lock)

        async def send(text: str, *, port: int | None = None, **values: Any) -> list[tuple[Any, ...]]:
            async with turns[port]:
                if port not in connections or connections[port].closed:
                    connections[port] = await stack.enter_async_context(superuser_session(settings, port=port))
                cursor = await postgres.send(connections[port], text, values or None)
                Client.is_behind |= WRITES.search(text) is not None
                return list(cursor.fetchall()) if cursor.description else []

        yield send
