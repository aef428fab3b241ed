"""The fixtures of the way to ClickHouse: those of background work, and an API on the same database."""

from collections.abc import AsyncIterator

import pytest

from hiring.api import opened
from hiring.config import Settings
from tests.background import add_events, admin, database, empty, organization_id, relay_db, settings
from tests.client import Client
from tests.serving import serving

__all__ = ["add_events", "admin", "database", "empty", "organization_id", "relay_db", "settings"]


@pytest.fixture
async def address(settings: Settings, database: None) -> AsyncIterator[str]:
    """Where an API on this database answers."""
    async with opened(settings) as dependencies, serving(dependencies) as address:
        yield address


@pytest.fixture
async def ada(address: str) -> AsyncIterator[Client]:
    """The administrator of an organization of their own."""
    async with await Client.register(address) as client:
        yield client
