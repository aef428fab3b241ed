"""The service's own processes, as an operator runs them, that a test may kill, freeze, stop and start again."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Self

from tests.background import until

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 30.0
STOP_LIMIT_S = 15.0
WRITTEN_S = 0.15


class Installation(NamedTuple):
    """An interpreter, and the folder of the code that it runs."""

    python: Path
    folder: Path

    def command(self, *words: str) -> list[str]:
        """`hiring` with these words."""
        return [str(self.python), "-m", "hiring", *words]


CHECKOUT = Installation(Path(sys.executable), ROOT)


class Service:
    """`hiring api` or `hiring worker`: one process at a time, its log in a file."""

    def __init__(
        self, command: str, environ: Mapping[str, str], folder: Path, installed: Installation = CHECKOUT,
        options: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._installed, self._options = installed, options
        self._command, self._environ, self._log = command, dict(environ), folder / f"{command}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    @asynccontextmanager
    async def running(
        cls, command: str, environ: Mapping[str, str], folder: Path, installed: Installation = CHECKOUT,
        options: Sequence[str] = (),
    ) -> AsyncIterator[Self]:  # fmt: skip
        """A process that has started; none is left afterwards, whatever happens."""
        service = cls(command, environ, folder, installed, options)
        try:
            await service.start()
            yield service
        finally:
            service.kill()

    async def start(self) -> None:
        """Starts, and returns when the log says so."""
        assert self._process is None, "it still runs"
        before = self.count("started")
        process = self._process = self._spawn()

        async def has_started() -> bool:
            assert process.poll() is None, f"{self._command} ended: {self.log()[-2000:]}"
            return self.count("started") > before

        await until(has_started, START_LIMIT_S)

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    async def status_of_failure(self) -> int:
        """Starts a process that does not get far, and returns its status."""
        return await asyncio.to_thread(self._spawn().wait, START_LIMIT_S)

    def freeze(self) -> None:
        """It does nothing more; its connections stay."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """It goes on."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """kill -9, unless it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def stop(self) -> float:
        """Asks it to stop, as a supervisor does, and returns the seconds that it took; it must end well."""
        process, began = self._process, time.monotonic()
        assert process is not None, "it does not run"
        self._signal(signal.SIGTERM)
        status = await asyncio.to_thread(process.wait, STOP_LIMIT_S)
        self._process = None
        assert status == 0, self.log()[-2000:]
        return time.monotonic() - began

    async def says_ready(self, *options: str) -> bool:
        """What `hiring ready` answers with the settings of this process."""
        process = await asyncio.create_subprocess_exec(
            *self._installed.command("ready", *options), cwd=self._installed.folder, env=self._environ
        )
        return await asyncio.wait_for(process.wait(), 120) == 0

    def log(self) -> str:
        """Everything that its processes have logged so far; a line is written a moment after it is logged."""
        time.sleep(WRITTEN_S)
        return self._log.read_text() if self._log.exists() else ""

    def count(self, event: str) -> int:
        """How often it has logged an event, such as `redis.failed`; `started` is its own."""
        name = f"{self._command}.started" if event == "started" else event
        return self.log().count(f'"{name}"')

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._installed.command(self._command, *self._options), cwd=self._installed.folder, env=self._environ,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "it does not run"
        self._process.send_signal(number)
