"""One connection to PostgreSQL, and messages of prepared statements over it.

A message is a list of calls sent as one text: one round trip and, unless it leaves a transaction open, one transaction
in which each statement has a fresh snapshot. The last call's result comes back.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from socket import SOCK_STREAM
from typing import Any
from weakref import ReferenceType

import psycopg2
from aiopg.connection import Connection
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from hiring.config import Address
from hiring.connectors.postgres_errors import DEADLOCK, PLAN_OUTDATED, typed
from hiring.connectors.postgres_values import literal
from hiring.errors import DatabaseUnavailable, Malformed

REPEATED_ONCE = PLAN_OUTDATED | {DEADLOCK}
DEADLOCK_PAUSE_S = 0.05
"""Lets the survivor take its locks: PostgreSQL allows a repeat at once to overtake it, into the next deadlock."""
KEEPALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
"""Seconds, seconds, probes: a peer that is gone without a word is noticed after eleven seconds of silence."""
CUSTOM_PLAN = "SET LOCAL plan_cache_mode = force_custom_plan; "


class Returns(Enum):
    """What a statement gives: a list of rows, one row or None, one value or None."""

    ROWS = ""
    ROW = "^"
    VALUE = "$"


@dataclass(frozen=True, slots=True)
class Statement:
    """A named statement: `prepare` and `execute` are its texts, `locks` go before it in its message.

    `is_planned_each_time`: each call has a plan of its own, for the values that it is given.
    """

    name: str
    parameters: frozenset[str]
    returns: Returns
    prepare: str
    execute: str
    locks: tuple["Statement", ...] = ()
    is_planned_each_time: bool = False


Call = tuple[Statement, Mapping[str, Any]]


@dataclass(slots=True)
class Statistics:
    """What happened to a pool since it was opened. Counts only grow, but for `waiting_count`."""

    message_count: int = 0
    opened_count: int = 0
    refused_count: int = 0
    """Connections that could not be opened."""
    dropped_count: int = 0
    """Connections that were lost, or closed because their state was in doubt."""
    exhausted_count: int = 0
    """Callers that waited for a connection in vain."""
    timed_out_count: int = 0
    """Messages that were not answered in time."""
    repeated_count: int = 0
    """Messages sent once more after a deadlock or a migration."""
    waiting_count: int = 0
    """Callers that wait for a connection now."""


class Session(Connection):
    """One connection, and what is prepared on it. It closes itself whenever its state is in doubt."""

    def __init__(self, timeout_s: float, statistics: Statistics, parameters: Mapping[str, Any]) -> None:
        super().__init__(None, timeout_s, enable_json=False, enable_hstore=False, enable_uuid=False, **parameters)
        self._statistics = statistics
        self._prepared: set[str] = set()
        self._is_ended = False

    def close(self) -> "asyncio.Future[None]":
        """Closes the connection, once: its file descriptor may soon be that of another socket."""
        if not self._is_ended:
            self._is_ended = True
            return super().close()
        ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        ended.set_result(None)
        return ended

    @property
    def is_idle(self) -> bool:
        """Whether it is open and outside a transaction."""
        return not self.closed and bool(self.raw.get_transaction_status() == TRANSACTION_STATUS_IDLE)

    async def run(self, calls: Sequence[Call], *, begins: bool = False, is_repeat: bool = False) -> Any:
        """Sends calls as one message and returns the last one's result; `begins` leaves their transaction open.

        What ran before BEGIN in a message joins the transaction, so BEGIN goes before the last call: a refused claim or
        lock leaves nothing to roll back. A message that is a whole transaction is sent once more after a deadlock or an
        outdated plan.

        Raises: Malformed, DatabaseUnavailable (no answer in time, or the connection is lost: what was sent may have
        happened), and everything that `postgres_errors.typed` knows.
        """
        is_whole = self.is_idle
        try:
            for statement, _ in calls:
                await self._prepare(statement)
            return _result(await self._send(self._message(calls, begins=begins)), calls[-1][0].returns)
        except psycopg2.Error as error:
            if is_repeat or not is_whole or error.pgcode not in REPEATED_ONCE:
                raise typed(error, is_lost=self.closed) from error
            await self._make_repeatable(error.pgcode)
        return await self.run(calls, begins=begins, is_repeat=True)

    async def run_and_commit(self, call: Call) -> None:
        """Sends the last call of an open transaction together with its COMMIT.

        Raises: as `run`; after DatabaseUnavailable it is unknown whether the COMMIT arrived.
        """
        try:
            await self._prepare(call[0])
            await self._send(self._message([call], begins=False) + b"; COMMIT")
        except psycopg2.Error as error:
            raise typed(error, is_lost=self.closed) from error

    async def send(self, text: str, values: Mapping[str, Any] | None = None, *, timeout_ms: int | None = None) -> Any:
        """Sends any text, unprepared, and returns psycopg2's cursor on its last result: for migrations and operators.

        Raises: as `run`.
        """
        try:
            message = self.raw.cursor().mogrify(text, values)
            return await self._send(message, timeout_ms and timeout_ms / 1000)
        except psycopg2.Error as error:
            raise typed(error, is_lost=self.closed) from error

    async def leave_transaction(self) -> None:
        """Undoes what is open; a connection on which that fails is closed."""
        if not self.closed and not self.is_idle:
            await self._send_or_close(b"ROLLBACK")

    async def _make_repeatable(self, sqlstate: str) -> None:
        self._statistics.repeated_count += 1
        await self.leave_transaction()
        if sqlstate == DEADLOCK:
            await asyncio.sleep(DEADLOCK_PAUSE_S)
        else:
            self._prepared.clear()
            await self._send_or_close(b"DEALLOCATE ALL")

    async def _send_or_close(self, message: bytes) -> None:
        try:
            await self._send(message)
        except (psycopg2.Error, DatabaseUnavailable):
            self.close()

    def _message(self, calls: Sequence[Call], *, begins: bool) -> bytes:
        """Each call is filled in by itself: two in one message may use one name for different values."""
        try:
            parts = [filled(statement, values) for statement, values in calls]
            if begins:
                parts.insert(-1, "BEGIN")
            return "; ".join(parts).encode()
        except ValueError as error:  # NUL, or half of a surrogate pair
            raise Malformed("A text holds a character that cannot be stored.") from error

    async def _prepare(self, statement: Statement) -> None:
        """In a message of its own: a rollback does not take PREPARE back, so its success must never be in doubt."""
        if statement.name not in self._prepared:
            await self._send(statement.prepare.encode())
            self._prepared.add(statement.name)

    async def _send(self, message: bytes, timeout_s: float | None = None) -> Any:
        """One round trip; returns psycopg2's cursor on the last result."""
        cursor = self.raw.cursor()
        cursor.execute(message)
        self._statistics.message_count += 1
        try:
            await self._poll(self._create_waiter("send"), timeout_s or self.timeout)
        except TimeoutError as error:
            self._statistics.timed_out_count += 1
            raise DatabaseUnavailable from error
        return cursor

    async def _poll(
        self,
        waiter: "asyncio.Future[None]",
        timeout: float,  # noqa: ASYNC109  # the name that aiopg gives it
    ) -> None:
        """aiopg's own disguises a server's cancel as a cancelled task.

        In doubt the socket is closed, and the backend notices that by itself (`client_connection_check_interval`).
        PQcancel is never called: psycopg2 holds the GIL meanwhile, so that a silent server stops the process.
        """
        timer = self._loop.call_later(timeout, _time_out, waiter)
        try:
            self._ready(self._weakref)
            await waiter
        except (asyncio.CancelledError, TimeoutError):
            self.close()
            raise
        finally:
            timer.cancel()
            self._waiter = None

    @staticmethod
    def _ready(weak_self: "ReferenceType[Any]") -> None:
        """aiopg's own half forgets the descriptor of a broken connection, and its number soon is another socket's.

        Under uvloop every second refused connect raised RuntimeError.
        """
        session = weak_self()
        if session is None:
            return
        fileno = session._fileno
        Connection._ready(weak_self)
        if fileno is not None and (session.closed or session._fileno is None):
            session._loop.remove_reader(fileno)
            session._loop.remove_writer(fileno)
            session._fileno = None
            session.close()


