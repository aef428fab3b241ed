"""The service itself: is it alive, is it ready, how busy is it, what is it, what does it tell of."""

import asyncio
import importlib.metadata
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal
from uuid import UUID

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST

from hiring.domain.event_types import EVENT_TYPES
from hiring.handlers.base import Handler
from hiring.handlers.operation import operation
from hiring.handlers.replies import Reply
from hiring.services.api_metrics import exposition
from hiring.services.signing_keys import ACTIVATION_S, CHECK_INTERVAL_S

CHECK_TIMEOUT_S = 2.0
KEYS_AGE_S = int(ACTIVATION_S - CHECK_INTERVAL_S)
"""How long the key set may be kept: a new key signs soon after it is listed, and no kept list may lack it by then."""


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


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An Ed25519 key that verifies access tokens (RFC 8037); `kid` is in the head of those that it signed."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: UUID
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class PublicKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[PublicKey]


class EventType(msgspec.Struct, frozen=True):
    """A type of event, as events, webhooks and the broker's routing keys spell it, and what it means."""

    type: str
    description: str


class EventTypes(msgspec.Struct, frozen=True):
    """Every type of event."""

    items: list[EventType]


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

    @operation("Whether requests are welcome", is_public=True, returns=Readiness, or_status=503)
    async def get(self) -> Reply:
        found = await asyncio.gather(*(look(*check) for check in self.dependencies.checks()))
        failing = [each for each in found if each.status == "failing"]
        status: Literal["ready", "degraded", "unready", "stopping"] = "degraded" if failing else "ready"
        if any(each.is_required for each in failing):
            status = "unready"
        if self.dependencies.traffic.is_stopping:
            status = "stopping"
        body = msgspec.json.encode(Readiness(status, list(found))).decode()
        if status in ("ready", "degraded"):
            return Reply(body=body)
        return Reply(status=503, body=body, headers={"Retry-After": "1"})


class Metrics(Alive):
    """The process's metrics in Prometheus' text format. Not for the public: a proxy should not pass it on."""

    @operation("Metrics for Prometheus", is_public=True)
    async def get(self) -> Reply:
        body = exposition(self.dependencies.db.servers, self.dependencies.traffic.running_count)
        return Reply(content=whole(body), size=len(body), headers={"Content-Type": CONTENT_TYPE_LATEST})


class KeySet(Alive):
    """The keys with which other services verify access tokens."""

    @operation("The public keys of access tokens", is_public=True, returns=PublicKeys)
    async def get(self) -> Reply:
        body = msgspec.json.encode(self.dependencies.access_tokens.keys.jwks()).decode()
        return Reply(body=body, headers={"Cache-Control": f"public, max-age={KEYS_AGE_S}"})


class EventTypeList(Alive):
    """The types of events."""

    @operation("List every type of event", is_public=True, returns=EventTypes)
    async def get(self) -> Reply:
        found = EventTypes([EventType(name, description) for name, description in EVENT_TYPES.items()])
        return Reply(body=msgspec.json.encode(found).decode())


async def whole(body: bytes) -> AsyncIterator[bytes]:
    """A text that is not JSON, in one piece."""
    yield body


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
