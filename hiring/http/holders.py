"""Who has the value that a request wanted: what a conflict over a unique value tells its reader.

A constraint knows the value and no row, so the row is looked up when the conflict is there, as its reader sees it.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.checking import checked
from hiring.domain.permissions import may
from hiring.errors import NotFound, Taken, Unavailable
from hiring.queries import (
    applications,
    candidates,
    departments,
    job_boards,
    jobs,
    offices,
    openings,
    permissions,
    pipeline_templates,
    posts,
    reasons,
    sources,
    users,
)
from hiring.queries.base import Body, ListQuery, Page

SHOWN = ("id", "status", "version")
"""What is told of a holder; a resource that has no status has none here."""

UniqueKey = Mapping[str, str]
FindHolder = Callable[[Database, Actor, UniqueKey], Awaitable[str]]


async def told(db: Database, actor: Actor, error: Exception) -> Exception:
    """The error; one about a value that is taken with its holder, where the caller may see it and it can be read."""
    if isinstance(error, Taken) and (way := HOLDERS.get(error.constraint)) and may(actor, way[0]):
        try:
            holder = msgspec.json.decode(await way[1](db, actor, error.key))
        except (NotFound, Unavailable):
            return error
        error.current = {name: holder[name] for name in SHOWN if name in holder}
    return error


async def _listed(
    db: Database, actor: Actor, key: UniqueKey, *, list_all: Callable[[Database, Actor, Any], Awaitable[Page]],
    query_type: type[ListQuery], column: str,
) -> str:  # fmt: skip
    """The one resource of a list that has a filter of the column. Raises: NotFound."""
    page = await list_all(db, actor, checked({column: key[column]}, query_type))
    if not page.items:
        raise NotFound
    return page.items[0]


async def _named(db: Database, actor: Actor, key: UniqueKey, *, find: Callable[..., Awaitable[Body]]) -> str:
    """The resource that has what the key says besides the organization. Raises: NotFound."""
    return (await find(db, actor, **{name: value for name, value in key.items() if name != "organization_id"})).text


HOLDERS: Mapping[str, tuple[str, FindHolder]] = {
    **{
        f"{noun}_{column}_taken": (
            permission, partial(_listed, list_all=list_all, query_type=query_type, column=column)
        )
        for noun, column, permission, list_all, query_type in (
            ("applications", "external_id", "applications.read", applications.list_all, applications.ApplicationsQuery),
            ("candidates", "external_id", "candidates.read", candidates.list_all, candidates.CandidatesQuery),
            ("departments", "external_id", "structure.read", departments.list_all, departments.DepartmentsQuery),
            ("jobs", "external_id", "jobs.read", jobs.list_all, jobs.JobsQuery),
            ("offices", "external_id", "structure.read", offices.list_all, offices.OfficesQuery),
            ("openings", "external_id", "jobs.read", openings.list_all, openings.OpeningsQuery),
            ("posts", "external_id", "posts.read", posts.list_all, posts.PostsQuery),
            ("users", "external_id", "users.read", users.list_all, users.UsersQuery),
            ("users", "email", "users.read", users.list_all, users.UsersQuery),
        )
    },
    "board_directory_slug_taken": ("structure.read", partial(_named, find=job_boards.find_by_slug)),
    "permission_groups_name_taken": ("users.read", partial(_named, find=permissions.find_group_by_name)),
    "pipeline_templates_name_taken": ("structure.read", partial(_named, find=pipeline_templates.find_by_name)),
    "posts_language_taken": ("posts.read", partial(_named, find=posts.find_translation)),
    "reasons_name_taken": ("structure.read", partial(_named, find=reasons.find_by_name)),
    "sources_name_taken": ("structure.read", partial(_named, find=sources.find_by_name)),
}  # fmt: skip
"""Constraint → the permission to read its noun, and how its holder is found. Raises: NotFound."""
