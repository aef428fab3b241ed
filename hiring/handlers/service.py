"""Service: whether it is alive and ready, what it is, and the types of its events."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from hiring.http import admission
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


@operation(returns=About, is_tagged=True)
async def read_service(request: Handler) -> Reply:
    """Read the name and version of the service."""
    return request.document()


class Unadmitted(Handler):
    """A request that anybody may make at any time."""

    is_admitted = False

    async def admit(self, operation: Any) -> None:
        """Anybody may ask, and nothing is looked up: the answer depends on no other server."""
        admission.count_here(self)


@operation()
async def check_liveness(request: Unadmitted) -> Reply:
    """Tell whether the process is alive.

    It asks no other server.
    """
    return Reply(body='{"status":"alive"}')


@operation(returns=Readiness, or_status=503)
async def check_readiness(request: Unadmitted) -> Reply:
    """Tell whether requests are welcome.

    Also how each dependency is. A `degraded` service answers every request.
    """
    found = await request.dependencies.readiness.dependencies()
    failing = [each for each in found if each.status == "failing"]
    status: Literal["ready", "degraded", "unready", "stopping"] = "degraded" if failing else "ready"
    if any(each.is_required for each in failing):
        status = "unready"
    if request.dependencies.traffic.is_stopping:
        status = "stopping"
    body = msgspec.json.encode(Readiness(status, found)).decode()
    if status in ("ready", "degraded"):
        return Reply(body=body)
    return Reply(status=503, body=body, headers={"Retry-After": "1"})


@operation(returns=PublicKeys)
async def read_public_keys(request: Handler) -> Reply:
    """Read the public keys of access tokens.

    Other services verify access tokens with them.
    """
    body = msgspec.json.encode(request.dependencies.access_tokens.keys.jwks()).decode()
    return Reply(body=body, headers={"Cache-Control": f"public, max-age={KEYS_AGE_S}"})


@operation(returns=EventTypes, is_tagged=True)
async def list_event_types(request: Handler) -> Reply:
    """List every type of event."""
    return request.document()
