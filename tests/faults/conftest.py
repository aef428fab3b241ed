"""The service's processes on a database, a broker, a Redis and a mail server that nobody else uses."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from hiring.config import Settings, load_settings
from tests.background import add_events, empty, organization_id
from tests.databases import Admin, administered, own_database
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.servers import STACK_FOLDER, KillServer, bring_back, kill_server
from tests.mail_server import MailServer
from tests.ports import free_ports
from tests.relay.own_broker import OwnBroker
from tests.services.redis_process import PASSWORD, RedisProcess

__all__ = ["add_events", "empty", "organization_id"]

DATABASE = "hiring_faults_test"

Record = Callable[[str, object], None]


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The settings of the tests' stack, with a database of these tests' own."""
    return load_settings(
        environ={
            **os.environ,
            "HIRING_DEPLOYMENT": "test",
            "HIRING__POSTGRES__DATABASE": DATABASE,
            "HIRING__CLICKHOUSE__DATABASE": DATABASE,
        },
    )


@pytest.fixture(scope="session", autouse=True)
def database(settings: Settings) -> Iterator[None]:
    """The migrated database; gone afterwards."""
    with own_database(settings):
        yield


@pytest.fixture(scope="session")
async def own_broker(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> AsyncIterator[OwnBroker]:
    broker = OwnBroker(tmp_path_factory.mktemp("broker"), settings.rabbitmq)
    try:
        await broker.start()
        yield broker
    finally:
        broker.close()


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisProcess]:
    with RedisProcess.running(tmp_path_factory.mktemp("redis")) as process:
        yield process


@pytest.fixture
async def mortal_servers() -> AsyncIterator[KillServer]:
    """Kills PostgreSQL's primary or replica of the tests' stack; both run again afterwards, whatever happened."""
    if not STACK_FOLDER:
        pytest.skip("needs the native stack: HIRING_STACK_FOLDER")
    yield kill_server
    await asyncio.to_thread(bring_back)


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with MailServer.running() as server:
        yield server


@pytest.fixture
async def admin(settings: Settings) -> AsyncIterator[Admin]:
    async with administered(settings) as admin:
        yield admin


@pytest.fixture(scope="session")
def api_port() -> int:
    [port] = free_ports(1)
    return port


@pytest.fixture(scope="session")
def metrics_port() -> int:
    """The first of two: each process of a supervisor has its own."""
    return free_ports(2)[0]


@pytest.fixture(scope="session")
def worker_port() -> int:
    [port] = free_ports(1)
    return port


@pytest.fixture
def environ(
    own_broker: OwnBroker, own_redis: RedisProcess, mail_server: MailServer, api_port: int,
    metrics_port: int, worker_port: int, tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, str]:  # fmt: skip
    """What an operator would set for these servers."""
    own = tmp_path_factory.getbasetemp() / "own"
    return {
        **os.environ, "HIRING_DEPLOYMENT": "test", "HIRING__POSTGRES__DATABASE": DATABASE,
        "HIRING__CLICKHOUSE__DATABASE": DATABASE,
        "HIRING__POSTGRES__POOLS": "{command: 4, query: 4, primary_query: 2, worker: 4, relay: 2}",
        "HIRING__API__PORT": str(api_port), "HIRING__API__HOST": "127.0.0.1",
        "HIRING__API__MAX_CONNECTIONS_PER_CLIENT": "2000",  # all clients of these tests have one address
        "HIRING__API__METRICS": f"{{host: 127.0.0.1, port: {metrics_port}}}",
        "HIRING__RABBITMQ__HOST": "127.0.0.1", "HIRING__RABBITMQ__PORT": str(own_broker.settings.port),
        "HIRING__RABBITMQ__RETRY_DELAYS_MS": "[200, 1000, 3000, 5000]",
        "HIRING__REDIS__SESSIONS__HOST": "127.0.0.1", "HIRING__REDIS__SESSIONS__PORT": str(own_redis.port),
        "HIRING__REDIS__CACHE__HOST": "127.0.0.1", "HIRING__REDIS__CACHE__PORT": str(own_redis.port),
        "HIRING_REDIS_SESSIONS_PASSWORD": PASSWORD, "HIRING_REDIS_CACHE_PASSWORD": PASSWORD,
        "HIRING__SMTP__HOST": "127.0.0.1", "HIRING__SMTP__PORT": str(mail_server.port),
        "HIRING__WORKER__METRICS": f"{{host: 127.0.0.1, port: {worker_port}}}",
        "HIRING__TOKENS__KEYS_FOLDER": str(own / "keys"), "HIRING__FILES__URL": f"file://{own / 'files'}",
        "HIRING__LOGS__LEVEL": "info", "HIRING__LOGS__FORMAT": "json",
    }  # fmt: skip


@pytest.fixture
async def api(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Service]:
    async with Service.running("api", environ, tmp_path) as service:
        yield service


@pytest.fixture
async def other(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    """Where a second API process answers."""
    [port] = free_ports(1)
    (tmp_path / "other").mkdir()
    own = {"HIRING__API__PORT": str(port), "HIRING__API__METRICS": ""}
    async with Service.running("api", environ | own, tmp_path / "other"):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def worker(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Service]:
    async with Service.running("worker", environ, tmp_path) as service:
        yield service


@pytest.fixture
async def load(api: Service, api_port: int, empty: None) -> AsyncIterator[Load]:
    """Everybody and everything that the load needs, on the running API, with no mail of an earlier test to send."""
    async with Load.prepared(f"http://127.0.0.1:{api_port}") as load:
        yield load
