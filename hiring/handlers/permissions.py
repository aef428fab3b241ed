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
from hiring.errors import BeingChanged, FieldError, InUse, LastAdministrator
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Emptied, Request, Resource, ShownActor, page_of
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


@operation(returns=AllPermissions)
async def list_permissions(request: Handler) -> Reply:
    """List permissions."""
    items = [
        ShownPermission(code=code, sentence=permission.sentence, is_scoped=permission.is_scoped)
        for code, permission in PERMISSIONS.items()
    ]
    return Reply(body=msgspec.json.encode(AllPermissions(items)).decode())


@operation(returns=page_of(PermissionGroup))
async def list_permission_groups(request: Handler, query: SyncQuery) -> Reply:
    """List permission groups."""
    return request.page(await queries.list_groups(request.db, request.actor, query), query)


@operation(status=201, returns=PermissionGroup, events=("vocabulary.changed",))
async def add_permission_group(request: Handler, body: NewPermissionGroup) -> Reply:
    """Add a permission group."""
    change = await commands.add_group(request.db, request.actor, name=body.name, permissions=body.permissions)
    return created(change, "permission-groups")


@operation(returns=PermissionGroup)
async def read_permission_group(request: Handler, permission_group_id: UUID) -> Reply:
    """Read a permission group."""
    return resource(await queries.find_group(request.db, request.actor, permission_group_id=permission_group_id))


@operation(changes_rights=True, returns=PermissionGroup, refuses=(InUse,), events=("vocabulary.changed",))
async def change_permission_group(request: Handler, permission_group_id: UUID, body: PermissionGroupPatch) -> Reply:
    """Change a permission group."""
    change = await commands.update_group(
        request.db, request.actor, permission_group_id=permission_group_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=page_of(HeldPermission))
async def list_user_permissions(request: Handler, user_id: UUID, query: GrantsQuery) -> Reply:
    """List a user's permissions.

    Those that the user was given directly, not by a group.
    """
    return request.page(await queries.list_of_user(request.db, request.actor, query, user_id=user_id), query)


@operation(changes_rights=True, status=201, returns=PermissionGrant, events=("permission.granted",))
async def grant_permission(request: Handler, user_id: UUID, body: PermissionGrant) -> Reply:
    """Grant a permission."""
    return granted(
        await commands.grant(request.db, request.actor, user_id=user_id, permission=body.permission, scope=body.scope)
    )


@operation(changes_rights=True, status=204, events=("permission.revoked",))
async def revoke_permission(request: Handler, user_id: UUID, code: str) -> Reply:
    """Revoke a permission."""
    return granted(await commands.revoke(request.db, request.actor, user_id=user_id, permission=code))


@operation(returns=page_of(HeldGroup))
async def list_user_permission_groups(request: Handler, user_id: UUID, query: GrantsQuery) -> Reply:
    """List a user's permission groups."""
    return request.page(await queries.list_groups_of_user(request.db, request.actor, query, user_id=user_id), query)


@operation(
    changes_rights=True,
    status=201,
    returns=GroupGrant,
    refuses=(BeingChanged, LastAdministrator),
    events=("permission.granted",),
)
async def grant_permission_group(request: Handler, user_id: UUID, body: GroupGrant) -> Reply:
    """Grant a permission group."""
    return granted(
        await commands.grant_group(
            request.db, request.actor, user_id=user_id, permission_group_id=body.permission_group_id, scope=body.scope
        )
    )


@operation(changes_rights=True, status=204, refuses=(LastAdministrator,), events=("permission.revoked",))
async def revoke_permission_group(request: Handler, user_id: UUID, permission_group_id: UUID) -> Reply:
    """Revoke a permission group."""
    return granted(
        await commands.revoke_group(request.db, request.actor, user_id=user_id, permission_group_id=permission_group_id)
    )
