"""The service itself: is it alive, is it ready, what is it."""

import asyncio
import importlib.metadata
import time
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

from hiring.handlers.base import Handler
from hiring.handlers.operation import operation
from hiring.handlers.replies import Reply

CHECK_TIMEOUT_S = 2.0


class About(msgspec.Struct, frozen=True):
    """Name and version of the service."""

    name: str
    version: str


class Dependency(msgspec.Struct, frozen=True, kw_only=True):
    """One of the servers that the service works with. `is_required`: without it the service is not ready."""

    name: str
    is_required: bool
    status: Literal["ok", "failing"]
    latency_ms: float
    detail: str | None


class Readiness(msgspec.Struct, frozen=True):
    """Whether requests are welcome: `degraded` still answers all of them."""

    status: Literal["ready", "degraded", "unready", "stopping"]
    dependencies: list[Dependency]


class AboutTheService(Handler):
    """Name and version."""

    @operation("Name and version of the service", is_public=True, returns=About)
    async def get(self) -> Reply:
        about = About("hiring-api", importlib.metadata.version("hiring-api"))
        return Reply(body=msgspec.json.encode(about).decode())


class Alive(Handler):
    """Whether the process answers at all."""

    async def admit(self, operation: Any) -> None:
        """Anybody may ask, and nothing is looked up."""

    @operation("Whether the process is alive", is_public=True)
    async def get(self) -> Reply:
        return Reply(body='{"status":"alive"}')


class Ready(Alive):
    """Whether the process should get requests, and how each of its dependencies is."""

    @operation("Whether requests are welcome", is_public=True, returns=Readiness)
    async def get(self) -> Reply:
        found = await asyncio.gather(*(look(*check) for check in self.dependencies.checks()))
        failing = [each for each in found if each.status == "failing"]
        status: Literal["ready", "degraded", "unready", "stopping"] = "degraded" if failing else "ready"
        if any(each.is_required for each in failing):
            status = "unready"
        if self.dependencies.traffic.is_stopping:
            status = "stopping"
        body = msgspec.json.encode(Readiness(status, list(found))).decode()
        return Reply(status=200 if status in ("ready", "degraded") else 503, body=body)


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