def _time_out(waiter: "asyncio.Future[None]") -> None:
    """Ends the wait for an answer; a timer of the loop costs a fifth of `asyncio.timeout`."""
    if not waiter.done():
        waiter.set_exception(TimeoutError())


async def open_session(
    address: Address,
    parameters: Mapping[str, Any],
    *,
    connect_timeout_s: float,
    message_timeout_s: float,
    statistics: Statistics,
) -> Session:
    """Connects to a host, address by address: libpq itself would change sockets under aiopg, which then hangs.

    Raises: DatabaseUnavailable.
    """
    server = {"host": address.host, "port": address.port, "client_encoding": "UTF8", "gssencmode": "disable"}
    last_error: Exception | None = None
    try:
        async with asyncio.timeout(connect_timeout_s):
            for place in await _places(address):
                try:
                    session = Session(message_timeout_s, statistics, {**server, **place, **KEEPALIVE, **parameters})
                    await session
                except psycopg2.Error as error:
                    last_error = error
                else:
                    return session
    except OSError as error:  # TimeoutError, too
        last_error = error
    statistics.refused_count += 1
    raise DatabaseUnavailable from last_error


async def _places(address: Address) -> list[dict[str, str]]:
    """What libpq is told of each of a host's addresses; a host that is a folder has the server's socket in it."""
    if address.host.startswith("/"):
        return [{}]
    found = await asyncio.get_running_loop().getaddrinfo(address.host, address.port, type=SOCK_STREAM)
    return [{"hostaddr": str(each[4][0])} for each in found]


def filled(statement: Statement, values: Mapping[str, Any]) -> str:
    """A statement as it is sent. Raises: ValueError (a text that cannot be stored)."""
    text = statement.execute % {name: literal(values[name]) for name in statement.parameters}
    return CUSTOM_PLAN + text if statement.is_planned_each_time else text


def _result(cursor: Any, returns: Returns) -> Any:
    if returns is Returns.VALUE:
        return row[0] if (row := cursor.fetchone()) else None
    names = [column.name for column in cursor.description]
    if returns is Returns.ROW:
        return dict(zip(names, row, strict=True)) if (row := cursor.fetchone()) else None
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
