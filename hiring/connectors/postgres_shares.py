"""How much of a pool one organization may hold: whatever its statements wait for, the others find a connection."""

import asyncio
from dataclasses import dataclass
from uuid import UUID


@dataclass(slots=True)
class _Share:
    """The places of one organization, and how many callers hold or await one."""

    places: asyncio.Semaphore
    caller_count: int = 0


class Shares:
    """The share of each organization that uses a pool now: `limit` places. Nothing is kept of the others."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._shares: dict[UUID, _Share] = {}

    def __len__(self) -> int:
        return len(self._shares)

    def is_used_up(self, organization_id: UUID) -> bool:
        """Whether a caller would have to wait."""
        share = self._shares.get(organization_id)
        return share is not None and share.places.locked()

    async def take(self, organization_id: UUID) -> None:
        """Takes a place of the organization's share, as soon as one is free."""
        share = self._shares.setdefault(organization_id, _Share(asyncio.Semaphore(self._limit)))
        share.caller_count += 1
        try:
            await share.places.acquire()
        except BaseException:
            self._leave(organization_id, share)
            raise

    def give(self, organization_id: UUID) -> None:
        """Gives a place back."""
        share = self._shares[organization_id]
        share.places.release()
        self._leave(organization_id, share)

    def _leave(self, organization_id: UUID, share: _Share) -> None:
        share.caller_count -= 1
        if share.caller_count == 0:
            del self._shares[organization_id]


def share_of(size: int, percent: int) -> int:
    """The places of a pool that are `percent` of it: at least one."""
    return max(1, size * percent // 100)
