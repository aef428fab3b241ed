"""Account: founding an organization, logging in, staying logged in, and leaving."""

from typing import Any, ClassVar, Literal
from uuid import UUID

import msgspec

from hiring.commands import organizations, sessions
from hiring.commands.sessions import Device, Grant
from hiring.domain.vocabulary import Email, Instant, ShortText, Slug
from hiring.errors import (
    CredentialsWrong,
    OrganizationRequired,
    RefreshReused,
    RegistrationClosed,
    SessionEnded,
    TokenInvalid,
)
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
    """The tokens of a session."""

    access_token: str
    """Sent as `Authorization: Bearer …` with each request, until it expires or the session ends. It is a signed JWT;
    `GET /.well-known/jwks.json` has the keys to verify it."""
    refresh_token: str
    """Exchanged once for new tokens, with `POST /refresh`, for as long as the session lasts."""
    token_type: Literal["Bearer"]
    """How the access token is sent (RFC 6750)."""
    expires_in: int
    """For how many seconds from now the access token is good."""


class Registered(Tokens, frozen=True, kw_only=True):
    """A new organization and its first administrator, logged in."""

    is_located: ClassVar = True
    organization: Organization
    """The new organization."""
    user: User
    """Its first administrator."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A login on one device."""

    id: UUID
    """Identifies the session, to end it by."""
    user_agent: str | None
    """The `User-Agent` that the client sent at the login, cut to 300 characters. Null where it sent none."""
    remote_address: str | None
    """The IP address from which the login came; null where it is not known."""
    created_at: Instant
    """When the user logged in."""
    last_used_at: Instant
    """When the refresh token was last exchanged; before that, when the user logged in."""
    expires_at: Instant
    """When the session ends, however often its refresh token is exchanged; the user then logs in again."""


class Registration(Request, frozen=True, kw_only=True):
    """A new organization and its first administrator."""

    organization_name: ShortText
    """What the organization is called. Its slug, the name in logins, is made from it."""
    email: Email
    """The address that the user logs in with; letter case does not matter. The same address may have users in several
    organizations."""
    password: Password
    """The password of the first administrator, taken as it is typed. The service asks for at least 12 characters unless
    it is set otherwise."""
    first_name: ShortText
    """The first name of the first administrator."""
    last_name: ShortText | None = None
    """The last name of the first administrator; null where there is none."""


class Login(Request, frozen=True, kw_only=True):
    """An e-mail address and its password, and the organization where they fit several."""

    email: Email
    password: Password
    """The password of the user."""
    organization: Slug | None = None
    """The slug of the organization. Without it, the password is compared in the five oldest organizations in which the
    address has one; it is required where the password fits more than one of them."""


class Refresh(Request, frozen=True, kw_only=True):
    """The refresh token of a session."""

    refresh_token: ShortText
    """The refresh token that came with the latest tokens of the session."""


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

    Founds an organization and logs its first administrator in. The organization begins with the built-in permission
    groups, a default job board, a default pipeline template, and some reasons and sources.

    Until the administrator sets a new password with a mailed link (`POST /password-resets`), which confirms the
    address, the organization sends no other mail than such links.
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


@operation(
    is_keyed=False,
    limit="login",
    returns=Tokens,
    refuses=(CredentialsWrong, OrganizationRequired),
    events=("session.started",),
)
async def log_in(request: Handler, body: Login) -> Reply:
    """Log in.

    Starts a session of an active member; other sessions go on. Whatever is wrong, the refusal is the same, so that it
    tells nobody which accounts there are. Where a right password fits accounts in several organizations, `organization`
    has to name one. A right password does not count against the limit.
    """
    async with evened(request, is_success_evened=False), guarded(request, body.email):
        grant = await start_session(request, body)
    return granted(request, grant)


@operation(is_keyed=False, returns=Tokens, has_token=False, refuses=(RefreshReused, SessionEnded, TokenInvalid))
async def refresh_session(request: Handler, body: Refresh) -> Reply:
    """Exchange a refresh token for new tokens.

    The answer has a new access token and a new refresh token, and the one that was sent is used up. Sent again within
    ten seconds, such as after an answer was lost, it gives the same new refresh token; sent later, it ends the session,
    because somebody else may have it. The session still ends at its `expires_at`.
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

    Ends the session of the access token that is sent: neither its access tokens nor its refresh token work any more.
    Other sessions of the user go on.
    """
    assert request.actor.session_id is not None  # the operation is for sessions
    return await end_session(request, request.actor.session_id, "logout")


@operation(returns=page_of(Session))
async def list_my_sessions(request: Handler, query: ListQuery) -> Reply:
    """List your sessions.

    Shows the sessions of the user who is logged in that have not ended, this one included, the newest first.
    """
    return request.page(await session_queries.list_own(request.db, request.actor, query), query)


@operation(changes_rights=True, status=204, events=("session.ended",))
async def end_my_session(request: Handler, session_id: UUID) -> Reply:
    """End one of your sessions.

    Logs the user out on another device, or on this one. A session that has ended already stays so. A session of
    somebody else is not found (404).
    """
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
