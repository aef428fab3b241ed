"""Several API processes on one port: started, started again when one ends, exchanged without losing a request.

Each process listens on a socket of its own (SO_REUSEPORT), over which the kernel spreads connections. The sockets
belong to the supervisor: when a process is exchanged, its successor accepts what waits in the same queue. Processes are
executed, not forked, so that an exchange brings the code as it is now.

A process knows its supervisor by one end of a pair of sockets. It says there that it serves, and when the other end is
gone, it stops as if it were asked to.
"""

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress

import uvloop
from tornado.netutil import bind_sockets

from hiring.config import Api, Postgres, Settings, SettingsError, port_needed
from hiring.foundation.logs import get_logger, log_loop_failure, logging_to_stdout

BACKLOG = 1024
"""Connections that wait to be accepted, for each process."""
SERVING = b"s"
"""What a process says when it serves."""
START_S = 60.0
STOP_MARGIN_S = 5.0
"""So long after its grace a process that was asked to stop is killed."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 5.0
"""Before a process is started again; twice as long each time that it does not serve for a while."""
STEADY_S = 30.0
WORKERS = 2
"""One, and the one that takes its place."""
OTHER_CONNECTIONS = 1
"""Of each role besides its pools: heartbeats, the look for changed rights, the look at a replica."""

log = get_logger(__name__)


def main(settings: Settings, count: int) -> None:
    """Serves with so many processes until SIGTERM or SIGINT; SIGHUP exchanges them.

    Raises: SettingsError, NotStarted.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it can be obeyed
    connections = connections_of(settings.postgres, count)
    if settings.api.port == 0:
        raise SettingsError("api.port: expected a port, because several processes share it")
    with logging_to_stdout(settings.logs.level, settings.logs.format):
        log.info("supervisor.connections", **connections)
        uvloop.run(Supervisor(settings, count).run())


def connections_of(postgres: Postgres, count: int) -> dict[str, int]:
    """How many connections each role needs on a server, for the processes and one more while they are exchanged.

    A worker carries out bulk operations as the role of commands; its successor may be there before it is gone.

    Raises: SettingsError, where they are more than the role may open.
    """
    pools, roles, found = postgres.pools, postgres.roles, dict[str, int]()
    of_workers = WORKERS * (pools.bulk + OTHER_CONNECTIONS)
    for role, name, pool, others in (
        (roles.command, "command", pools.command, of_workers),
        (roles.query, "query", max(pools.query, pools.primary_query), 0),
    ):
        needed = found[role.user] = (count + 1) * (pool + OTHER_CONNECTIONS) + others
        if needed > role.connection_limit:
            raise SettingsError(
                f"postgres.roles.{name}.connection_limit: expected {needed} for {count} processes and one more while"
                f" they are exchanged, {pool + OTHER_CONNECTIONS} for each, and {others} for workers;"
                f" found {role.connection_limit}"
            )
    return found


