"""Account: founding an organization, logging in, staying logged in, and leaving."""

from typing import Any, ClassVar, Literal
from uuid import UUID

import msgspec

from hiring.commands import organizations, sessions
from hiring.commands.sessions import Device, Grant
from hiring.domain.vocabulary import Email, Instant, ShortText, Slug
from hiring.errors import CredentialsWrong, RefreshReused, RegistrationClosed, SessionEnded, TokenInvalid
from hiring.handlers.organizations import Organization
from hiring.handlers.users import User
from hiring.http import PREFIX
from hiring.http.credential_checks import evened, guarded
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, no_content
from hiring.http.shapes import Nothing, Request, page_of
from hiring.queries import sessions as session_queries
from hiring.queries.base import ListQuery
from hiring.services.passwords import Password

MAXIMUM_USER_AGENT_CHARACTERS = 300


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a client stays logged in with. `expires_in`: seconds of the access token."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105  # the name of a scheme, RFC 6750
    expires_in: int


class Registered(Tokens, frozen=True, kw_only=True):
    """A new organization and its first administrator, logged in."""

    is_located: ClassVar = True
    organization: Organization
    user: User


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A login on one device."""

    id: UUID
    user_agent: str | None
    remote_address: str | None
    created_at: Instant
    last_used_at: Instant
    expires_at: Instant


class Registration(Request, frozen=True, kw_only=True):
    """An organization and its first administrator."""

    organization_name: ShortText
    email: Email
    password: Password
    first_name: ShortText
    last_name: ShortText | None = None


class Login(Request, frozen=True, kw_only=True):
    """E-mail address and password, and where they fit several organizations, its slug.

    Without the slug, the password is compared in the first five organizations in which the address has one.
    """

    email: Email
    password: Password
    organization: Slug | None = None


class Refresh(Request, frozen=True, kw_only=True):
    """The refresh token of a session."""

    refresh_token: ShortText


@operation(
    is_keyed=False,
    limit="login",
    status=201,
    returns=Registered,
    refuses=(RegistrationClosed,),
    events=("organization.created",),
)
async def register_organization(request: Handler, body: Registration) -> Reply:
    """Register an organization.

    Its first administrator is logged in.
    """
    if not request.dependencies.settings.api.open_registration:
        raise RegistrationClosed
    settings = request.dependencies.settings.tokens
    password_hash = await request.dependencies.passwords.hash(body.password)
    founded = await organizations.register(
        request.db, secret=settings.secret, ttl_s=settings.refresh_ttl_s, password_hash=password_hash,
        organization_name=body.organization_name, email=body.email, first_name=body.first_name,
        last_name=body.last_name, device=device(request), correlation_id=request.request_id,
        is_confirmed=False,
    )  # fmt: skip
    return registered(request, founded)


@operation(is_keyed=False, limit="login", returns=Tokens, refuses=(CredentialsWrong,), events=("session.started",))
async def log_in(request: Handler, body: Login) -> Reply:
    """Log in."""
    async with evened(request, is_success_evened=False), guarded(request, body.email):
        grant = await start_session(request, body)
    return granted(request, grant)


@operation(is_keyed=False, returns=Tokens, has_token=False, refuses=(RefreshReused, SessionEnded, TokenInvalid))
async def refresh_session(request: Handler, body: Refresh) -> Reply:
    """Exchange a refresh token.

    The answer has new tokens; the refresh token that was sent is used up.
    """
    settings = request.dependencies.settings.tokens
    try:
        grant = await sessions.rotate(
            request.db, secret=settings.secret, grace_s=settings.refresh_grace_s, token=body.refresh_token
        )
    except RefreshReused:
        await request.dependencies.principals.refresh()
        raise
    return granted(request, grant)


@operation(changes_rights=True, is_keyed=False, status=204, events=("session.ended",))
async def log_out(request: Handler, body: Nothing) -> Reply:
    """Log out.

    Ends the session that the request belongs to.
    """
    assert request.actor.session_id is not None  # the operation is for sessions
    return await end_session(request, request.actor.session_id, "logout")


@operation(returns=page_of(Session))
async def list_my_sessions(request: Handler, query: ListQuery) -> Reply:
    """List my sessions."""
    return request.page(await session_queries.list_own(request.db, request.actor, query), query)


@operation(changes_rights=True, status=204, events=("session.ended",))
async def end_my_session(request: Handler, session_id: UUID) -> Reply:
    """End one of my sessions."""
    return await end_session(request, session_id, "revoked")


async def end_session(request: Handler, session_id: UUID, reason: str) -> Reply:
    """204; a client that still holds a token of the session must log in again."""
    return no_content(await sessions.end(request.db, request.actor, session_id=session_id, reason=reason))


def device(request: Handler) -> Device:
    """Where the client says it is."""
    agent = request.request.headers.get("User-Agent")
    return Device(agent and agent[:MAXIMUM_USER_AGENT_CHARACTERS], request.address)


def tokens(request: Handler, grant: Grant) -> dict[str, Any]:
    """The tokens of a session, ready for a body."""
    settings = request.dependencies.settings.tokens
    return {
        "access_token": request.dependencies.access_tokens.issue(
            organization_id=grant.organization_id, user_id=grant.user_id, session_id=grant.session_id
        ),
        "refresh_token": grant.refresh_token,
        "token_type": "Bearer",
        "expires_in": settings.access_ttl_s,
    }


def granted(request: Handler, grant: Grant) -> Reply:
    """200 with the tokens of a session, whose reads see what its grant has written."""
    return Reply(
        body=msgspec.json.encode(tokens(request, grant)).decode(), event_id=grant.event_id,
        new_principal=str(grant.session_id),
    )  # fmt: skip


def registered(request: Handler, founded: organizations.Founded) -> Reply:
    """201 with the organization and its administrator, who is logged in."""
    answer = {
        "organization": msgspec.Raw(founded.organization.encode()),
        "user": msgspec.Raw(founded.user.encode()),
    }
    answer |= tokens(request, founded.grant)
    return Reply(
        status=201, body=msgspec.json.encode(answer).decode(), location=f"{PREFIX}/organization",
        event_id=founded.grant.event_id, new_principal=str(founded.grant.session_id),
    )  # fmt: skip


async def start_session(request: Handler, body: Login) -> Grant:
    """A new session for a right password. Raises: CredentialsWrong, OrganizationRequired."""
    settings = request.dependencies.settings.tokens
    account = await sessions.find_account(
        request.db, request.dependencies.passwords, email=body.email, password=body.password,
        organization=body.organization,
    )  # fmt: skip
    return await sessions.start(
        request.db, secret=settings.secret, ttl_s=settings.refresh_ttl_s, account=account, device=device(request),
        correlation_id=request.request_id,
    )  # fmt: skip
