"""Users: the people and integrations of an organization."""

from typing import Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import users as commands
from hiring.commands.base import Written
from hiring.domain.vocabulary import Email, ExternalId, Language, ShortText, TimeZone
from hiring.errors import FieldError, Invalid, LastAdministrator
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import EmailAddress, Nothing, Request, Resource, page_of
from hiring.queries import users as queries
from hiring.queries.users import UsersQuery


class User(Resource, frozen=True, kw_only=True):
    """A person who works in the system, or an integration."""

    external_id: str | None
    type: Literal["member", "service"]
    status: Literal["invited", "active", "disabled"]
    first_name: str
    middle_name: str | None
    last_name: str | None
    name: str
    email: EmailAddress | None
    language: str
    time_zone: str


class NewUser(Request, frozen=True, kw_only=True):
    """A member to invite (with an e-mail address), or a service user (without)."""

    type: Literal["member", "service"] = "member"
    first_name: ShortText
    middle_name: ShortText | None = None
    last_name: ShortText | None = None
    email: Email | None = None
    language: Language | None = None
    time_zone: TimeZone | None = None
    external_id: ExternalId | None = None


class UserPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a user."""

    first_name: ShortText | UnsetType = UNSET
    middle_name: ShortText | None | UnsetType = UNSET
    last_name: ShortText | None | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET


class OwnPatch(Request, frozen=True, kw_only=True):
    """A merge patch of oneself."""

    first_name: ShortText | UnsetType = UNSET
    middle_name: ShortText | None | UnsetType = UNSET
    last_name: ShortText | None | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET


@operation(returns=page_of(User))
async def list_users(request: Handler, query: UsersQuery) -> Reply:
    """List users."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=User, events=("message.due", "user.created", "user.invited"))
async def add_user(request: Handler, body: NewUser) -> Reply:
    """Invite a member, or add a service user."""
    change = await (add_service(request, body) if body.type == "service" else invite(request, body))
    return created(change, "users")


@operation(returns=User)
async def read_user(request: Handler, user_id: UUID) -> Reply:
    """Read a user."""
    return resource(await queries.find(request.db, request.actor, user_id=user_id))


@operation(returns=User, events=("user.updated",))
async def change_user(request: Handler, user_id: UUID, body: UserPatch) -> Reply:
    """Change a user."""
    change = await commands.update(
        request.db, request.actor, user_id=user_id, changes=changes(body), expected_versions=request.expected_versions
    )
    return changed(change)


@operation(changes_rights=True, returns=User, refuses=(LastAdministrator,), events=("user.disabled",))
async def disable_user(request: Handler, user_id: UUID, body: Nothing) -> Reply:
    """Disable a user."""
    return changed(
        await commands.disable(request.db, request.actor, user_id=user_id, expected_versions=request.expected_versions)
    )


@operation(changes_rights=True, returns=User, events=("user.enabled",))
async def enable_user(request: Handler, user_id: UUID, body: Nothing) -> Reply:
    """Enable a user."""
    return changed(
        await commands.enable(request.db, request.actor, user_id=user_id, expected_versions=request.expected_versions)
    )


@operation(returns=User)
async def read_me(request: Handler) -> Reply:
    """Read myself."""
    return resource(await queries.find(request.db, request.actor, user_id=request.actor.user_id))


@operation(returns=User, events=("user.updated",))
async def change_me(request: Handler, body: OwnPatch) -> Reply:
    """Change myself."""
    change = await commands.update(
        request.db, request.actor, user_id=request.actor.user_id or UUID(int=0), changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


async def add_service(request: Handler, body: NewUser) -> Written:
    """A service user has a name and nothing that a person has."""
    for name in ("middle_name", "last_name", "email", "language", "time_zone"):
        if getattr(body, name) is not None:
            raise Invalid(errors=[FieldError(f"/{name}", "unexpected", "A service user has none.")])
    return await commands.add_service(
        request.db, request.actor, first_name=body.first_name, external_id=body.external_id
    )


async def invite(request: Handler, body: NewUser) -> Written:
    """A member is reached by mail."""
    if body.email is None:
        raise Invalid(errors=[FieldError("/email", "required", "A member is invited by e-mail.")])
    settings = request.dependencies.settings
    return await commands.invite(
        request.db, request.actor, secret=settings.tokens.secret, ttl_s=settings.tokens.mailed_ttl_s,
        mails=settings.mails, email=body.email, first_name=body.first_name, middle_name=body.middle_name,
        last_name=body.last_name, language=body.language, time_zone=body.time_zone, external_id=body.external_id,
    )  # fmt: skip
