"""PostgreSQL through aiopg: warm pools of sessions. With its neighbours, `postgres_*`, the driver's only importer."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from uuid import UUID

from hiring.config import Address, Postgres, Role, SettingsError
from hiring.connectors.postgres_session import Call, Session, Statistics, open_session
from hiring.connectors.postgres_shares import Shares, share_of
from hiring.connectors.postgres_values import register_values
from hiring.errors import DatabaseUnavailable, OrganizationBusy, ServiceBusy

CLIENT_CHECK_INTERVAL_MS = 200
"""A backend whose client is gone ends after this, even in the middle of a lock wait."""

Connection = Session

register_values()


async def connect(
    *, host: str, port: int, database: str, user: str, password: str, application_name: str, timeout_ms: int
) -> Connection:
    """Opens one connection outside every pool, with the server's own limits; `timeout_ms` is for this and each message.

    Raises: DatabaseUnavailable.
    """
    parameters = {"dbname": database, "user": user, "password": password, "application_name": application_name}
    return await open_session(
        Address(host=host, port=port),
        parameters,
        connect_timeout_s=timeout_ms / 1000,
        message_timeout_s=timeout_ms / 1000,
        statistics=Statistics(),
    )


async def send(
    connection: Connection, text: str, values: Mapping[str, Any] | None = None, *, timeout_ms: int | None = None
) -> Any:
    """Sends any text over such a connection; returns psycopg2's cursor on its last result. Raises: as `Session.run`."""
    return await connection.send(text, values, timeout_ms=timeout_ms)


