"""Users: the people and integrations of an organization."""

from typing import Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from hiring.commands import users as commands
from hiring.commands.base import Written
from hiring.domain.vocabulary import Email, ExternalId, Language, ShortText, TimeZone
from hiring.errors import FieldError, Invalid
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import EmailAddress, Nothing, PageOf, Request, Resource
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


class Users(Handler):
    """All users."""

    @operation("List users", permission="users.read", returns=PageOf[User])
    async def get(self, query: UsersQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Invite a member, or add a service user", permission="users.write", status=201, returns=User)
    async def post(self, body: NewUser) -> Reply:
        change = await (self.add_service(body) if body.type == "service" else self.invite(body))
        return created(change, f"/api/v1/users/{change.id}")

    async def add_service(self, body: NewUser) -> Written:
        """A service user has a name and nothing that a person has."""
        for name in ("middle_name", "last_name", "email", "language", "time_zone"):
            if getattr(body, name) is not None:
                raise Invalid(errors=[FieldError(f"/{name}", "unexpected", "A service user has none.")])
        return await commands.add_service(self.db, self.actor, first_name=body.first_name, external_id=body.external_id)

    async def invite(self, body: NewUser) -> Written:
        """A member is reached by mail."""
        if body.email is None:
            raise Invalid(errors=[FieldError("/email", "required", "A member is invited by e-mail.")])
        settings = self.dependencies.settings
        return await commands.invite(
            self.db, self.actor, secret=settings.tokens.secret, ttl_s=settings.tokens.mailed_ttl_s,
            mails=settings.mails, email=body.email, first_name=body.first_name, middle_name=body.middle_name,
            last_name=body.last_name, language=body.language, time_zone=body.time_zone, external_id=body.external_id,
        )  # fmt: skip


class OneUser(Handler):
    """One user."""

    @operation("Read a user", permission="users.read", returns=User)
    async def get(self, user_id: UUID) -> Reply:
        return resource(await queries.find(self.db, self.actor, user_id=user_id))

    @operation("Change a user", permission="users.write", returns=User)
    async def patch(self, user_id: UUID, body: UserPatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, user_id=user_id, changes=changes(body), expected_versions=self.expected_versions
        )
        return changed(change)


class UserDisabling(Handler):
    """Disabling a user."""

    @operation("Disable a user", permission="users.write", changes_rights=True, returns=User)
    async def post(self, user_id: UUID, body: Nothing) -> Reply:
        return changed(
            await commands.disable(self.db, self.actor, user_id=user_id, expected_versions=self.expected_versions)
        )


class UserEnabling(Handler):
    """Enabling a user."""

    @operation("Enable a user", permission="users.write", changes_rights=True, returns=User)
    async def post(self, user_id: UUID, body: Nothing) -> Reply:
        return changed(
            await commands.enable(self.db, self.actor, user_id=user_id, expected_versions=self.expected_versions)
        )


class Me(Handler):
    """The caller."""

    @operation("Read myself", caller="themselves", returns=User)
    async def get(self) -> Reply:
        return resource(await queries.find(self.db, self.actor, user_id=self.actor.user_id))

    @operation("Change myself", caller="session", returns=User)
    async def patch(self, body: OwnPatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, user_id=self.actor.user_id or UUID(int=0), changes=changes(body),
            expected_versions=self.expected_versions,
        )  # fmt: skip
        return changed(change)
