"""The fixtures of background work, with an API on the same database, a mail server and the worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from hiring.api import opened
from hiring.config import Settings
from hiring.connectors.rabbitmq import Broker
from hiring.connectors.rabbitmq_topology import main_queue
from hiring.consumers import notifications
from hiring.consumers.all import CONSUMERS, topologies
from hiring.consumers.base import Consumer
from hiring.database import Database
from hiring.http.dependencies import Dependencies
from hiring.worker import Databases, work
from tests.background import (
    add_events,
    admin,
    broker,
    database,
    drain,
    empty,
    organization_id,
    relay_db,
    settings,
    worker_db,
)
from tests.client import Client
from tests.mail_server import MailServer
from tests.serving import serving

__all__ = [
    "add_events",
    "admin",
    "broker",
    "database",
    "empty",
    "organization_id",
    "relay_db",
    "settings",
    "worker_db",
]

RETRY_DELAYS_MS = (200, 400, 800)
Working = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture(scope="session")
async def dependencies(settings: Settings) -> AsyncIterator[Dependencies]:
    """What the API's handlers reach."""
    async with opened(settings) as dependencies:
        yield dependencies


@pytest.fixture(scope="session")
async def address(dependencies: Dependencies) -> AsyncIterator[str]:
    """Where the API answers."""
    async with serving(dependencies) as address:
        yield address


@pytest.fixture
async def confirming_address(dependencies: Dependencies) -> AsyncIterator[str]:
    """Where the API answers with `mails.confirms_registration`."""
    mails = msgspec.structs.replace(dependencies.settings.mails, confirms_registration=True)
    settings = msgspec.structs.replace(dependencies.settings, mails=mails)
    async with serving(replace(dependencies, settings=settings)) as address:
        yield address


@pytest.fixture
async def ada(address: str) -> AsyncIterator[Client]:
    """The administrator of an organization of their own."""
    async with await Client.register(address) as client:
        yield client


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer.running() as server:
        yield server


@pytest.fixture
def mail_settings(settings: Settings, mail_server: MailServer) -> Settings:
    """The settings of a worker that sends to the test's own server."""
    return msgspec.structs.replace(
        settings,
        smtp=msgspec.structs.replace(
            settings.smtp, host="127.0.0.1", port=mail_server.port, retry_delays_ms=RETRY_DELAYS_MS
        ),
    )


@pytest.fixture
async def working(
    mail_settings: Settings,
    broker: Broker,
    worker_db: Database,
    relay_db: Database,
    dependencies: Dependencies,
    empty: None,
) -> Working:
    """Runs the worker's loops until the end of a block; they begin with nothing to do.

    It takes changes of `smtp`, and of `mails` whether registrations are to be confirmed.
    """
    await broker.declare(topologies(mail_settings.rabbitmq))
    for consumer in CONSUMERS:
        await drain(broker, main_queue(consumer.name))

    @asynccontextmanager
    async def run(*consumers: Consumer, confirms_registration: bool = False, **changes: Any) -> AsyncIterator[None]:
        stop = asyncio.Event()
        smtp = msgspec.structs.replace(mail_settings.smtp, **changes)
        mails = msgspec.structs.replace(mail_settings.mails, confirms_registration=confirms_registration)
        given = msgspec.structs.replace(mail_settings, smtp=smtp, mails=mails)
        databases = Databases(worker_db, relay_db, dependencies.db)
        task = asyncio.create_task(work(given, databases, stop, consumers or [notifications.CONSUMER]))
        try:
            yield
        finally:
            stop.set()
            await task

    return run
