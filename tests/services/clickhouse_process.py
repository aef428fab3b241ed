"""A native ClickHouse of a test's own, which it may stop, kill and start again."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec.structs import replace

from hiring.config import ClickHouse
from tests.ports import free_ports

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = CHECKOUT / "conf/clickhouse"
USER, PASSWORD = "hiring", "a password with 'quotes' and ünusual signs: \\"
START_LIMIT_S = 60


def engine_python(environ: Mapping[str, str] = os.environ) -> Path:
    """The Python with the engine: the checkout's, or one in the data folder of the tests' stack."""
    own = CHECKOUT / ".venv-clickhouse/bin/python"
    return own if own.exists() else Path(environ["HIRING_STACK_FOLDER"]) / "venv-clickhouse/bin/python"


class ClickHouseProcess:
    """The server over a folder, on a free port."""

    def __init__(self, folder: Path) -> None:
        self.folder, (self.port,) = folder, free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that runs."""
        assert self._process is not None
        return self._process.pid

    def settings(self, like: ClickHouse, **others: object) -> ClickHouse:
        """Settings of a client of this server."""
        return replace(
            like, host="127.0.0.1", port=self.port, database="default", user=USER, password=PASSWORD, **others
        )

    async def start(self) -> None:
        """Returns when it answers."""
        environ = {
            "PATH": os.defpath,
            "PYTHONPATH": str(PROGRAM),
            "CLICKHOUSE_USER": USER,
            "CLICKHOUSE_PASSWORD": PASSWORD,
        }
        words = [
            str(engine_python()), "-B", "-m", "native_server", "--folder", str(self.folder), "--port", str(self.port),
            "--server-limits", str(PROGRAM / "limits.xml"), "--profile", str(PROGRAM / "users.xml"),
        ]  # fmt: skip
        self._process = await asyncio.to_thread(subprocess.Popen, words, env=environ, stdout=subprocess.DEVNULL)
        async with asyncio.timeout(START_LIMIT_S):
            while not await self.listens():
                assert self._process.poll() is None, "the server does not start"
                await asyncio.sleep(0.05)

    async def listens(self) -> bool:
        """Whether a connection is taken."""
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def end(self, signal_number: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal, and returns the exit status when the process has ended."""
        assert self._process is not None
        self._process.send_signal(signal_number)
        return await asyncio.to_thread(self._process.wait, START_LIMIT_S)

    @classmethod
    @asynccontextmanager
    async def running(cls, folder: Path) -> AsyncIterator["ClickHouseProcess"]:
        """One that runs, and is gone after the block."""
        process = cls(folder)
        await process.start()
        try:
            yield process
        finally:
            if process._process is not None and process._process.poll() is None:
                await process.end(signal.SIGKILL)
