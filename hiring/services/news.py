"""What the API processes of a deployment tell one another through Redis: who wrote what, and that rights have changed.

Nothing depends on it for longer than a moment. A process that hears nothing asks Redis at each request what the caller
wrote, and looks for changed rights several times a second anyway (`principals.py`).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

import msgspec

from hiring.connectors.redis import RedisClient, RedisUnavailable
from hiring.foundation.logs import get_logger
from hiring.services.api_metrics import HEARS_NEWS, REDIS_FALLBACKS
from hiring.services.own_writes import OwnWrites
from hiring.services.principals import Principals

CHANNEL = "news"
PAUSE_S = 0.25
"""Before listening anew."""
CANCEL_PAUSE_S = 0.05
PUBLISH = "return redis.call('PUBLISH', KEYS[1], ARGV[1])"

log = get_logger(__name__)


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """`writes`: principals with the events of their writes. `has_changed_rights`: somebody's rights are others now."""

    writes: tuple[tuple[str, UUID], ...] = ()
    has_changed_rights: bool = False


encode = msgspec.json.Encoder(uuid_format="hex").encode
decode = msgspec.json.Decoder(Message).decode


class News:
    """Listens for as long as the process serves."""

    def __init__(self, redis: RedisClient, writes: OwnWrites, principals: Principals) -> None:
        self._redis, self._writes, self._principals = redis, writes, principals

    @asynccontextmanager
    async def heard(self) -> AsyncIterator["News"]:
        """Listens for the duration of a block."""
        task = asyncio.create_task(self._listen())
        try:
            yield self
        finally:
            while not task.done():  # the driver may take a cancellation for a timeout of its own, and go on
                task.cancel()
                await asyncio.wait((task,), timeout=CANCEL_PAUSE_S)

    async def tell_changed_rights(self) -> None:
        """Lets the other processes look whose rights have changed; call it after the change is committed."""
        try:
            await self._redis.run(PUBLISH, (CHANNEL,), (encode(Message(has_changed_rights=True)),))
        except RedisUnavailable:
            REDIS_FALLBACKS.labels("news").inc()

    async def _listen(self) -> None:
        while True:
            try:
                async with aclosing(self._redis.subscribed(CHANNEL)) as messages:
                    async for message in messages:
                        self._hear(message)
            except RedisUnavailable:
                pass
            except Exception:
                log.exception("news.failed")
            self._writes.end_listening()
            HEARS_NEWS.set(0)
            await asyncio.sleep(PAUSE_S)

    def _hear(self, content: bytes | None) -> None:
        if content is None:
            self._writes.begin_listening()
            HEARS_NEWS.set(1)
            self._principals.hint()
            return
        message = decode(content)
        for principal, event_id in message.writes:
            self._writes.hear(principal, event_id)
        if message.has_changed_rights:
            self._principals.hint()
