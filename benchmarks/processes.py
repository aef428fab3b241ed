"""Servers that a benchmark starts: each is a process on free ports, and none is left, however the benchmark ends."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import psutil

OURS = "hiring"
CHECKOUT = Path(__file__).parent.parent
STARTUP_S = 30.0
STOP_S = 10.0
POLL_S = 0.05
ENDING_WITH_US = ("setpriv", "--pdeathsig", "TERM")
"""What makes a command end when the benchmark is killed."""
UNLIMITED = "{rate_per_s: 100000, burst: 100000}"
LIMITS = ("PRINCIPAL", "APPLY")
"""What one client of a benchmark would exceed; the limits are counted all the same."""


class NotStarted(Exception):
    """A server does not answer."""


class Server(NamedTuple):
    """A server to be started: the words of its command, its port, and what its environment has besides ours.

    `metrics_port`: where it serves Prometheus' metrics, None where it has none.
    """

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    port: int
    metrics_port: int | None = None


class Running(NamedTuple):
    """A server that answers; `metrics` is empty where it has none."""

    process: psutil.Process
    address: str
    metrics: str


def ours(name: str = OURS, **environment: str) -> Server:
    """An API process of ours, as it is configured by default except for `environment` and what one client may ask."""
    port, metrics_port = free_port(), free_port()
    defaults = {
        "HIRING__API__HOST": "127.0.0.1",
        "HIRING__API__PORT": str(port),
        "HIRING__API__METRICS": f"{{host: 127.0.0.1, port: {metrics_port}}}",
        "HIRING__LOGS__FORMAT": "json",
        **{f"HIRING__LIMITS__{each}": UNLIMITED for each in LIMITS},
    }
    return Server(name, [sys.executable, "-m", "hiring", "api"], defaults | environment, port, metrics_port)


@contextmanager
def running(servers: Sequence[Server], folder: Path) -> Iterator[list[Running]]:
    """Servers that answer, in their order, stopped at the end; each writes what it says into a file of the folder.

    Raises: NotStarted.
    """
    started: list[Running] = []
    try:
        started.extend(_started(each, folder) for each in servers)
        for server, each in zip(servers, started, strict=True):
            _wait_for(server, each, folder)
        yield started
    finally:
        for each in started:
            with suppress(psutil.NoSuchProcess):
                each.process.terminate()
        _, left = psutil.wait_procs([each.process for each in started], timeout=STOP_S)
        for process in left:
            process.kill()
        psutil.wait_procs(left)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def _started(server: Server, folder: Path) -> Running:
    with _log_of(server, folder).open("w", encoding="utf-8") as log:
        process = psutil.Popen(
            [*ENDING_WITH_US, *server.words], stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            env=os.environ | server.environment, cwd=CHECKOUT,
        )  # fmt: skip
    metrics = "" if server.metrics_port is None else f"http://127.0.0.1:{server.metrics_port}/metrics"
    return Running(process, f"http://127.0.0.1:{server.port}", metrics)


def _wait_for(server: Server, started: Running, folder: Path) -> None:
    """Raises: NotStarted."""
    until = time.monotonic() + STARTUP_S
    while time.monotonic() < until and started.process.is_running():
        try:
            httpx.get(f"{started.address}/livez", timeout=1)
        except httpx.HTTPError:
            time.sleep(POLL_S)
        else:
            return
    said = _log_of(server, folder).read_text(encoding="utf-8")
    raise NotStarted(f"{server.name} does not answer:\n{said[-2000:]}")


def _log_of(server: Server, folder: Path) -> Path:
    return folder / f"{server.name}.log"
