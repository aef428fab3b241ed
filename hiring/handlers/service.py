"""The service itself: is it alive, is it ready, what is it, what does it tell of."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from hiring.http import admission
from hiring.http.documents import document_of
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.services.readiness import Dependency
from hiring.services.signing_keys import ACTIVATION_S, CHECK_INTERVAL_S

KEYS_AGE_S = int(ACTIVATION_S - CHECK_INTERVAL_S)
"""How long the key set may be kept: a new key signs soon after it is listed, and no kept list may lack it by then."""


class About(msgspec.Struct, frozen=True):
    """Name and version of the service."""

    name: str
    version: str


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

    @operation("Name and version of the service", is_public=True, returns=About, is_tagged=True)
    async def get(self) -> Reply:
        return document_of(self)


class Alive(Handler):
    """Whether the process answers at all."""

    is_admitted = False

    async def admit(self, operation: Any) -> None:
        """Anybody may ask, and nothing is looked up: the answer depends on no other server."""
        admission.count_here(self)

    @operation("Whether the process is alive", is_public=True)
    async def get(self) -> Reply:
        return Reply(body='{"status":"alive"}')


class Ready(Alive):
    """Whether the process should get requests, and how each of its dependencies is."""

    @operation("Whether requests are welcome", is_public=True, returns=Readiness, or_status=503)
    async def get(self) -> Reply:
        found = await self.dependencies.readiness.dependencies()
        failing = [each for each in found if each.status == "failing"]
        status: Literal["ready", "degraded", "unready", "stopping"] = "degraded" if failing else "ready"
        if any(each.is_required for each in failing):
            status = "unready"
        if self.dependencies.traffic.is_stopping:
            status = "stopping"
        body = msgspec.json.encode(Readiness(status, found)).decode()
        if status in ("ready", "degraded"):
            return Reply(body=body)
        return Reply(status=503, body=body, headers={"Retry-After": "1"})


class KeySet(Handler):
    """The keys with which other services verify access tokens."""

    @operation("The public keys of access tokens", is_public=True, returns=PublicKeys)
    async def get(self) -> Reply:
        body = msgspec.json.encode(self.dependencies.access_tokens.keys.jwks()).decode()
        return Reply(body=body, headers={"Cache-Control": f"public, max-age={KEYS_AGE_S}"})


class EventTypeList(Handler):
    """The types of events."""

    @operation("List every type of event", is_public=True, returns=EventTypes, is_tagged=True)
    async def get(self) -> Reply:
        return document_of(self)