class Pool:
    """Up to `size` warm sessions of one role at one host, lent for a message or a transaction.

    A task that uses or opens a session holds a place; the places' semaphore wakes the next in line the moment one is
    given back, whatever became of its session. (aiopg's own pool lets waiters sleep when a connection was dropped, and
    makes everybody wait while it connects.) An organization holds at most its share of the places, so that one whose
    statements wait for a lock leaves the others theirs.
    """

    def __init__(
        self, settings: Postgres, *, name: str, address: Address, role: Role, size: int, is_read_only: bool = False
    ) -> None:
        """`name` is the application_name that the server shows. Raises: SettingsError when the role has no password."""
        if role.password is None:
            raise SettingsError(f"postgres.roles: expected a password for {role.user}, which the pool {name} uses")
        self.name, self.address, self.size = name, address, size
        self.statistics = Statistics()
        self.returned = asyncio.Event()
        """Set whenever a session is given back: what it was lent for has been committed, or undone."""
        self._connect_timeout_s = settings.connect_timeout_ms / 1000
        self._message_timeout_s = settings.message_timeout_ms / 1000
        self._parameters = _parameters(settings, role, name, is_read_only)
        self._places = asyncio.Semaphore(size)
        self._shares = Shares(share_of(size, settings.pools.organization_percent))
        self._idle: list[Session] = []
        self._lent: dict[Session, UUID | None] = {}
        self._opening_count = 0
        self._is_closed = False

    @property
    def idle_count(self) -> int:
        """Sessions that wait for work."""
        return sum(not session.closed for session in self._idle)

    @property
    def lent_count(self) -> int:
        """Sessions at work."""
        return len(self._lent)

    async def run(self, *calls: Call) -> Any:
        """Sends calls as one message, one transaction. Raises: as `take` and as `Session.run`."""
        session = await self.take(organization_of(calls))
        try:
            return await session.run(calls)
        finally:
            self.give(session)

    async def take(self, organization_id: UUID | None = None) -> Session:
        """Lends a session, to be given back; to an organization out of its share.

        Raises: OrganizationBusy (it holds its whole share), ServiceBusy (no session became free in time),
        DatabaseUnavailable.
        """
        if self._is_closed:
            raise DatabaseUnavailable
        await self._take_places(organization_id)
        try:
            session = self._idle_session() or await self._open_session()
        except BaseException:
            self._give_places(organization_id)
            raise
        self._lent[session] = organization_id
        return session

    def give(self, session: Session) -> None:
        """Takes a session back; one inside a transaction, or whose state is in doubt, is closed."""
        organization_id = self._lent.pop(session, None)
        if session.is_idle and not self._is_closed:
            self._idle.append(session)
        else:
            self.statistics.dropped_count += 1
            session.close()
        self._give_places(organization_id)
        self.returned.set()

    async def refill(self) -> None:
        """Opens what is missing, so that no caller pays for connecting. Raises: DatabaseUnavailable."""
        self._idle = [session for session in self._idle if self._is_usable(session)]
        while self._count() < self.size and not self._places.locked() and not self._is_closed:
            async with self._places:
                self._idle.append(await self._open_session())

    async def refill_quietly(self) -> None:
        """As `refill`, where nobody waits for it: what cannot be opened now is tried again at the next need."""
        with suppress(DatabaseUnavailable):
            await self.refill()

    def abort(self) -> None:
        """Closes every session; who waits for an answer on one gets DatabaseUnavailable at once."""
        for session in (*self._idle, *self._lent):
            session.close()

    def close(self) -> None:
        """Closes every session, for good."""
        self._is_closed = True
        self.abort()

    async def _take_places(self, organization_id: UUID | None) -> None:
        """Takes a place in the organization's share, then one in the pool; both within the connect timeout."""
        give_up_at = asyncio.get_running_loop().time() + self._connect_timeout_s
        if organization_id is None:
            await self._wait(self._places.acquire, give_up_at, ServiceBusy, is_free=not self._places.locked())
            return
        take_share = partial(self._shares.take, organization_id)
        is_free = not self._shares.is_used_up(organization_id)
        await self._wait(take_share, give_up_at, OrganizationBusy, is_free=is_free)
        try:
            await self._wait(self._places.acquire, give_up_at, ServiceBusy, is_free=not self._places.locked())
        except BaseException:
            self._shares.give(organization_id)
            raise

    def _give_places(self, organization_id: UUID | None) -> None:
        if organization_id is not None:
            self._shares.give(organization_id)
        self._places.release()

    async def _wait(
        self, take: Callable[[], Awaitable[Any]], give_up_at: float, error: type[ServiceBusy], *, is_free: bool
    ) -> None:
        if is_free:
            await take()
            return
        self.statistics.waiting_count += 1
        try:
            async with asyncio.timeout_at(give_up_at):
                await take()
        except TimeoutError:
            self.statistics.exhausted_count += 1
            raise error from None
        finally:
            self.statistics.waiting_count -= 1

    def _idle_session(self) -> Session | None:
        while self._idle:
            session = self._idle.pop()
            if self._is_usable(session):
                return session
        return None

    def _is_usable(self, session: Session) -> bool:
        if session.is_idle:
            return True
        self.statistics.dropped_count += 1
        session.close()
        return False

    def _count(self) -> int:
        return len(self._idle) + len(self._lent) + self._opening_count

    async def _open_session(self) -> Session:
        self._opening_count += 1
        try:
            session = await open_session(
                self.address,
                self._parameters,
                connect_timeout_s=self._connect_timeout_s,
                message_timeout_s=self._message_timeout_s,
                statistics=self.statistics,
            )
        finally:
            self._opening_count -= 1
        self.statistics.opened_count += 1
        return session


def organization_of(calls: Sequence[Call]) -> UUID | None:
    """The organization that a message is for, None where its last statement names none."""
    organization_id: UUID | None = calls[-1][1].get("organization_id") if calls else None
    return organization_id


def _parameters(settings: Postgres, role: Role, name: str, is_read_only: bool) -> dict[str, Any]:
    """libpq's parameters of one session but for its address."""
    statement_timeout_ms = settings.query_statement_timeout_ms if is_read_only else settings.statement_timeout_ms
    session = {
        "statement_timeout": f"{statement_timeout_ms}ms",
        "lock_timeout": f"{settings.lock_timeout_ms}ms",
        "idle_in_transaction_session_timeout": f"{settings.idle_in_transaction_timeout_ms}ms",
        "client_connection_check_interval": f"{CLIENT_CHECK_INTERVAL_MS}ms",
        "plan_cache_mode": "force_generic_plan",  # the plan that was tested is the plan that runs
        "default_transaction_isolation": r"read\ committed",  # a fresh snapshot for each statement of a message
        "default_transaction_read_only": "on" if is_read_only else "off",
        "timezone": "UTC",
    }
    return {
        "dbname": settings.database,
        "user": role.user,
        "password": role.password,
        "application_name": name,
        "tcp_user_timeout": settings.message_timeout_ms,
        "options": " ".join(f"-c {key}={value}" for key, value in session.items()),
    }
