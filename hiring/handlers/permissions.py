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
from hiring.errors import BeingChanged, FieldError, InUse, LastAdministrator, NameTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import UNIQUE, ActorReference, Emptied, Request, Resource, page_of
from hiring.queries import permissions as queries
from hiring.queries.base import SyncQuery
from hiring.queries.permissions import GrantsQuery

PermissionCode = Annotated[str, Meta(examples=["jobs.write"], description="A code of `GET /permissions`.")]
Permissions = Annotated[list[PermissionCode], Meta(max_length=len(PERMISSIONS)), UNIQUE]


class PermissionKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that users and API keys can be permitted to do."""

    code: str
    """Names the permission in grants, groups, API keys and errors."""
    sentence: str
    """What the permission allows."""
    is_scoped: bool
    """Whether scope `team` narrows the permission to jobs on whose hiring team the user is. If not, it holds whole in
    either scope."""


class AllPermissions(msgspec.Struct, frozen=True):
    """Everything that there is to permit."""

    items: list[PermissionKind]
    """Every permission that this version of the service knows."""


class PermissionGroup(Resource, frozen=True, kw_only=True):
    """A named set of permissions."""

    key: str | None
    """The fixed name of a built-in group: `administrator`, `recruiter`, `hiring_manager`, `interviewer` or `read_only`.
    Null for a group of the organization's own."""
    name: str
    """What the group is called, unique among the permission groups of the organization."""
    permissions: list[str]
    """The codes of what the group permits. For a built-in group, each version of the service sets them."""
    is_built_in: bool
    """Whether every organization has the group and nobody can change it."""


class NewPermissionGroup(Request, frozen=True, kw_only=True):
    """A permission group of the organization's own."""

    name: ShortText
    permissions: Permissions
    """The codes of what the group permits, each once. The caller must hold every one of them with scope `all`."""

    def problems(self) -> Iterator[FieldError]:
        """Only what there is can be permitted."""
        yield from unknown(self.permissions)


class PermissionGroupPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a permission group."""

    name: ShortText | UnsetType = UNSET
    permissions: Permissions | Emptied | UnsetType = UNSET
    """The codes of what the group permits, each once, in place of the former ones. The caller must hold every one of
    them with scope `all`, also those that the group has already."""

    def problems(self) -> Iterator[FieldError]:
        """Only what there is can be permitted."""
        if self.permissions:
            yield from unknown(self.permissions)


class HeldPermission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A permission that a user was given directly, not through a group."""

    permission: str
    """The code of the permission."""
    scope: Scope
    """`all`: for all jobs, confidential ones only on their team or with `jobs.read_confidential`. `team`: for the jobs
    on whose hiring team the user is. A permission that is not scoped holds whole in either."""
    granted_by: ActorReference
    """Who gave it: a user, or an API key."""
    granted_at: Instant
    """When it was given; it counts from then on."""
    revoked_by: ActorReference | None
    """Who took it back, or replaced it by a grant with another scope. Null while it stands."""
    revoked_at: Instant | None
    """When it ended. Null while it stands."""


class HeldGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A permission group that a user was put into."""

    permission_group_id: UUID
    """The group that the user was put into."""
    key: str | None
    name: str
    scope: Scope
    granted_by: ActorReference
    granted_at: Instant
    revoked_by: ActorReference | None
    revoked_at: Instant | None


class PermissionGrant(Request, frozen=True, kw_only=True):
    """A permission to give to a user, and its scope."""

    permission: PermissionCode
    """The code of a permission, which the caller must hold in this scope or a wider one."""
    scope: Literal["all", "team"]

    def problems(self) -> Iterator[FieldError]:
        """Only what there is can be permitted."""
        if self.permission not in PERMISSIONS:
            yield FieldError("/permission", "unknown_reference", "There is no such permission.")


class GroupGrant(Request, frozen=True, kw_only=True):
    """A permission group to put a user into, and its scope."""

    permission_group_id: UUID
    """A group, of which the caller must hold every permission in this scope or a wider one."""
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
    """List permissions.

    Shows everything that there is to permit, on one page. Grants, groups and API keys name it by `code`.
    """
    items = [
        PermissionKind(code=code, sentence=permission.sentence, is_scoped=permission.is_scoped)
        for code, permission in PERMISSIONS.items()
    ]
    return Reply(body=msgspec.json.encode(AllPermissions(items)).decode())


@operation(returns=page_of(PermissionGroup), is_tagged=True)
async def list_permission_groups(request: Handler, query: SyncQuery) -> Reply:
    """List permission groups.

    Shows the built-in groups and those of the organization's own. The newest come first; with `updated_since`, they
    come in the order of their last change. A new version of the service may permit a built-in group something else
    without a new `version` or `updated_at`.
    """
    return await request.vocabulary(queries.list_groups, query)


@operation(status=201, returns=PermissionGroup, refuses=(NameTaken,), events=("vocabulary.changed",))
async def add_permission_group(request: Handler, body: NewPermissionGroup) -> Reply:
    """Add a permission group.

    Adds a group of the organization's own, in which nobody is yet. The caller must hold every permission of the group
    with scope `all`.
    """
    change = await commands.add_group(request.db, request.actor, name=body.name, permissions=body.permissions)
    return created(change, "permission-groups")


@operation(returns=PermissionGroup)
async def read_permission_group(request: Handler, permission_group_id: UUID) -> Reply:
    """Read a permission group.

    Shows a group, built in or of the organization's own.
    """
    return resource(await queries.find_group(request.db, request.actor, permission_group_id=permission_group_id))


@operation(changes_rights=True, returns=PermissionGroup, refuses=(InUse, NameTaken), events=("vocabulary.changed",))
async def change_permission_group(request: Handler, permission_group_id: UUID, body: PermissionGroupPatch) -> Reply:
    """Change a permission group.

    Changes the name or the permissions of a group; what its members may do changes with it. A built-in group cannot be
    changed: add one of your own. The caller must hold every permission in the new list with scope `all`. What is the
    same already changes nothing.
    """
    change = await commands.update_group(
        request.db, request.actor, permission_group_id=permission_group_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=page_of(HeldPermission))
async def list_user_permissions(request: Handler, user_id: UUID, query: GrantsQuery) -> Reply:
    """List a user's permissions.

    Shows what the user was given directly; `GET /users/{user_id}/permission-groups` tells what groups add. The newest
    grants come first. Grants that were revoked are shown with `with_revoked` only.
    """
    return request.page(await queries.list_of_user(request.db, request.actor, query, user_id=user_id), query)


@operation(changes_rights=True, status=201, returns=PermissionGrant, events=("permission.granted",))
async def grant_permission(request: Handler, user_id: UUID, body: PermissionGrant) -> Reply:
    """Grant a permission.

    Gives a user a permission directly, besides what groups permit; of several scopes the widest counts. The caller must
    hold the permission in that scope or a wider one. The same grant again changes nothing; another scope replaces the
    grant that stands. A grant to a service user does not reach its API keys, which have permissions of their own.
    """
    return granted(
        await commands.grant(request.db, request.actor, user_id=user_id, permission=body.permission, scope=body.scope)
    )


@operation(changes_rights=True, status=204, events=("permission.revoked",))
async def revoke_permission(request: Handler, user_id: UUID, code: str) -> Reply:
    """Revoke a permission.

    Takes back a permission that a user was given directly, within a second; one that a group permits stays. The grant
    stays in the history. A permission that the user was not given directly, or not any more, is not found (404).
    """
    return granted(await commands.revoke(request.db, request.actor, user_id=user_id, permission=code))


@operation(returns=page_of(HeldGroup))
async def list_user_permission_groups(request: Handler, user_id: UUID, query: GrantsQuery) -> Reply:
    """List a user's permission groups.

    Shows the groups that the user is in, with the scope of each. The newest grants come first. Grants that were revoked
    are shown with `with_revoked` only.
    """
    return request.page(await queries.list_groups_of_user(request.db, request.actor, query, user_id=user_id), query)


@operation(
    changes_rights=True,
    status=201,
    returns=GroupGrant,
    refuses=(BeingChanged, LastAdministrator),
    events=("permission.granted",),
)
async def grant_permission_group(request: Handler, user_id: UUID, body: GroupGrant) -> Reply:
    """Grant a permission group.

    Puts a user into a group; of several scopes the widest counts. The caller must hold all permissions of the group in
    that scope or a wider one. The same grant again changes nothing; another scope replaces the grant that stands, but
    the last administrator keeps scope `all`. A grant to a service user does not reach its API keys, which have
    permissions of their own.
    """
    return granted(
        await commands.grant_group(
            request.db, request.actor, user_id=user_id, permission_group_id=body.permission_group_id, scope=body.scope
        )
    )


@operation(changes_rights=True, status=204, refuses=(LastAdministrator,), events=("permission.revoked",))
async def revoke_permission_group(request: Handler, user_id: UUID, permission_group_id: UUID) -> Reply:
    """Revoke a permission group.

    Takes a user out of a group, within a second; what other groups and direct grants permit stays. The grant stays in
    the history. The only active member in the group `administrator` with scope `all` stays in it. A group that the user
    is not in is not found (404).
    """
    return granted(
        await commands.revoke_group(request.db, request.actor, user_id=user_id, permission_group_id=permission_group_id)
    )
