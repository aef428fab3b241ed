"""Several processes on one port: killed, exchanged and stopped under load, without a lost request."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import psutil
import pytest
from tornado.netutil import bind_sockets

from hiring.__main__ import WRONG_SETTINGS
from hiring.config import Settings, SettingsError
from hiring.supervisor import connections_of, inherited
from tests.background import until
from tests.client import Client
from tests.databases import Admin
from tests.faults.conftest import Record
from tests.faults.load import Load
from tests.faults.processes import Service
from tests.faults.proof import every_command_took_effect_once

PROCESSES = 2
EXCHANGES = 3


@asynccontextmanager
async def supervised(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Service]:
    """A supervisor that has started its processes."""
    async with Service.running("api", environ, folder, options=("--processes", str(PROCESSES))) as service:
        await until(partial(logged, service, "supervisor.started", 1))
        await until(partial(logged, service, "api.started", PROCESSES))
        yield service


async def logged(service: Service, event: str, count: int) -> bool:
    """Whether an event has been logged so often."""
    return service.count(event) >= count


def children(service: Service) -> list[psutil.Process]:
    """The API processes of a supervisor."""
    return [each for each in psutil.Process(service.pid).children() if "--number" in each.cmdline()]


@pytest.fixture
async def supervisor(environ: dict[str, str], tmp_path: Path) -> AsyncIterator[Service]:
    async with supervised(environ, tmp_path) as service:
        yield service


@pytest.fixture
async def supervised_load(supervisor: Service, api_port: int, empty: None) -> AsyncIterator[Load]:
    async with Load.prepared(f"http://127.0.0.1:{api_port}") as load:
        yield load


async def test_no_request_is_lost_when_processes_are_exchanged_under_load(
    supervisor: Service, supervised_load: Load, admin: Admin, record_property: Record
) -> None:
    """Each time all of them, one by one; and each command took effect once."""
    load, before = supervised_load, {each.pid for each in children(supervisor)}
    assert len(before) == PROCESSES
    async with load.running():
        for number in range(EXCHANGES):
            os.kill(supervisor.pid, signal.SIGHUP)
            await until(partial(logged, supervisor, "supervisor.exchanged", number + 1))
            after = {each.pid for each in children(supervisor)}
            assert len(after) >= PROCESSES and not after <= before
            before = after
    assert load.failures == {} and load.stale_count == 0
    await every_command_took_effect_once(admin, load)
    memory = max(each.memory_full_info().uss for each in children(supervisor)) / 1e6
    record_property("measured", f"{EXCHANGES} exchanges, {load}, at most {memory:.0f} MB of its own for a process")


async def test_process_starts_again_when_it_is_killed(supervisor: Service, api_port: int) -> None:
    """The other one serves meanwhile, and new connections find both afterwards."""
    killed = children(supervisor)[0]
    killed.kill()
    await until(partial(logged, supervisor, "supervisor.process_ended", 1))
    await until(partial(logged, supervisor, "api.started", PROCESSES + 1))
    assert len(children(supervisor)) == PROCESSES and killed.pid not in {each.pid for each in children(supervisor)}
    for _ in range(20):
        async with Client(f"http://127.0.0.1:{api_port}") as client:
            assert (await client.get("/livez")).status_code == 200


async def test_processes_stop_when_their_supervisor_stops_or_is_killed(environ: dict[str, str], tmp_path: Path) -> None:
    """As if each were asked itself: none is left, and nobody else listens."""
    for is_killed in (False, True):
        (tmp_path / str(is_killed)).mkdir()
        async with supervised(environ, tmp_path / str(is_killed)) as service:
            left = children(service)
            assert len(left) == PROCESSES
            if is_killed:
                service.kill()
            else:
                await service.stop()
                assert not any(each.is_running() for each in left)
            gone, alive = await asyncio.to_thread(psutil.wait_procs, left, 20)
            assert len(gone) == PROCESSES and not alive
            assert service.log().count('"api.stopped"') == PROCESSES


async def test_no_process_is_left_when_a_supervisor_stops_during_an_exchange(supervisor: Service) -> None:
    """Neither those that serve nor the successor, which does not serve yet; and there is one at a time."""
    os.kill(supervisor.pid, signal.SIGHUP)
    await until(partial(has_successor, supervisor))
    left = children(supervisor)
    await supervisor.stop()
    assert len(left) == PROCESSES + 1 and not any(each.is_running() for each in left)


async def has_successor(service: Service) -> bool:
    """Whether a process more than usual is there."""
    return len(children(service)) > PROCESSES


async def test_supervisor_ends_with_the_status_of_a_process_that_does_not_start(
    environ: dict[str, str], tmp_path: Path
) -> None:
    """So that whoever keeps it running knows whether trying again would help."""
    wrong = environ | {"HIRING__TOKENS__KEYS_FOLDER": "/proc/none"}
    services = [Service("api", wrong, tmp_path, options=options) for options in ((), ("--processes", "2"))]
    assert [await each.status_of_failure() for each in services] == [78, 78]
    assert services[1].count("supervisor.started") == 0


@pytest.mark.parametrize(
    ("command", "setting", "variable"),
    [
        ("api", "api.port", "HIRING__API__PORT"),
        ("api", "api.metrics.port", "HIRING__API__METRICS"),
        ("worker", "worker.metrics.port", "HIRING__WORKER__METRICS"),
    ],
)
async def test_process_serves_nothing_when_a_port_is_taken(
    environ: dict[str, str], tmp_path: Path, command: str, setting: str, variable: str
) -> None:
    """It ends before it takes a request or a message, and one line names the setting."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        value = str(port) if setting == "api.port" else f"{{host: 127.0.0.1, port: {port}}}"
        service = Service(command, environ | {variable: value}, tmp_path)
        assert await service.status_of_failure() == WRONG_SETTINGS
    [line] = service.log().splitlines()
    assert line.startswith(f"hiring: {setting}: expected a port that is free on 127.0.0.1, found {port}: ")


def test_start_is_refused_when_a_role_may_not_open_enough_connections(settings: Settings) -> None:
    """For all processes, one more, and workers, with what each needs besides its pools; the line names the setting."""
    postgres = settings.postgres
    roles = msgspec.structs.replace(
        postgres.roles, command=msgspec.structs.replace(postgres.roles.command, connection_limit=55)
    )
    pools = msgspec.structs.replace(postgres.pools, command=8, query=4, primary_query=2, bulk=4)
    limited = msgspec.structs.replace(postgres, roles=roles, pools=pools)
    assert connections_of(limited, 4) == {"hiring_command": 55, "hiring_query": 25}
    with pytest.raises(SettingsError, match=r"postgres\.roles\.command\.connection_limit: expected 64 for 5 processes"):
        connections_of(limited, 5)
    with pytest.raises(SettingsError, match=r"postgres\.roles\.query\.connection_limit"):
        connections_of(msgspec.structs.replace(limited, pools=msgspec.structs.replace(pools, query=20)), 3)


async def test_connection_waits_for_the_successor_when_its_process_is_gone() -> None:
    """What the queue of a listening socket holds is accepted by whoever inherits it next."""
    [listener] = bind_sockets(0, "127.0.0.1", reuse_port=True)
    first, second = inherited([os.dup(listener.fileno()) for _ in range(2)])
    reader, writer = await asyncio.open_connection(*listener.getsockname())
    first.close()
    accepted, _ = second.accept()
    accepted.send(b"here")
    assert await reader.readexactly(4) == b"here"
    for each in (accepted, second, listener, writer):
        each.close()