class NotStarted(Exception):
    """The first process does not serve; `status` is that of its end."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Process:
    """One API process, among others by its number; `lifeline` is our end of a pair of sockets."""

    def __init__(self, number: int, process: asyncio.subprocess.Process, lifeline: socket.socket) -> None:
        self.number, self._process, self._lifeline = number, process, lifeline
        self.started_s = time.monotonic()

    @staticmethod
    async def start(number: int, listeners: Sequence[socket.socket]) -> "Process":
        """Executes a process that accepts from these sockets."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        numbers = [each.fileno() for each in listeners]
        words = ["--number", str(number), "--supervisor", str(theirs.fileno()), *(f"--listener={n}" for n in numbers)]
        with theirs:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "hiring", "api", *words, pass_fds=[*numbers, theirs.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
        return Process(number, process, ours)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def serves(self) -> bool:
        """Waits until it serves; returns False when it ends before, or takes longer than START_S."""
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(START_S):
                return await asyncio.get_running_loop().sock_recv(self._lifeline, 1) == SERVING
        return False

    async def ended(self) -> int:
        """Waits until it has ended and returns its status."""
        status = await self._process.wait()
        self._lifeline.close()
        return status

    async def failed(self) -> int:
        """The status of a process that does not serve, which ends by itself as a rule; else it is stopped."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_MARGIN_S):
                return await self.ended()
        return await self.stop(0)

    async def stop(self, grace_s: float) -> int:
        """Asks it to stop, kills it when it does not within the grace and a margin, and returns its status."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(grace_s + STOP_MARGIN_S):
                return await self.ended()
        except TimeoutError:
            log.warning("supervisor.process_killed", number=self.number, pid=self.pid)
            self._process.kill()
            return await self.ended()


class Supervisor:
    """The processes, by number; numbers begin with 0."""

    def __init__(self, settings: Settings, count: int) -> None:
        self._api = settings.api
        self._listeners = [listening(settings.api) for _ in range(count)]
        self._processes: dict[int, Process] = {}
        self._alive: set[Process] = set()
        self._is_asked = asyncio.Event()
        self._changing = [asyncio.Lock() for _ in range(count)]

    async def run(self) -> None:
        """Supervises until a signal asks it to stop. Raises: NotStarted."""
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        loop.set_exception_handler(log_loop_failure)
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._is_asked.set)
        begun = asyncio.create_task(self._supervise())
        asked = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((begun, asked), return_when=asyncio.FIRST_COMPLETED)
            if begun.done():
                await begun  # it ends by an error alone
        finally:
            for task in (begun, asked):
                task.cancel()
            await asyncio.gather(begun, asked, return_exceptions=True)
            grace_s = self._api.stop_grace_ms / 1000
            await asyncio.gather(*(each.stop(grace_s) for each in self._alive))
            log.info("supervisor.stopped")

    async def _supervise(self) -> None:
        """Starts the first process alone, because what keeps it from serving would keep the others, too."""
        for number in range(len(self._listeners)):
            self._processes[number] = await self._start(number)
            if number == 0 and not await self._processes[0].serves():
                raise NotStarted(await self._processes[0].failed())
        async with asyncio.TaskGroup() as group:
            for number in self._processes:
                group.create_task(self._keep(number))
            group.create_task(self._exchange_when_asked())
            log.info("supervisor.started", processes=len(self._processes), host=self._api.host, port=self._api.port)

    async def _start(self, number: int) -> Process:
        process = await Process.start(number, self._listeners[number])
        self._alive.add(process)
        return process

    async def _keep(self, number: int) -> None:
        """Starts a process again whenever it ends by itself."""
        pause_s = FIRST_PAUSE_S
        while True:
            process = self._processes[number]
            status = await process.ended()
            self._alive.discard(process)
            if self._processes[number] is not process:  # it was exchanged
                pause_s = FIRST_PAUSE_S
                continue
            is_steady = time.monotonic() - process.started_s > STEADY_S
            pause_s = FIRST_PAUSE_S if is_steady else min(2 * pause_s, LONGEST_PAUSE_S)
            log.error("supervisor.process_ended", number=number, pid=process.pid, status=status, again_in_s=pause_s)
            await asyncio.sleep(pause_s)
            async with self._changing[number]:
                if self._processes[number] is process:
                    self._processes[number] = await self._start(number)

    async def _exchange_when_asked(self) -> None:
        while True:
            await self._is_asked.wait()
            self._is_asked.clear()
            if all([await self._exchange(number) for number in self._processes]):
                log.info("supervisor.exchanged", processes=len(self._processes))

    async def _exchange(self, number: int) -> bool:
        """Starts a successor, then lets the process stop. Returns False, and keeps it, when the successor fails.

        The next is exchanged when this one has ended: there is never more than one process besides.
        """
        async with self._changing[number]:
            successor = await self._start(number)
            if not await successor.serves():
                log.error("supervisor.exchange_failed", number=number, status=await successor.failed())
                self._alive.discard(successor)
                return False
            process, self._processes[number] = self._processes[number], successor
        await process.stop(self._api.stop_grace_ms / 1000)
        return True


def listening(api: Api) -> list[socket.socket]:
    """Sockets that listen on the configured address. Raises: SettingsError, when the port is taken."""
    with port_needed("api.port", api.port, api.host):
        return bind_sockets(api.port, api.host, backlog=BACKLOG, reuse_port=True)


def inherited(numbers: Sequence[int]) -> list[socket.socket]:
    """The sockets that a process got from its supervisor, by their descriptors."""
    sockets = [socket.socket(fileno=number) for number in numbers]
    for each in sockets:
        each.settimeout(0)
        each.set_inheritable(False)
    return sockets
