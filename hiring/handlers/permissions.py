"""Permissions: what there is to permit, groups of it, and who holds what in which scope."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import permissions as commands
from hiring.commands.permissions import Granted
from hiring.domain.actors import Scope
from hiring.domain.checking import repeated
from hiring.domain.permissions import PERMISSIONS
from hiring.domain.vocabulary import Instant, ShortText
from hiring.errors import FieldError
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Emptied, PageOf, Request, Resource, ShownActor
from hiring.queries import permissions as queries
from hiring.queries.base import SyncQuery
from hiring.queries.permissions import GrantsQuery

PermissionCode = Annotated[str, Meta(examples=["jobs.write"], description="A code of `GET /permissions`.")]
Permissions = Annotated[list[PermissionCode], Meta(max_length=len(PERMISSIONS))]


class ShownPermission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A permission. `is_scoped`: the scope `team` narrows it to the jobs of one's hiring teams."""

    code: str
    sentence: str
    is_scoped: bool


class AllPermissions(msgspec.Struct, frozen=True):
    """Everything that there is to permit."""

    items: list[ShownPermission]


class PermissionGroup(Resource, frozen=True, kw_only=True):
    """A named set of permissions; one with a key is built in, and what the release says."""

    key: str | None
    name: str
    permissions: list[str]
    is_built_in: bool


class NewPermissionGroup(Request, frozen=True, kw_only=True):
    """A group of the organization's own."""

    name: ShortText
    permissions: Permissions

    def problems(self) -> Iterator[FieldError]:
        """Only what there is can be permitted."""
        yield from unknown(self.permissions)


class PermissionGroupPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a group."""

    name: ShortText | UnsetType = UNSET
    permissions: Permissions | Emptied | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """Only what there is can be permitted."""
        if self.permissions:
            yield from unknown(self.permissions)


class HeldPermission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A permission that a user was given directly."""

    permission: str
    scope: Scope
    granted_by: ShownActor
    granted_at: Instant
    revoked_by: ShownActor | None
    revoked_at: Instant | None


class HeldGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A group that a user is in."""

    permission_group_id: UUID
    key: str | None
    name: str
    scope: Scope
    granted_by: ShownActor
    granted_at: Instant
    revoked_by: ShownActor | None
    revoked_at: Instant | None


class PermissionGrant(Request, frozen=True, kw_only=True):
    """What to permit, for all jobs or those of one's hiring teams."""

    permission: PermissionCode
    scope: Literal["all", "team"]

    def problems(self) -> Iterator[FieldError]:
        """Only what there is can be permitted."""
        if self.permission not in PERMISSIONS:
            yield FieldError("/permission", "unknown_reference", "There is no such permission.")


class GroupGrant(Request, frozen=True, kw_only=True):
    """Which group, for all jobs or those of one's hiring teams."""

    permission_group_id: UUID
    scope: Literal["all", "team"]


def unknown(permissions: list[str]) -> Iterator[FieldError]:
    """Yields a finding for each code that is no permission, or is there a second time."""
    yield from repeated(permissions, "/permissions/{}", "This permission is given twice.")
    for place, code in enumerate(permissions):
        if code not in PERMISSIONS:
            yield FieldError(f"/permissions/{place}", "unknown_reference", "There is no such permission.")


def granted(grant: Granted) -> Reply:
    """201 with the grant, or 204 without one."""
    return Reply(status=204 if grant.body is None else 201, body=grant.body, event_id=grant.event_id)


class EveryPermission(Handler):
    """All permissions."""

    @operation("List permissions", returns=AllPermissions)
    async def get(self) -> Reply:
        items = [
            ShownPermission(code=code, sentence=permission.sentence, is_scoped=permission.is_scoped)
            for code, permission in PERMISSIONS.items()
        ]
        return Reply(body=msgspec.json.encode(AllPermissions(items)).decode())


class PermissionGroups(Handler):
    """All groups."""

    @operation("List permission groups", permission="users.read", returns=PageOf[PermissionGroup])
    async def get(self, query: SyncQuery) -> Reply:
        return self.page(await queries.list_groups(self.db, self.actor, query), query)

    @operation("Add a permission group", permission="permissions.write", status=201, returns=PermissionGroup)
    async def post(self, body: NewPermissionGroup) -> Reply:
        change = await commands.add_group(self.db, self.actor, name=body.name, permissions=body.permissions)
        return created(change, f"/api/v1/permission-groups/{change.id}")


class OnePermissionGroup(Handler):
    """One group."""

    @operation("Read a permission group", permission="users.read", returns=PermissionGroup)
    async def get(self, permission_group_id: UUID) -> Reply:
        return resource(await queries.find_group(self.db, self.actor, permission_group_id=permission_group_id))

    @operation(
        "Change a permission group", permission="permissions.write", changes_rights=True, returns=PermissionGroup
    )  # fmt: skip
    async def patch(self, permission_group_id: UUID, body: PermissionGroupPatch) -> Reply:
        change = await commands.update_group(
            self.db, self.actor, permission_group_id=permission_group_id, changes=changes(body),
            expected_versions=self.expected_versions,
        )  # fmt: skip
        return changed(change)


class UserPermissions(Handler):
    """The permissions that a user was given directly."""

    @operation("List a user's permissions", permission="users.read", returns=PageOf[HeldPermission])
    async def get(self, user_id: UUID, query: GrantsQuery) -> Reply:
        return self.page(await queries.list_of_user(self.db, self.actor, query, user_id=user_id), query)

    @operation(
        "Grant a permission", permission="permissions.write", changes_rights=True, status=201, returns=PermissionGrant
    )  # fmt: skip
    async def post(self, user_id: UUID, body: PermissionGrant) -> Reply:
        return granted(
            await commands.grant(self.db, self.actor, user_id=user_id, permission=body.permission, scope=body.scope)
        )


class OneUserPermission(Handler):
    """One permission of a user."""

    @operation("Revoke a permission", permission="permissions.write", changes_rights=True, status=204)
    async def delete(self, user_id: UUID, code: str) -> Reply:
        return granted(await commands.revoke(self.db, self.actor, user_id=user_id, permission=code))


class UserGroups(Handler):
    """The groups of a user."""

    @operation("List a user's permission groups", permission="users.read", returns=PageOf[HeldGroup])
    async def get(self, user_id: UUID, query: GrantsQuery) -> Reply:
        return self.page(await queries.list_groups_of_user(self.db, self.actor, query, user_id=user_id), query)

    @operation(
        "Grant a permission group", permission="permissions.write", changes_rights=True, status=201, returns=GroupGrant
    )  # fmt: skip
    async def post(self, user_id: UUID, body: GroupGrant) -> Reply:
        return granted(
            await commands.grant_group(
                self.db, self.actor, user_id=user_id, permission_group_id=body.permission_group_id, scope=body.scope
            )
        )


class OneUserGroup(Handler):
    """One group of a user."""

    @operation("Revoke a permission group", permission="permissions.write", changes_rights=True, status=204)
    async def delete(self, user_id: UUID, permission_group_id: UUID) -> Reply:
        return granted(
            await commands.revoke_group(self.db, self.actor, user_id=user_id, permission_group_id=permission_group_id)
        )
