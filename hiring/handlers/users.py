"""Users: the people and integrations of an organization."""

from typing import Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from hiring.commands import users as commands
from hiring.commands.base import Written
from hiring.domain.actors import Actor
from hiring.domain.visibility import Visibility, visibility_of_kinds
from hiring.domain.vocabulary import (
    Email,
    EmailAddress,
    ExternalId,
    Language,
    LanguageTag,
    ShortText,
    TimeZone,
    TimeZoneName,
)
from hiring.errors import EmailTaken, ExternalIdTaken, FieldError, Invalid, LastAdministrator
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Nothing, Request, Resource, page_of
from hiring.queries import users as queries
from hiring.queries.base import Body
from hiring.queries.users import UsersQuery


class User(Resource, frozen=True, kw_only=True):
    """A person who works in the system, or an integration."""

    external_id: str | None
    """The id of the user in another system, unique among the users of the organization. Null where there is none."""
    type: Literal["member", "service"]
    """A `member` is a person, who is invited by mail and logs in. A `service` user is an integration, which has API
    keys and cannot log in. It never changes."""
    status: Literal["invited", "active", "disabled"]
    """An `invited` member has not chosen a password yet. Only an `active` user can log in or use API keys; a `disabled`
    one can do neither."""
    first_name: str
    """The first name of a member, or the name of a service user."""
    middle_name: str | None
    """The middle name; null where there is none."""
    last_name: str | None
    """The last name; null where there is none."""
    name: str
    """The display name: first, middle and last name, as far as there are any."""
    email: EmailAddress | None
    """The address that a member logs in with and gets mail at, in lower case. No other user of the organization has it,
    and it never changes. Null for a service user."""
    language: LanguageTag
    """The language of mails to the user, as a tag of BCP 47; where the service has no text in it, they are in
    English."""
    time_zone: TimeZoneName
    """The time zone of the user, by its name in the IANA database, for clients that show local times."""


class SeenKinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the caller sees of each kind that is seen by teams; null where they may not read it."""

    applications: Visibility | None
    """Applications, also those that lists of a job show."""
    attachments: Visibility | None
    """Files of candidates."""
    candidates: Visibility | None
    """Candidates, with their consents."""
    jobs: Visibility | None
    """Jobs, with their pipelines and teams."""
    messages: Visibility | None
    """Mails to candidates."""
    notes: Visibility | None
    """Notes about candidates."""
    openings: Visibility | None
    """Openings of jobs."""
    posts: Visibility | None
    """Posts of jobs, beside what boards show to everybody."""
    stage_changes: Visibility | None
    """How applications went through their stages."""


class Me(User, frozen=True, kw_only=True):
    """The user who asks, or the service user of the key that asks."""

    visibility: SeenKinds
    """Which resources the caller sees, so that nobody takes a part for the whole. Lists tell it in the header
    `Visibility`."""


class NewUser(Request, frozen=True, kw_only=True):
    """A member to invite, or a service user to add."""

    type: Literal["member", "service"] = "member"
    first_name: ShortText
    middle_name: ShortText | None = None
    """The middle name; null where there is none. A service user has none."""
    last_name: ShortText | None = None
    """The last name; null where there is none. A service user has none."""
    email: Email | None = None
    """The address that a member logs in with and gets mail at; letter case does not matter. A member needs one that no
    other user of the organization has; a service user has none."""
    language: Language | None = None
    """The language of mails to a member; null takes that of the organization. A service user is given none."""
    time_zone: TimeZone | None = None
    """The time zone of a member; null takes that of the organization. A service user is given none."""
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
    """A merge patch of the user who sends it."""

    first_name: ShortText | UnsetType = UNSET
    """The first name; it cannot be taken away."""
    middle_name: ShortText | None | UnsetType = UNSET
    last_name: ShortText | None | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    time_zone: TimeZone | UnsetType = UNSET


@operation(returns=page_of(User))
async def list_users(request: Handler, query: UsersQuery) -> Reply:
    """List users.

    Shows members and service users, in every status. The newest come first; with `updated_since`, they come in the
    order of their last change.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=201,
    returns=User,
    refuses=(EmailTaken, ExternalIdTaken),
    events={
        "message.due": "for a member",
        "user.created": "for a service user",
        "user.invited": "for a member",
    },
)
async def add_user(request: Handler, body: NewUser) -> Reply:
    """Invite a member, or add a service user.

    A member is mailed a link to choose a password with, which works once, within three days, and stays `invited` until
    then; `POST /password-resets` mails another one. A service user is active at once and has no API key yet. New users
    hold no permissions.

    An organization that registered itself mails no invitation before its first address is confirmed by a new password
    (`POST /password-resets`).
    """
    change = await (add_service(request, body) if body.type == "service" else invite(request, body))
    return created(change, "users")


@operation(returns=User)
async def read_user(request: Handler, user_id: UUID) -> Reply:
    """Read a user.

    Shows a member or service user, in any status. What the user may do is told by `GET /users/{user_id}/permissions`
    and `GET /users/{user_id}/permission-groups`.
    """
    return resource(await queries.find(request.db, request.actor, user_id=user_id))


@operation(returns=User, refuses=(ExternalIdTaken,), events=("user.updated",))
async def change_user(request: Handler, user_id: UUID, body: UserPatch) -> Reply:
    """Change a user.

    Changes the members that are sent, in every status of the user; `name` follows the names that it is made of. Type
    and e-mail address never change. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, user_id=user_id, changes=changes(body), expected_versions=request.expected_versions
    )
    return changed(change)


@operation(changes_rights=True, returns=User, refuses=(LastAdministrator,), events=("user.disabled",))
async def disable_user(request: Handler, user_id: UUID, body: Nothing) -> Reply:
    """Disable a user.

    Ends all sessions of the user and stops their API keys. Permissions, groups and places on hiring teams stay, in case
    the user is enabled again. The only active member in the group `administrator` with scope `all` cannot be disabled.
    Disabling them again changes nothing.
    """
    return changed(
        await commands.disable(request.db, request.actor, user_id=user_id, expected_versions=request.expected_versions)
    )


@operation(changes_rights=True, returns=User, events=("user.enabled",))
async def enable_user(request: Handler, user_id: UUID, body: Nothing) -> Reply:
    """Enable a user.

    Makes a disabled user active again, with all permissions, groups and API keys that are left; ended sessions stay
    ended. A member who never chose a password is `invited` again and gets no mail: `POST /password-resets` mails
    another invitation. Enabling a user who is not disabled changes nothing.
    """
    return changed(
        await commands.enable(request.db, request.actor, user_id=user_id, expected_versions=request.expected_versions)
    )


@operation(returns=Me)
async def read_me(request: Handler) -> Reply:
    """Read your own user.

    Shows the user who is logged in; for an API key, its service user. `visibility` tells how much of the organization
    the caller sees.
    """
    found = await queries.find(request.db, request.actor, user_id=request.actor.user_id)
    return resource(Body(found.version, with_visibility(found.text, request.actor)))


@operation(returns=Me, events=("user.updated",))
async def change_me(request: Handler, body: OwnPatch) -> Reply:
    """Change your own user.

    Changes the members that are sent; `name` follows the names that it is made of. Type, e-mail address and external id
    stay. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, user_id=request.actor.user_id or UUID(int=0), changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(msgspec.structs.replace(change, body=with_visibility(change.body, request.actor)))


def with_visibility(user: str, actor: Actor) -> str:
    """The JSON text of the caller's user, with what the caller sees."""
    return f'{user[:-1]},"visibility":{msgspec.json.encode(visibility_of_kinds(actor)).decode()}}}'


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
