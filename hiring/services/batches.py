"""Sends what many callers hand in together: one message at a time, each with all that came since the one before."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Batches(Generic[T]):
    """`send` takes a batch and does not raise."""

    def __init__(self, send: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._send = send
        self._items: list[T] = []
        self._sent: asyncio.Future[None] | None = None
        self._sending: asyncio.Task[None] | None = None

    async def add(self, *items: T) -> None:
        """Returns when they have been sent; a caller who is cancelled takes nothing back."""
        self._items.extend(items)
        if self._sent is None:
            self._sent = asyncio.get_running_loop().create_future()
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all())
        await asyncio.shield(self._sent)

    async def _send_all(self) -> None:
        try:
            while self._sent is not None:
                items, sent, self._items, self._sent = self._items, self._sent, [], None
                try:
                    await self._send(items)
                finally:
                    sent.set_result(None)
        finally:
            self._sending = None
