"""Admits a request: from its Authorization header to an actor, with their limits and the freshness that they need."""

import ipaddress
from collections.abc import Sequence
from uuid import UUID

import msgspec
from tornado.httputil import HTTPServerRequest

from hiring.config import SettingsError
from hiring.database import Database
from hiring.domain.actors import Actor, anonymous
from hiring.domain.conversion import uuid_of
from hiring.domain.findings import Unfit
from hiring.domain.permissions import expand, held_on_behalf, require
from hiring.errors import (
    ApiKeyRequired,
    BoardKeyRefused,
    FieldError,
    Invalid,
    RateLimited,
    SessionEnded,
    TokenInvalid,
    Unauthenticated,
)
from hiring.http import cursors
from hiring.http.asking import Asking
from hiring.http.dependencies import Network
from hiring.http.operation import Operation
from hiring.http.requests import announced_bytes
from hiring.queries import permissions
from hiring.services.api_metrics import RATE_LIMITED
from hiring.services.principals import Principal
from hiring.services.request_state import RequestRecord
from hiring.services.throttle import Count
from hiring.services.tokens import API_KEY_PREFIX, BOARD_KEY_PREFIX, Claims, token_hash

READS = ("GET", "HEAD")
"""The methods of requests that only read."""
KEY_REFUSED = "The API key is unknown, revoked or expired."


class Admitted(msgspec.Struct, frozen=True):
    """The caller, and the database as fresh as they need it.

    `names_writes`: there are writes that they must see, named by a token or their own of the last minute.
    """

    actor: Actor
    db: Database
    names_writes: bool


async def admit(request: Asking, operation: Operation | None) -> Admitted:
    """Admits a request. A caller who is not known is counted by address, before anything is looked up.

    Raises: Unauthenticated and its kinds, BoardKeyRefused, RateLimited, ApiKeyRequired, Forbidden, Invalid
    (On-Behalf-Of), Malformed (a token).
    """
    limit = operation.limit if operation else "principal"
    if operation is not None and operation.is_public:
        record = await count_source(request, limit)
        return admitted(request, anonymous(request.request_id), record)
    try:
        token, claims = identified(request)
    except (Unauthenticated, BoardKeyRefused):
        await count_source(request)
        raise
    principal_id = token_hash(token).hex() if claims is None else str(claims.session_id)
    record = await count(request, principal_id, limit, principal_id)
    request.principal_id = principal_id
    principal = await recall(request, principal_id, claims)
    actor = actor_of(request, principal, claims)
    if operation is not None:
        actor = await on_behalf(request, actor)
    return admitted(request, actor, record)


def identified(request: Asking) -> tuple[str, Claims | None]:
    """The token of a request, and what it says unless it is an API key.

    Raises: Unauthenticated and its kinds, BoardKeyRefused.
    """
    token = bearer(request.request.headers.get("Authorization"))
    if token is None:
        raise Unauthenticated
    if token.startswith(BOARD_KEY_PREFIX):
        raise BoardKeyRefused
    return token, None if token.startswith(API_KEY_PREFIX) else request.dependencies.access_tokens.verify(token)


async def count(request: Asking, caller: str, limit: str, principal: str | None = None) -> RequestRecord:
    """Counts the request and tells the caller where they stand. Raises: RateLimited."""
    record = await request.dependencies.request_state.read(caller=caller, principal=principal, limit=limit)
    stand(request, limit, record)
    return record


async def count_source(request: Asking, limit: str = "principal") -> RequestRecord:
    """Counts the request of somebody who is not known, by address. Raises: RateLimited."""
    return await count(request, request.source, limit)


def count_here(request: Asking) -> None:
    """Counts a request by address in this process alone, at once, unless it was counted. Raises: RateLimited.

    For what costs no more than its counting, and must not wait for Redis.
    """
    if request.standing is None:
        counted = request.dependencies.request_state.count_here(caller=request.source, limit="principal")
        stand(request, "principal", counted)


def stand(request: Asking, limit: str, counted: Count | RequestRecord) -> None:
    """Tells the caller what is left of their limit. Raises: RateLimited."""
    request.standing = f'"{limit}";r={counted.remaining};t={int(counted.reset_s) + 1}'
    request.set_header("RateLimit", request.standing)
    refuse_over(limit, counted.retry_after_s)


def refuse_over(limit: str, retry_after_s: float | None) -> None:
    """Raises: RateLimited, where there is a time to wait."""
    if retry_after_s is not None:
        RATE_LIMITED.labels(limit).inc()
        raise RateLimited(retry_after_s=int(retry_after_s) + 1)


