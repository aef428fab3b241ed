"""A Redis server of a test's own, that may be paused and killed."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest

from hiring.config import RedisServer
from tests.ports import free_ports

PASSWORD = "a-test's-password"
CONFIGURATION = Path(__file__).resolve().parents[2] / "conf" / "redis" / "sessions.conf"


class RedisProcess:
    """A `redis-server` with the configuration of the sessions instance, on a free port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        [self.port] = free_ports(1)
        self.start()

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Self]:
        """A server for the duration of a block; skips the test where Redis is not installed."""
        if shutil.which("redis-server") is None:
            pytest.skip("redis-server is not installed")
        process = cls(folder)
        try:
            yield process
        finally:
            process.kill()

    @property
    def address(self) -> RedisServer:
        return RedisServer(host="127.0.0.1", port=self.port, password=PASSWORD)

    def start(self) -> None:
        """Starts, and waits until it listens."""
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            str(self._folder),
            "--requirepass",
            PASSWORD,
        ]
        command = ["redis-server", str(CONFIGURATION), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError("redis-server does not listen")

    def pause(self) -> None:
        os.kill(self._process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)
