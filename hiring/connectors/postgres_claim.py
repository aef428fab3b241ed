"""One transaction on the primary that begins with a claim and is committed together with a record."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from hiring.connectors.postgres import Pool, organization_of
from hiring.connectors.postgres_session import Call, Session


class Claimed:
    """The transaction of a claim. It takes a connection when the first message is sent."""

    __slots__ = ("_claim", "_is_undone", "_organization_id", "_pool", "_session", "has_begun")

    def __init__(self, pool: Pool, claim: Call, organization_id: UUID | None) -> None:
        self._pool, self._claim, self._organization_id = pool, claim, organization_id
        self._session: Session | None = None
        self._is_undone = False
        self.has_begun = False

    async def begin(self) -> None:
        """Claims before any command, for an effect outside the database. Raises: as the claim."""
        await self.send(())

    async def send(self, calls: Sequence[Call]) -> Any:
        """Sends a command: the first travels behind the claim and leaves the transaction open.

        A refused first one may be followed by another. When a later one is refused, everything is undone and nothing
        may follow. Raises: as the claim and as `Session.run`.
        """
        self._refuse_when_undone()
        if self._session is None:
            self._session = await self._pool.take(self._organization_id or organization_of(calls))
        is_first = not self.has_begun
        try:
            answer = await self._session.run((self._claim, *calls) if is_first else calls, begins=is_first)
        except Exception:
            self._is_undone = self.has_begun
            await self.undo()
            raise
        self.has_begun = True
        return answer

    async def commit(self, record: Call) -> None:
        """Stores the record with the effect. Raises: DatabaseUnavailable: nobody knows whether the COMMIT arrived."""
        self._refuse_when_undone()
        if self._session is None:
            raise RuntimeError("nothing was claimed")
        await self._session.run_and_commit(record)

    async def undo(self) -> None:
        """Undoes what is open, and keeps the connection."""
        if self._session is not None:
            await self._session.leave_transaction()

    def close(self) -> None:
        """Gives the connection back; one inside a transaction is closed, which undoes it."""
        if self._session is not None:
            self._pool.give(self._session)
            self._session = None

    def _refuse_when_undone(self) -> None:
        if self._is_undone:
            raise RuntimeError("a command was refused after another had succeeded: nothing may follow, all is undone")


@asynccontextmanager
async def claimed_on(pool: Pool, claim: Call, *, organization_id: UUID | None) -> AsyncIterator[Claimed]:
    """Gives a transaction to be claimed; whatever is not committed inside the block is undone."""
    claimed = Claimed(pool, claim, organization_id)
    try:
        yield claimed
    except Exception:  # a cancelled task waits for nothing: closing its connection undoes as well
        await claimed.undo()
        raise
    finally:
        claimed.close()
