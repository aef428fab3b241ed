"""ClickHouse with the tables and views of the service, for all tests of reports together."""

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from hiring import clickhouse_migrations, config
from hiring.connectors.clickhouse import ClickHouse

PATIENCE_MS = 60_000
"""A busy machine takes long for a query; what is tested here is its answer."""


@pytest.fixture(scope="session")
async def analytics(clickhouse_settings: config.ClickHouse) -> AsyncIterator[ClickHouse]:
    """A client of a migrated database; each test writes under an organization of its own."""
    patient = replace(clickhouse_settings, query_timeout_ms=PATIENCE_MS, insert_timeout_ms=PATIENCE_MS)
    client = ClickHouse.open(patient)
    await clickhouse_migrations.up(client, lambda _: None)
    yield client
    await client.close()
