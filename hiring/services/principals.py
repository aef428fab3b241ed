"""What sessions and API keys may do, kept in memory for as long as that certainly holds.

Who may do what is decided by the primary alone. Every process asks it several times a second whose rights have changed
(`queries/principal_changes.sql`) and reads those anew. A principal from memory is believed only if

- the primary was asked, and answered, within the last TRUSTED_S, and
- none of its subjects (session or key, user, groups) has been reported as changed since it began to be read.

So a revocation holds everywhere at most TRUSTED_S after it was committed, whatever happens to Redis, to the process
that revoked, or to its connection. A process that cannot ask reads every principal from PostgreSQL. Usually it holds
within milliseconds: the process that revoked tells the others to ask at once (`news.py`).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol
from uuid import UUID

import msgspec

from hiring.domain.actors import Scope
from hiring.errors import ApiError
from hiring.foundation.logs import get_logger
from hiring.services.api_metrics import PRINCIPAL_LOOKS

if TYPE_CHECKING:
    from hiring.statements import QueriesPrincipalChangesFindSinceRow

LOOK_INTERVAL_S = 0.2
LOOK_TIMEOUT_S = 0.25
"""For each server. With the interval and a server that is silent, a look begins at least every TRUSTED_S."""
TRUSTED_S = 0.75
KEPT_S = 60.0
"""A principal is read anew after this, so that `last_used_at` of a key is right to the minute."""
MAXIMUM_PRINCIPALS = 10_000
MAXIMUM_CHANGES = 10_000
"""With more changes than this in a look, or remembered, everything is read anew. The query returns one more."""

log = get_logger(__name__)


class Principal(msgspec.Struct, frozen=True):
    """What a session or a key stands for. `subject_ids`: whose changes end what is known here.

    Behind a board key is no user. It has the permission for nothing: its `job_board_id` is all that it may reach.
    """

    organization_id: UUID
    user_id: UUID | None
    permissions: dict[str, Scope]
    subject_ids: tuple[UUID, ...]
    expires_at: datetime | None
    api_key_id: UUID | None = None
    job_board_id: UUID | None = None


class Look(Protocol):
    """Asks a server whose rights were changed by transactions from `transaction_id` on. Raises: ApiError."""

    def __call__(self, *, transaction_id: str) -> Awaitable["QueriesPrincipalChangesFindSinceRow"]: ...


class _Kept(NamedTuple):
    """A principal, and when its reading began."""

    principal: Principal
    began_s: float


class Principals:
    """The principals of this process.

    `look_at_primary` is asked first. `look_at_replica` is asked while the primary does not answer: a replica whose
    heartbeat is younger than `max_replica_lag_ms` may serve, as it does for reads.
    """

    def __init__(
        self, look_at_primary: Look, look_at_replica: Look, *, max_replica_lag_ms: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._looks: Sequence[tuple[str, Look]] = (("primary", look_at_primary), ("replica", look_at_replica))
        self._max_replica_lag_ms = max_replica_lag_ms
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._changed_s: dict[UUID, float] = {}
        self._looked_s = self._doubted_s = self._cleared_s = -inf
        self._server: str | None = None
        self._next_transaction_id = "0"
        self._is_blind = False
        self._hinted = asyncio.Event()

    async def recall(self, principal_id: str, read: Callable[[], Awaitable[Principal]]) -> Principal:
        """The principal from memory, if it certainly still holds; else what `read` returns from the primary."""
        began_s = self._clock()
        kept = self._kept.get(principal_id)
        if kept is not None and self._holds(kept, began_s):
            return kept.principal
        principal = await read()
        self._kept.pop(principal_id, None)
        if len(self._kept) >= MAXIMUM_PRINCIPALS:
            del self._kept[next(iter(self._kept))]
        self._kept[principal_id] = _Kept(principal, began_s)
        return principal

    async def refresh(self) -> None:
        """Makes a change by this process count here at once; call it after the change is committed."""
        self._doubted_s = self._clock()
        await self.look()

    def hint(self) -> None:
        """Lets the next look begin at once: somebody has changed rights."""
        self._hinted.set()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator["Principals"]:
        """Looks several times a second for the duration of a block."""
        await self.look()
        task = asyncio.create_task(self._watch())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def look(self) -> None:
        """Asks the primary, else a replica, whose rights have changed. Does not raise: unasked, nothing is believed."""
        for server, look in self._looks:
            began_s = self._clock()
            try:
                async with asyncio.timeout(LOOK_TIMEOUT_S):
                    found = await look(transaction_id=self._next_transaction_id)
            except (ApiError, TimeoutError):
                continue
            if self._learn(found, began_s, is_primary=server == "primary"):
                PRINCIPAL_LOOKS.labels(server).inc()
                self._note(is_blind=False)
                return
        PRINCIPAL_LOOKS.labels("none").inc()
        self._note(is_blind=True)

    async def _watch(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_INTERVAL_S):
                    await self._hinted.wait()
            self._hinted.clear()
            try:
                await self.look()
            except Exception:
                log.exception("principals.look_failed")

    def _holds(self, kept: _Kept, now_s: float) -> bool:
        principal, began_s = kept
        return (
            now_s - self._looked_s <= TRUSTED_S
            and self._looked_s >= self._doubted_s
            and now_s - began_s <= KEPT_S
            and began_s > self._cleared_s
            and all(self._changed_s.get(subject_id, -inf) < began_s for subject_id in principal.subject_ids)
            and (principal.expires_at is None or principal.expires_at > datetime.now(UTC))
        )

    def _learn(self, found: "QueriesPrincipalChangesFindSinceRow", began_s: float, *, is_primary: bool) -> bool:
        """Applies what a look found; returns False for a server that may not be believed."""
        now_s = self._clock()
        if found["is_replica"]:
            age_ms = found["heartbeat_age_ms"]
            if is_primary or age_ms is None or age_ms > self._max_replica_lag_ms:
                return False
        elif found["server"] != self._server:  # transaction ids of another server, or of another life, mean nothing
            self._server = found["server"]
            self._clear(now_s)
        if not found["is_replica"]:
            self._next_transaction_id = found["next_transaction_id"] or "0"
        for subject_id in found["subject_ids"]:
            self._changed_s.pop(subject_id, None)
            self._changed_s[subject_id] = now_s
        self._forget_changes(now_s)
        if max(len(found["subject_ids"]), len(self._changed_s)) > MAXIMUM_CHANGES:
            self._clear(now_s)
        self._looked_s = max(self._looked_s, began_s)
        return True

    def _forget_changes(self, now_s: float) -> None:
        """Forgets changes that are older than everything that is kept."""
        for subject_id in list(self._changed_s):
            if now_s - self._changed_s[subject_id] <= KEPT_S:
                return
            del self._changed_s[subject_id]

    def _clear(self, now_s: float) -> None:
        self._cleared_s = now_s
        self._kept.clear()
        self._changed_s.clear()

    def _note(self, *, is_blind: bool) -> None:
        if is_blind and not self._is_blind:
            log.warning("principals.unwatched")
        elif self._is_blind and not is_blind:
            log.info("principals.watched")
        self._is_blind = is_blind
