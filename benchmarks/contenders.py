"""The servers that `make bench` compares: ours as it is configured by default, and peers on the same tables.

Each is one process on a port of its own. Ours runs with everything on: authentication, permissions, freshness, limits
(of which a single client may use more), log lines and metrics.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

import httpx
import psutil

from benchmarks.asked import EMPLOYERS, nth
from benchmarks.peers import PEERS, access_token, command
from benchmarks.works import Work
from hiring.config import Address, Role, Settings
from hiring.services.tokens import AccessTokens

OURS = "hiring"
VIEWER = nth(1)
"""Who asks: a user of the largest employer, to whom the bench grants everything."""
PEER_KEY = "the peers' key: nobody else reaches them"
PYTHON = Path(__file__).parent / "peers" / ".venv" / "bin" / "python"
"""The interpreter of the peers."""
CHECKOUT = Path(__file__).parent.parent
STARTUP_S = 30.0
STOP_S = 10.0
UNLIMITED = "{rate_per_s: 100000, burst: 100000}"
LIMITS = ("PRINCIPAL", "APPLY")
"""What one client of the bench would exceed; the limits are counted all the same."""


class NotStarted(Exception):
    """A server does not answer."""


class Contender(NamedTuple):
    """A server that runs: its name, its works (None: all), its process and its address.

    `session_id`: the caller's, for tokens of ours. `tokens`: what issues them, None for a peer.
    """

    name: str
    works: frozenset[str] | None
    process: psutil.Process
    address: str
    session_id: UUID
    tokens: AccessTokens | None

    def does(self, work: Work) -> bool:
        """Whether the server knows a work."""
        return self.works is None or work.name in self.works

    def token(self) -> str:
        """A new token of the viewer, which the server takes for longer than a round."""
        employer = EMPLOYERS["largest"]
        if self.tokens is not None:
            return self.tokens.issue(organization_id=employer, user_id=VIEWER, session_id=self.session_id)
        return access_token(PEER_KEY, organization_id=employer, user_id=VIEWER)


@contextmanager
def running(
    settings: Settings, database: str, names: Sequence[str], session_id: UUID, folder: Path
) -> Iterator[list[Contender]]:
    """Our server and peers by their names, stopped at the end; each writes what it says into a file of the folder.

    Raises: NotStarted.
    """
    started: list[Contender] = []
    try:
        started.extend(_started(settings, database, name, session_id, folder) for name in names)
        for each in started:
            _wait_for(each, folder)
        yield started
    finally:
        for each in started:
            with suppress(psutil.NoSuchProcess):
                each.process.terminate()
        _, left = psutil.wait_procs([each.process for each in started], timeout=STOP_S)
        for process in left:
            process.kill()


def _started(settings: Settings, database: str, name: str, session_id: UUID, folder: Path) -> Contender:
    port = _free_port()
    if name == OURS:
        words, environment = [sys.executable, "-m", "hiring", "api"], _our_environment(database, port)
    else:
        words, environment = command(name, str(PYTHON)), _peer_environment(settings, database, port)
    with (folder / f"{name}.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            words,
            stdout=log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | environment,
            cwd=CHECKOUT,
        )
    return Contender(
        name, None if name == OURS else PEERS[name], psutil.Process(process.pid), f"http://127.0.0.1:{port}",
        session_id, AccessTokens(settings.tokens) if name == OURS else None,
    )  # fmt: skip


def _our_environment(database: str, port: int) -> dict[str, str]:
    """What differs from the defaults: where it listens, which database it asks, how much one client may ask."""
    return {
        "HIRING__POSTGRES__DATABASE": database,
        "HIRING__API__HOST": "127.0.0.1",
        "HIRING__API__PORT": str(port),
        "HIRING__API__METRICS": f"{{host: 127.0.0.1, port: {_free_port()}}}",
        "HIRING__LOGS__FORMAT": "json",
        **{f"HIRING__LIMITS__{each}": UNLIMITED for each in LIMITS},
    }


def _peer_environment(settings: Settings, database: str, port: int) -> dict[str, str]:
    roles, replicas = settings.postgres.roles, settings.postgres.replicas
    return {
        "PEER_DSN_READ": _dsn(replicas[0] if replicas else settings.postgres.primary, roles.query, database),
        "PEER_DSN_WRITE": _dsn(settings.postgres.primary, roles.command, database),
        "PEER_KEY": PEER_KEY,
        "PEER_PORT": str(port),
    }


def _dsn(server: Address, role: Role, database: str) -> str:
    return f"postgresql://{role.user}:{quote(role.password or '', safe='')}@{server.host}:{server.port}/{database}"


def _wait_for(contender: Contender, folder: Path) -> None:
    """Raises: NotStarted."""
    until = time.monotonic() + STARTUP_S
    while time.monotonic() < until and contender.process.is_running():
        try:
            httpx.get(f"{contender.address}/livez", timeout=1)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    said = (folder / f"{contender.name}.log").read_text(encoding="utf-8")
    raise NotStarted(f"{contender.name} does not answer:\n{said[-2000:]}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def processor_seconds(process: psutil.Process) -> float:
    """What a process and all its children have used, those that ended among them."""
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        try:
            total += sum(each.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def listening(settings: Settings) -> Mapping[str, list[psutil.Process]]:
    """The servers that both sides ask, by what listens on their ports: PostgreSQL and Redis."""
    postgres = [settings.postgres.primary, *settings.postgres.replicas]
    redis = [settings.redis.sessions, settings.redis.cache]
    connections: Any = psutil.net_connections("tcp")
    by_port = {each.laddr.port: each.pid for each in connections if each.status == psutil.CONN_LISTEN}
    return {
        name: [psutil.Process(by_port[server.port]) for server in servers if by_port.get(server.port)]
        for name, servers in (("postgres", postgres), ("redis", redis))
    }
