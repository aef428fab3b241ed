"""Service: whether it is alive and ready, what it is, and the types of its events."""

from typing import Any, Literal
from uuid import UUID

import msgspec

from hiring.domain.vocabulary import Instant
from hiring.http import PREFIX, admission
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.services.readiness import Dependency
from hiring.services.signing_keys import ACTIVATION_S, CHECK_INTERVAL_S

KEYS_AGE_S = int(ACTIVATION_S - CHECK_INTERVAL_S)
"""How long the key set may be kept: a new key signs soon after it is listed, and no kept list may lack it by then."""


class About(msgspec.Struct, frozen=True):
    """What this service is."""

    name: str
    """The name of the software."""
    version: str
    """The version of the software; the document describes the same one."""


class ApiVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A version of the API, as paths name it."""

    name: str
    """The name of the version."""
    path: str
    """What the paths of its operations begin with."""
    status: Literal["current", "deprecated"]
    """A `current` version is developed further. A `deprecated` one works unchanged until its `sunset_at`."""
    deprecated_at: Instant | None
    """Since when it is deprecated; null while it is current."""
    sunset_at: Instant | None
    """When it stops working, at least 24 months after `deprecated_at`; null while it is current."""


class ApiVersions(msgspec.Struct, frozen=True):
    """Every version of the API that answers here."""

    items: list[ApiVersion]
    """The versions, the newest first."""


VERSIONS = ApiVersions(
    [ApiVersion(name="v1", path=PREFIX, status="current", deprecated_at=None, sunset_at=None)],
)


class Liveness(msgspec.Struct, frozen=True):
    """That the process is alive."""

    status: Literal["alive"]
    """Always `alive`: a process that is not alive gives no answer."""


class Readiness(msgspec.Struct, frozen=True):
    """Whether the service can take requests, and the servers that it works with."""

    status: Literal["ready", "degraded", "unready", "stopping"]
    """`ready`: every server answers. `degraded`: a server fails that is not required, and the service works on without
    it. `unready`: a required server fails. `stopping`: the process is ending. The last two are a 503."""
    dependencies: list[Dependency]
    """The servers that the service works with, and how each one is."""


class PublicKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An Ed25519 key that verifies access tokens (RFC 8037)."""

    kty: Literal["OKP"]
    """The type of the key: an octet key pair."""
    crv: Literal["Ed25519"]
    """The curve of the key."""
    x: str
    """The public key itself, in base64url."""
    kid: UUID
    """The id of the key; an access token names the key that signed it by `kid` in its header."""
    use: Literal["sig"]
    """What the key is for: signatures."""
    alg: Literal["EdDSA"]
    """The algorithm of the signatures."""


class PublicKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[PublicKey]
    """The keys of all tokens that are still good, and any key that is about to sign."""


class EventType(msgspec.Struct, frozen=True):
    """A type of event."""

    type: str
    """The name of the type, as events carry it; messages in the broker have it as their routing key."""
    description: str
    """What such an event tells."""
    schema: dict[str, Any]
    """The JSON Schema (draft 2020-12) of whole events of this type; it refers to no other document."""


class EventTypes(msgspec.Struct, frozen=True):
    """Every type of event."""

    items: list[EventType]
    """All types of events, by name."""


@operation(returns=About, is_tagged=True)
async def read_service(request: Handler) -> Reply:
    """Read the name and version of the service.

    Tells a client that it has reached the API, and which version answers.
    """
    return request.document()


class Unadmitted(Handler):
    """A request that anybody may make at any time."""

    is_admitted = False

    async def admit(self, operation: Any) -> None:
        """Anybody may ask, and nothing is looked up: the answer depends on no other server."""
        admission.count_here(self)


@operation(returns=Liveness)
async def check_liveness(request: Unadmitted) -> Reply:
    """Tell whether the process is alive.

    Answers 200 for as long as the process can answer at all. It asks no other server, so it says nothing of their
    health.
    """
    return Reply(body='{"status":"alive"}')


@operation(returns=Readiness, or_status=503)
async def check_readiness(request: Unadmitted) -> Reply:
    """Tell whether the service can take requests.

    Answers 200 where it is `ready` or `degraded`, and 503 where it is `unready` or `stopping`; in both cases it tells
    how each server is. A `degraded` service works on without the server that fails; only requests that store, read or
    delete files are refused while `files` fails, and reports while `clickhouse` does.
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

    Other services verify access tokens with them. A new key is listed before it signs; keep the list no longer than
    `Cache-Control` allows.
    """
    body = msgspec.json.encode(request.dependencies.access_tokens.keys.jwks()).decode()
    return Reply(body=body, headers={"Cache-Control": f"public, max-age={KEYS_AGE_S}"})


@operation(returns=ApiVersions, is_tagged=True)
async def list_versions(request: Handler) -> Reply:
    """List the versions of the API.

    Shows each version that answers here, and until when one that is deprecated goes on answering. Within a version
    operations, optional members, values of enums in answers and types of events may be added; nothing else changes.
    """
    return request.document()


@operation(returns=EventTypes, is_tagged=True)
async def list_event_types(request: Handler) -> Reply:
    """List every type of event.

    Shows all types on one page, with what each means. A type never changes its meaning; new ones may be added.
    """
    return request.document()
