"""A database with a believable volume, and what the tests of plans ask of it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from benchmarks.asked import QUERIES
from benchmarks.commanded import COMMANDS
from benchmarks.volume import fill
from hiring.config import Settings, load_settings
from hiring.connectors import postgres
from tests.databases import own_database, superuser_session

APPLICATIONS = 40_000


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The tests' settings, with a database that nobody else uses."""
    environ = {
        **os.environ,
        "HIRING_DEPLOYMENT": "test",
        "HIRING__POSTGRES__DATABASE": "hiring_plans_test",
        "HIRING__CLICKHOUSE__DATABASE": "hiring_plans_test",
    }
    return load_settings(environ=environ)


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[None]:
    """The migrated database with three kinds of employers in it; gone afterwards."""

    async def make() -> None:
        async with superuser_session(settings) as connection:
            await fill(connection, APPLICATIONS)

    with own_database(settings):
        asyncio.run(make())
        yield


@pytest.fixture(scope="session")
async def planner(settings: Settings, database: None) -> AsyncIterator[postgres.Connection]:
    """A session that plans as the service's do: one plan for all values."""
    async with superuser_session(settings) as connection:
        await postgres.send(connection, "SET plan_cache_mode = force_generic_plan")
        yield connection


@pytest.fixture(scope="session")
async def prepared(planner: postgres.Connection) -> postgres.Connection:
    """The session with every statement of the service prepared."""
    for folder in (QUERIES, COMMANDS):
        for statements in folder.values():
            for statement in statements.values():
                await planner.send(statement.prepare)
    return planner
