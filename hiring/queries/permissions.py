"""Reads of permission groups and grants."""

from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import BUILT_IN_PERMISSIONS, expand, permissions_of
from hiring.queries import users
from hiring.queries.base import (
    Body,
    ListQuery,
    Page,
    SyncQuery,
    after,
    before,
    by_key,
    check_combination,
    one,
    page_by_change,
    page_by_id,
    page_by_row,
)

if TYPE_CHECKING:
    from typing_extensions import ReadOnly

    from hiring.statements import QueriesPermissionsFindGroupRow


class Held(TypedDict):
    """A row that tells what somebody holds, as JSON texts."""

    permission_groups: "ReadOnly[str | None]"
    permissions: "ReadOnly[str | None]"


class GrantsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What of a user's grants is listed."""

    with_revoked: bool = False
    """Whether grants that were revoked are shown, too: the whole history."""


async def find_group(db: Database, actor: Actor, *, permission_group_id: UUID) -> Body:
    """One group. Raises: NotFound."""
    return one(await find_judged(db, actor, permission_group_id=permission_group_id))


async def find_judged(
    db: Database, actor: Actor, *, permission_group_id: UUID
) -> "QueriesPermissionsFindGroupRow | None":
    """A group with what a judge of grants needs: version, body, key, permissions."""
    return await db.queries.permissions.find_group(
        organization_id=actor.organization_id, permission_group_id=permission_group_id, built_in=BUILT_IN_PERMISSIONS
    )


async def find_group_by_name(db: Database, actor: Actor, *, name: str) -> Body:
    """The group that has a name. Raises: NotFound."""
    return one(
        await db.queries.permissions.find_group_by_name(
            organization_id=actor.organization_id, name=name, built_in=BUILT_IN_PERMISSIONS
        )
    )


async def list_groups(db: Database, actor: Actor, query: SyncQuery) -> Page:
    """A page of groups. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.permissions
    check_combination(query)
    if query.updated_since is not None:
        changes = await statements.list_groups_updated_since(
            organization_id=actor.organization_id, built_in=BUILT_IN_PERMISSIONS, **after(query)
        )
        return page_by_change(query, changes)
    rows = await statements.list_groups(
        organization_id=actor.organization_id, built_in=BUILT_IN_PERMISSIONS, **before(query), ids=query.ids
    )
    return page_by_id(query, rows)


async def list_of_user(db: Database, actor: Actor, query: GrantsQuery, *, user_id: UUID) -> Page:
    """A page of the permissions that a user was given directly. Raises: NotFound."""
    await users.find(db, actor, user_id=user_id)
    rows = await db.queries.permissions.list_of_user(
        organization_id=actor.organization_id, user_id=user_id, with_revoked=query.with_revoked, **before(query)
    )
    return page_by_row(query, rows)


async def list_groups_of_user(db: Database, actor: Actor, query: GrantsQuery, *, user_id: UUID) -> Page:
    """A page of a user's groups. Raises: NotFound."""
    await users.find(db, actor, user_id=user_id)
    rows = await db.queries.permissions.list_groups_of_user(
        organization_id=actor.organization_id, user_id=user_id, with_revoked=query.with_revoked, **before(query)
    )
    return page_by_row(query, rows)


async def find_held(db: Database, *, organization_id: UUID, user_id: UUID) -> dict[str, Scope] | None:
    """All that an active member may do, None where there is none."""
    row = await db.queries.permissions.find_held(organization_id=organization_id, user_id=user_id)
    return row and held(row)


def held(row: Held) -> dict[str, Scope]:
    """All that the groups and permissions of a row allow, both JSON texts."""
    groups = msgspec.json.decode(row["permission_groups"] or "[]")
    return expand(
        [(permissions_of(group["key"], group["permissions"]), group["scope"]) for group in groups],
        msgspec.json.decode(row["permissions"] or "{}"),
    )


def group_ids(row: Held) -> list[UUID]:
    """The groups of such a row."""
    return [UUID(group["id"]) for group in msgspec.json.decode(row["permission_groups"] or "[]")]


HOLDERS = {"permission_groups_name_taken": by_key("users.read", find_group_by_name)}
