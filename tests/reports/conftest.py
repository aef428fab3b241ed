"""ClickHouse with the tables and views of the service, for all tests of reports together."""

from collections.abc import AsyncIterator

import pytest

from hiring import clickhouse_migrations, config
from hiring.connectors.clickhouse import ClickHouse


@pytest.fixture(scope="session")
async def analytics(clickhouse_settings: config.ClickHouse) -> AsyncIterator[ClickHouse]:
    """A client of a migrated database; each test writes under an organization of its own."""
    client = ClickHouse.open(clickhouse_settings)
    await clickhouse_migrations.up(client, lambda _: None)
    yield client
    await client.close()
