"""The servers that `make bench` compares: ours as it is configured by default, and peers on the same tables.

Each is one process on a port of its own. Ours runs with everything on: authentication, permissions, freshness, limits
(of which a single client may use more), log lines and metrics.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

import psutil

from benchmarks import processes
from benchmarks.asked import EMPLOYERS, nth
from benchmarks.peers import PEERS, access_token, command
from benchmarks.processes import OURS, Server, free_port, ours
from benchmarks.works import Work
from hiring.config import Address, Role, Settings
from hiring.services.tokens import AccessTokens

VIEWER = nth(1)
"""Who asks: a user of the largest employer, to whom the bench grants everything."""
PEER_KEY = "the peers' key: nobody else reaches them"
PYTHON = Path(__file__).parent / "peers" / ".venv" / "bin" / "python"
"""The interpreter of the peers."""


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
    with processes.running([_server(settings, database, name) for name in names], folder) as started:
        yield [
            Contender(
                name, None if name == OURS else PEERS[name], each.process, each.address, session_id,
                AccessTokens(settings.tokens) if name == OURS else None,
            )
            for name, each in zip(names, started, strict=True)
        ]  # fmt: skip


def _server(settings: Settings, database: str, name: str) -> Server:
    if name == OURS:
        return ours(HIRING__POSTGRES__DATABASE=database)
    port = free_port()
    return Server(name, command(name, str(PYTHON)), _peer_environment(settings, database, port), port)


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
