"""What boards show the public and the words of an organization, kept for as long as the primary says that they hold.

An answer is the same for all who may read it until something changes that it shows, which gives its organization
another state (`find_state` in `sql/queries/boards.sql` and `vocabularies.sql`). An answer from memory is used if its
state is the one that the primary told within the last BELIEVED_S, and one that is being made for others is shared for
JOINED_S. So an answer shows all that was committed BELIEVED_S and JOINED_S before its request came: half a second.
Processes share answers under names that contain the state (`shared_answers.py`), so Redis cannot make an answer older.
"""

import hashlib
import sys
import time
from asyncio import timeout
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import NamedTuple, Protocol, Self, TypeVar
from uuid import UUID

from hiring.errors import ApiError
from hiring.services.api_metrics import KEPT_ANSWERS
from hiring.services.flights import Flights
from hiring.services.shared_answers import SharedAnswers

BELIEVED_S = 0.25
ASK_TIMEOUT_S = 0.25
JOINED_S = 0.25
PAUSE_AFTER_FAILURE_S = 1.0
"""For so long after the primary did not tell a state nobody asks for it, and nothing of that organization is used."""
KEPT_S = 60.0
"""An answer leaves memory after this in any case, so that a new text of an SQL function shows."""
MAXIMUM_BYTES = 32 * 1024 * 1024
MAXIMUM_ORGANIZATIONS = 10_000
ENTRY_BYTES = 1_000
"""What an answer costs besides its text, rounded up."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class KeptAnswer(NamedTuple):
    """An answer to all who may read it: JSON text, and a hash of it as its version."""

    body: str
    etag: str

    @classmethod
    def of(cls, body: str) -> Self:
        """The answer with a text."""
        return cls(body, hashlib.sha256(body.encode()).hexdigest()[:24])


class FindState(Protocol):
    """Asks the primary for the state of what an organization shows. Raises: ApiError."""

    def __call__(self, *, organization_id: UUID) -> Awaitable[str | None]: ...


Key = tuple[UUID, Hashable]
"""An organization and one of its pages."""
Make = Callable[[str | None], Awaitable[KeptAnswer]]
"""Makes an answer in a state or a later one; without a state as fresh as any read."""


class _Kept(NamedTuple):
    """An answer, the state in which it is right, and when its making began."""

    answer: KeptAnswer
    state: str
    began_s: float


class _Told(NamedTuple):
    """The state of what an organization shows, and when the primary was asked for it."""

    state: str
    asked_s: float


class KeptAnswers:
    """The answers of this process about one thing, such as `boards`; what was not asked for the longest goes first."""

    def __init__(
        self, about: str, find_state: FindState, shared: SharedAnswers, *, maximum_bytes: int = MAXIMUM_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._about, self._find_state, self._shared, self._clock = about, find_state, shared, clock
        self._from_memory, self._from_others, self._made, self._unkept = (
            KEPT_ANSWERS.labels(about, source) for source in ("memory", "shared", "made", "unkept")
        )
        self._maximum_bytes, self._kept_bytes = maximum_bytes, 0
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._told: OrderedDict[UUID, _Told] = OrderedDict()
        self._asking: Flights[UUID, str | None] = Flights(ASK_TIMEOUT_S, clock)
        self._making: Flights[Key, KeptAnswer] = Flights(JOINED_S, clock)
        self._silent_until_s: OrderedDict[UUID, float] = OrderedDict()

    async def recall(self, organization_id: UUID, page: Hashable, make: Make) -> KeptAnswer:
        """The page of an organization, from memory if it certainly holds, else made once for all who ask.

        Raises: as `make`.
        """
        key = organization_id, page
        kept = self._kept.get(key)
        is_young = kept is not None and self._clock() - kept.began_s <= KEPT_S
        if kept is not None and is_young and kept.state == await self._state(organization_id):
            if key in self._kept:
                self._kept.move_to_end(key)
            self._from_memory.inc()
            return kept.answer
        return await self._making.join(key, partial(self._make, key, make))

    async def _make(self, key: Key, make: Make) -> KeptAnswer:
        began_s = self._clock()
        organization_id, page = key
        state = await self._state(organization_id)
        if state is None:
            self._unkept.inc()
            return await make(None)
        name = self._shared.name(self._about, organization_id, state, page)
        if (body := await self._shared.find(name)) is not None:
            self._from_others.inc()
            answer = KeptAnswer.of(body)
        else:
            self._made.inc()
            answer = await make(state)
            await self._shared.keep(name, answer.body)
        self._keep(key, _Kept(answer, state, began_s))
        return answer

    async def _state(self, organization_id: UUID) -> str | None:
        """The state that the primary told a moment ago, None while it tells none."""
        told, now_s = self._told.get(organization_id), self._clock()
        if told is not None and now_s - told.asked_s <= BELIEVED_S:
            return told.state
        if now_s < self._silent_until_s.get(organization_id, 0.0):
            return None
        return await self._asking.join(organization_id, partial(self._ask, organization_id))

    async def _ask(self, organization_id: UUID) -> str | None:
        asked_s = self._clock()
        try:
            async with timeout(ASK_TIMEOUT_S):
                state = await self._find_state(organization_id=organization_id)
        except (ApiError, TimeoutError):
            put(self._silent_until_s, organization_id, self._clock() + PAUSE_AFTER_FAILURE_S)
            return None
        if state is not None:
            put(self._told, organization_id, _Told(state, asked_s))
        return state

    def _keep(self, key: Key, kept: _Kept) -> None:
        self._forget(key)
        self._kept[key] = kept
        self._kept_bytes += bytes_of(kept)
        while self._kept_bytes > self._maximum_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self._kept_bytes -= bytes_of(kept)


def bytes_of(kept: _Kept) -> int:
    """What an answer takes in memory, rounded up."""
    return sys.getsizeof(kept.answer.body) + ENTRY_BYTES


def put(known: OrderedDict[K, V], key: K, value: V) -> None:
    """Puts a value under a key; of more than MAXIMUM_ORGANIZATIONS the oldest goes."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > MAXIMUM_ORGANIZATIONS:
        known.popitem(last=False)
