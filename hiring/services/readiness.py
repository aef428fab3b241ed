"""Whether the servers that the service works with answer: looked at once a second, however many ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal

import msgspec

Check = tuple[str, bool, Callable[[], Awaitable[Any]]]
"""Name, whether the service is unready without it, and what raises when it does not answer."""

CHECK_TIMEOUT_S = 2.0
KEPT_S = 1.0


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """One of the servers that the service works with."""

    name: str
    """`postgres_primary`, `postgres_replica`, `redis_sessions`, `redis_cache`, `rabbitmq`, `files`, or, in a deployment
    that makes reports, `clickhouse`."""
    is_required: bool
    """Whether the service is `unready` while this server fails; while another one fails, it is `degraded`."""
    status: Literal["ok", "failing"]
    """`failing` if the last check ended in an error or took longer than two seconds. Checks are made when somebody
    asks, once a second at most."""
    latency_ms: float
    """How long the check took, in milliseconds, whether or not it succeeded."""
    detail: Annotated[str | None, msgspec.Meta(examples=["ConnectionRefusedError"])]
    """The kind of error that the check ended in, such as `ConnectionRefusedError`; null for a server that answered."""


class Readiness:
    """Runs the checks, all at once, for everybody who asks meanwhile and for KEPT_S after."""

    def __init__(self, checks: Callable[[], Sequence[Check]]) -> None:
        self._checks = checks
        self._running: asyncio.Task[list[Dependency]] | None = None
        self._ended_at = 0.0

    async def dependencies(self) -> list[Dependency]:
        """How each dependency is, or was within the last second."""
        if self._running is None or (self._running.done() and time.monotonic() - self._ended_at > KEPT_S):
            self._running = asyncio.create_task(self._look())
        return await asyncio.shield(self._running)

    async def _look(self) -> list[Dependency]:
        found = await asyncio.gather(*(look(*check) for check in self._checks()))
        self._ended_at = time.monotonic()
        return list(found)


async def look(name: str, is_required: bool, check: Callable[[], Awaitable[Any]]) -> Dependency:
    """Runs a check and says how long it took, in milliseconds."""
    began, detail = time.perf_counter(), None
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check()
    except Exception as error:  # noqa: BLE001  # whatever a driver says, the answer is that this dependency fails
        detail = type(error).__name__
    return Dependency(
        name=name, is_required=is_required, status="failing" if detail else "ok",
        latency_ms=round((time.perf_counter() - began) * 1000, 2), detail=detail,
    )  # fmt: skip