async def count_upload(request: Asking) -> None:
    """Counts the bytes that an address will upload; a body of unknown size as the largest. Raises: RateLimited."""
    size = announced_bytes(request.request.headers) or request.dependencies.settings.api.max_upload_bytes
    counted = await request.dependencies.request_state.count(
        caller=request.source, limit="upload_kib", amount=-(-size // 1024)
    )
    refuse_over("upload_kib", counted.retry_after_s)


async def recall(request: Asking, principal_id: str, claims: Claims | None) -> Principal:
    """Who a session or key belongs to. Raises: SessionEnded, TokenInvalid."""
    db, recalled = request.dependencies.db, request.dependencies.principals.recall
    if claims is None:
        return await recalled(principal_id, lambda: principal_of_key(request, principal_id))
    principal = await recalled(principal_id, lambda: principal_of_session(db, claims))
    if principal.organization_id != claims.organization_id:  # PostgreSQL finds no such session there either
        raise SessionEnded
    if principal.user_id != claims.user_id:
        raise TokenInvalid("The session of the token belongs to another user.")
    return principal


async def principal_of_session(db: Database, claims: Claims) -> Principal:
    """Raises: SessionEnded."""
    row = await db.queries.sessions.find_principal(organization_id=claims.organization_id, session_id=claims.session_id)
    if row is None:
        raise SessionEnded
    return Principal(
        claims.organization_id, row["user_id"], permissions.held(row),
        (claims.session_id, row["user_id"], *permissions.group_ids(row)), row["expires_at"],
    )  # fmt: skip


async def count_unknown_key(request: Asking) -> None:
    """Counts a key that may be made up by its address, besides by itself. Raises: RateLimited."""
    counted = await request.dependencies.request_state.count(caller=request.source, limit="principal")
    if counted.retry_after_s is not None:
        stand(request, "principal", counted)


async def principal_of_key(request: Asking, key_hash: str) -> Principal:
    """The principal of a key. A key that may be made up costs its address a request before PostgreSQL is asked.

    Raises: TokenInvalid, RateLimited.
    """
    await count_unknown_key(request)
    db = request.dependencies.db
    queries = db.queries.api_keys
    key = await queries.find_by_hash(key_hash=key_hash)
    row = key and await queries.find_principal(**key)
    if row is None or key is None:
        raise TokenInvalid(KEY_REFUSED)
    await db.commands.api_keys.touch(**key)
    held = expand([], msgspec.json.decode(row["permissions"]))
    return Principal(
        key["organization_id"], row["user_id"], held, (key["api_key_id"], row["user_id"]), row["expires_at"],
        key["api_key_id"],
    )  # fmt: skip


def actor_of(request: Asking, principal: Principal, claims: Claims | None) -> Actor:
    """The actor that commands and queries see."""
    is_key = principal.api_key_id is not None
    return Actor(
        type="api_key" if is_key else "user", id=principal.api_key_id if is_key else principal.user_id,
        user_id=principal.user_id, organization_id=principal.organization_id, correlation_id=request.request_id,
        permissions=principal.permissions, session_id=claims.session_id if claims else None,
    )  # fmt: skip


async def on_behalf(request: Asking, actor: Actor) -> Actor:
    """The actor, narrowed to what the user in On-Behalf-Of may do, too.

    Raises: ApiKeyRequired, Forbidden, Invalid (no UUID; nobody active in the organization, wherever else the user may
    be).
    """
    given = request.request.headers.get("On-Behalf-Of")
    if given is None:
        return actor
    if actor.type != "api_key":
        raise ApiKeyRequired
    require(actor, "keys.impersonate")
    try:
        user_id = uuid_of(given)
    except Unfit as why:
        raise Invalid(errors=[FieldError("On-Behalf-Of", why.code, str(why))]) from None
    assert actor.organization_id is not None
    held = await permissions.find_held(request.dependencies.db, organization_id=actor.organization_id, user_id=user_id)
    if held is None:
        detail = "There is no such active user in the organization."
        raise Invalid(errors=[FieldError("On-Behalf-Of", "unknown_reference", detail)])
    return msgspec.structs.replace(
        actor, user_id=user_id, on_behalf_of=user_id, permissions=held_on_behalf(actor.permissions, held)
    )


def admitted(request: Asking, actor: Actor, record: RequestRecord) -> Admitted:
    """The primary for a request that may change something; for one that only reads, a replica that is fresh enough.

    It has at least what the client sends tokens for and what the client wrote in the last minute. An event that nobody
    has any more is reported only when a known client asks for it.
    """
    db = request.dependencies.db
    header = request.request.headers.get("Consistency-Token")
    named = cursors.events_of(header, request.secret) if header else []
    if request.request.method not in READS or record.must_read_primary:
        return Admitted(actor, db, names_writes=True)
    event_ids = list(dict.fromkeys([*named, *record.event_ids]))
    view = db.on_replica(event_ids, reports_lost=request.principal_id is not None)
    return Admitted(actor, view, names_writes=bool(header or event_ids))


async def remember_event(request: Asking, event_id: UUID, new_principal: str | None) -> None:
    """Keeps the event of a write for the next reads of the caller, and of the session or key that the request made."""
    writers = [principal for principal in (request.principal_id, new_principal) if principal is not None]
    if writers:
        await request.dependencies.request_state.remember_event(event_id, *writers)


def bearer(header: str | None) -> str | None:
    """The token of an Authorization header, None without one. Raises: TokenInvalid for another scheme."""
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenInvalid("The Authorization header takes a Bearer token.")
    return token.strip()


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """The networks of trusted proxies. Raises: SettingsError."""
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise SettingsError(f"api.trusted_proxies: expected networks (CIDR) such as 10.0.0.0/8: {error}") from None


def is_in(address: str, trusted: Sequence[Network]) -> bool:
    """Whether an address is in one of some networks."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in trusted)


def source_of(address: str) -> str:
    """What requests of an address are counted by: an IPv6 address by its /64, all of which one client may use."""
    if ":" not in address:
        return address
    parsed = ipaddress.IPv6Address(address.partition("%")[0])
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((parsed, 64), strict=False))


def address_of(request: HTTPServerRequest, trusted_proxies: Sequence[Network]) -> str:
    """The client's address: the last in X-Forwarded-For that is no trusted proxy's, believed of such a proxy only."""
    address = request.remote_ip or ""
    if not trusted_proxies:
        return address
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    while is_in(address, trusted_proxies) and forwarded:
        candidate = forwarded.pop()
        try:
            address = str(ipaddress.ip_address(candidate))
        except ValueError:
            break
    return address
