"""Admits the server of a career site by its board key: to the public operations of that board, and to nothing else.

Its requests have a limit of their own, so that its visitors, who all come from its address, do not share that of one
address. It may name the address of the applicant for whom it asks, whose limits then count besides.
"""

import ipaddress

from hiring.domain.actors import Actor, anonymous
from hiring.domain.board import Tenant
from hiring.errors import BoardKeyRefused, FieldError, Invalid, TokenInvalid
from hiring.http.admission import READS, Admitted, admitted, count, count_unknown_key, refuse_over, source_of
from hiring.http.asking import Asking
from hiring.http.operation import Operation
from hiring.queries import boards
from hiring.services.principals import Principal
from hiring.services.tokens import BOARD_KEY_PREFIX, token_hash

APPLICANT_ADDRESS = "Applicant-Address"
KEY_REFUSED = "The board key is unknown, revoked, expired or of another organization."


def key_of(request: Asking) -> str | None:
    """The board key of a request, None where it has none: other tokens mean nothing to what anybody may call."""
    scheme, _, token = request.request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip().startswith(BOARD_KEY_PREFIX) else None


def has_own_limits(request: Asking) -> bool:
    """Whether a board key asks for nobody in particular, so that no limit of an address counts."""
    return request.actor.type == "api_key" and APPLICANT_ADDRESS not in request.request.headers


async def admit(request: Asking, operation: Operation, key: str) -> Admitted:
    """Admits a request with a board key to an operation of its board. Rules: O25, O26, O27.

    A read stays anonymous: it shows what everybody sees, from the same memory and with the same cursors.

    Raises: RateLimited, TokenInvalid, BoardKeyRefused, NotFound (board), Invalid (Applicant-Address).
    """
    principal_id = token_hash(key).hex()
    record = await count(request, principal_id, "board")
    principal = await request.dependencies.principals.recall(principal_id, lambda: principal_of(request, principal_id))
    tenant = await tenant_of(request)
    if principal.organization_id != tenant["organization_id"]:
        raise TokenInvalid(KEY_REFUSED)
    if principal.job_board_id != tenant["job_board_id"]:
        raise BoardKeyRefused
    await count_applicant(request, operation)
    actor = anonymous(request.request_id)
    if request.method not in READS:
        actor = Actor(
            type="api_key", id=principal.api_key_id, user_id=None, organization_id=principal.organization_id,
            correlation_id=request.request_id,
        )  # fmt: skip
    return admitted(request, actor, record)


async def principal_of(request: Asking, key_hash: str) -> Principal:
    """The principal of a board key, which the organization of the board in the path knows.

    Raises: RateLimited, NotFound (board), TokenInvalid.
    """
    await count_unknown_key(request)
    db, organization_id = request.dependencies.db, (await tenant_of(request))["organization_id"]
    row = await db.queries.board_keys.find_principal(organization_id=organization_id, key_hash=key_hash)
    if row is None:
        raise TokenInvalid(KEY_REFUSED)
    await db.commands.board_keys.touch(organization_id=organization_id, board_key_id=row["id"])
    return Principal(
        organization_id, None, {}, (row["id"],), row["expires_at"], row["id"], job_board_id=row["job_board_id"]
    )


async def tenant_of(request: Asking) -> Tenant:
    """Whose board the path names. Raises: NotFound."""
    db, slug = request.dependencies.db, request.path_kwargs["board"]
    return await request.dependencies.board_tenants.recall(slug, lambda slug: boards.find_tenant(db, slug=slug))


def applicant_address(request: Asking) -> str | None:
    """The address that the request names, None where it names none. Raises: Invalid."""
    given = request.request.headers.get(APPLICANT_ADDRESS)
    if given is None:
        return None
    try:
        address = ipaddress.ip_address(given.strip())
    except ValueError:
        address = None
    if address is None or "%" in given:  # a zone, which only its own host knows
        raise Invalid(errors=[FieldError(APPLICANT_ADDRESS, "format", "Expected one IPv4 or IPv6 address.")])
    return str(address)


async def count_applicant(request: Asking, operation: Operation) -> None:
    """Counts the request by the address that the server names, as if the applicant had sent it from there.

    Raises: Invalid, RateLimited.
    """
    address = applicant_address(request)
    if address is None:
        return
    request.address = address
    request.source, limit = source_of(request.address), operation.limit
    counted = await request.dependencies.request_state.read(caller=request.source, principal=None, limit=limit)
    refuse_over(limit, counted.retry_after_s)
