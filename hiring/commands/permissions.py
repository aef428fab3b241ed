"""Changes of permission groups and of the grants of groups and permissions.

What each refuses, and in which order: `sql/commands/permissions.sql`.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands.base import Written, done, judged, retried, stamp, written
from hiring.database import Database
from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import BUILT_IN_PERMISSIONS, expand, permissions_of, require_grantable
from hiring.errors import FieldError, Invalid, NotFound
from hiring.foundation.ids import new_id
from hiring.queries import permissions as queries


class Granted(msgspec.Struct, frozen=True):
    """A grant as JSON text, and its event, None where it stood already."""

    body: str | None
    event_id: UUID | None


async def add_group(db: Database, actor: Actor, *, name: str, permissions: Sequence[str]) -> Written:
    """Adds a group. Raises: Forbidden (more than the actor holds), Taken (name)."""
    require_grantable(actor, dict.fromkeys(permissions, "all"))
    return written(
        await db.commands.permissions.add_group(
            **stamp(actor), permission_group_id=new_id(), name=name, permissions=list(permissions),
            built_in=BUILT_IN_PERMISSIONS,
        )
    )  # fmt: skip


async def update_group(
    db: Database, actor: Actor, *, permission_group_id: UUID, changes: dict[str, Any],
    expected_versions: list[int] | None,
) -> Written:  # fmt: skip
    """Changes a group of the organization's own; the rights of its members change.

    Raises: Forbidden (more than the actor holds), NotFound, VersionMismatch, InUse (built in), Taken (name).
    """
    require_grantable(actor, dict.fromkeys(changes.get("permissions", ()), "all"))
    return done(
        await db.commands.permissions.update_group(
            **stamp(actor), permission_group_id=permission_group_id, changes=changes,
            built_in=BUILT_IN_PERMISSIONS, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


@retried
async def grant_group(db: Database, actor: Actor, *, user_id: UUID, permission_group_id: UUID, scope: Scope) -> Granted:
    """Gives a user a group; may be repeated. Locks the organization.

    Raises: Forbidden (more than the actor holds), NotFound (user), Invalid (no such group), BeingChanged,
    LastAdministrator (a narrower scope for the last one).
    """
    group = await queries.find_judged(db, actor, permission_group_id=permission_group_id)
    if group is None:
        detail = "There is no such permission group."
        raise Invalid(errors=[FieldError("/permission_group_id", "unknown_reference", detail)])
    require_grantable(actor, expand([(permissions_of(group["key"], group["permissions"]), scope)], {}))
    row = judged(
        await db.commands.permissions.grant_group(
            **stamp(actor), assignment_id=new_id(), user_id=user_id, permission_group_id=permission_group_id,
            seen_group_version=group["version"], scope=scope,
        )
    )  # fmt: skip
    return Granted(row["body"], row["event_id"])


async def revoke_group(db: Database, actor: Actor, *, user_id: UUID, permission_group_id: UUID) -> Granted:
    """Takes a group from a user. Locks the organization. Raises: NotFound, LastAdministrator."""
    row = judged(
        await db.commands.permissions.revoke_group(
            **stamp(actor), user_id=user_id, permission_group_id=permission_group_id
        )
    )
    return Granted(None, row["event_id"])


async def grant(db: Database, actor: Actor, *, user_id: UUID, permission: str, scope: Scope) -> Granted:
    """Gives a user a permission; may be repeated. Raises: Forbidden (more than the actor holds), NotFound (user)."""
    require_grantable(actor, expand([], {permission: scope}))
    row = await db.commands.permissions.grant(
        **stamp(actor), assignment_id=new_id(), user_id=user_id, permission=permission, scope=scope
    )
    if row is None:
        raise NotFound
    return Granted(row["body"], row["event_id"])


async def revoke(db: Database, actor: Actor, *, user_id: UUID, permission: str) -> Granted:
    """Takes a permission from a user. Raises: NotFound."""
    row = await db.commands.permissions.revoke(**stamp(actor), user_id=user_id, permission=permission)
    if row is None:
        raise NotFound
    return Granted(None, row["event_id"])
