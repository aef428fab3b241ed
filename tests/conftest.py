"""The real stack, as `make test` starts it: PostgreSQL pair, two Redis, RabbitMQ; the API runs in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest
import uvloop
from msgspec.structs import replace

from hiring import config
from hiring.api import opened
from hiring.config import Settings, load_settings
from hiring.connectors.clickhouse import ClickHouse
from hiring.database import Database
from hiring.http.dependencies import Dependencies
from hiring.ingestion import Ingestion
from hiring.relay import Sequencer
from tests.client import Client
from tests.databases import own_analytics, own_database
from tests.serving import serving


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the service runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the tests' stack."""
    return load_settings()


@pytest.fixture(scope="session")
def database(settings: Settings) -> Iterator[None]:
    """The migrated database; gone afterwards."""
    with own_database(settings):
        yield


@pytest.fixture(scope="session")
async def clickhouse_settings(settings: Settings) -> AsyncIterator[config.ClickHouse]:
    """A database of the tests' own in ClickHouse; gone afterwards."""
    if settings.clickhouse.host is None:
        pytest.skip("needs ClickHouse, which ANALYTICS=0 leaves out")
    async with own_analytics(settings.clickhouse) as own:
        yield own


@pytest.fixture
async def clickhouse(clickhouse_settings: config.ClickHouse) -> AsyncIterator[ClickHouse]:
    """A client of that database."""
    client = ClickHouse.open(clickhouse_settings)
    yield client
    await client.close()


@pytest.fixture(scope="session")
async def dependencies(settings: Settings, database: None) -> AsyncIterator[Dependencies]:
    """What the API's handlers reach."""
    async with opened(settings) as dependencies:
        yield dependencies


@pytest.fixture
async def ingesting(settings: Settings, database: None) -> AsyncIterator[None]:
    """What the worker does: events go to the feed, and from there to ClickHouse."""
    own = replace(settings.ingestion, interval_ms=50)
    settings, stop = replace(settings, ingestion=own), asyncio.Event()
    db = await Database.open(settings, role="relay")
    loops = (Sequencer(db, settings, stop, asyncio.Event()).run(), Ingestion(db, settings, stop).run())
    tasks = [asyncio.create_task(loop) for loop in loops]
    yield
    stop.set()
    await asyncio.gather(*tasks)
    await db.close()


@pytest.fixture(scope="session")
async def address(dependencies: Dependencies) -> AsyncIterator[str]:
    """Where the API answers, a free port of this machine."""
    async with serving(dependencies) as address:
        yield address


@pytest.fixture
async def anybody(address: str) -> AsyncIterator[Client]:
    """A client that does not say who they are."""
    async with Client(address) as client:
        yield client


@pytest.fixture
async def ada(address: str) -> AsyncIterator[Client]:
    """The administrator of an organization of their own."""
    async with await Client.register(address) as client:
        yield client


@pytest.fixture
async def eve(address: str) -> AsyncIterator[Client]:
    """The administrator of another organization."""
    async with await Client.register(address) as client:
        yield client
