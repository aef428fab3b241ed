"""Reads of posts, from the inside."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import PayView, pay_view
from hiring.queries.base import (
    EXPAND,
    Body,
    Expansion,
    ExternalQuery,
    Page,
    Way,
    changed,
    chosen,
    expansion,
    listed,
    newest,
    one,
    single,
)
from hiring.queries.jobs import with_job

Status = Literal["draft", "published", "unpublished"]
Expand = Annotated[tuple[Literal["job"], ...], EXPAND]
PERMISSION = "posts.read"


class PostQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one post is shown."""

    expand: Expand = ()


class JobPostsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the posts of one job."""

    status: Status | None = None
    expand: Expand = ()


class PostsQuery(JobPostsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of posts."""

    job_id: UUID | None = None


class Seen(PayView, Expansion):
    """The parameters that lead every statement: whose posts, and what is shown within them."""

    organization_id: UUID | None


def seen_by(actor: Actor, expand: Expand) -> Seen:
    """What the actor sees. Raises: Forbidden (not to be expanded)."""
    view = pay_view(actor, PERMISSION)
    return Seen(organization_id=actor.organization_id, **view, **expansion(actor, expand, PERMISSION))


async def find(db: Database, actor: Actor, *, post_id: UUID, expand: Expand = ()) -> Body:
    """One post. Raises: NotFound, Forbidden (not to be expanded)."""
    return one(await db.queries.posts.find(**seen_by(actor, expand), post_id=post_id))


async def find_translation(db: Database, actor: Actor, *, original_id: str, language: str) -> Body:
    """The post in a language among an original and its translations. Raises: NotFound."""
    return one(
        await db.queries.posts.find_translation(
            organization_id=actor.organization_id, **pay_view(actor, "posts.read"),
            original_id=UUID(original_id), language=language,
        )
    )  # fmt: skip


async def list_all(db: Database, actor: Actor, query: PostsQuery) -> Page:
    """A page of the posts that the actor sees. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.posts
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",), besides=("job_id",)),
        Way(single, statements.find_by_external_id, by=("external_id",), besides=("status", "job_id")),
        Way(changed, statements.list_by_job_updated_since, by=("job_id", "updated_since"), besides=("status",)),
        Way(newest, statements.list_by_job, by=("job_id",), besides=("status",)),
        Way(changed, statements.list_by_team_updated_since, by=("updated_since",), besides=("status",), for_team=True),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("status",)),
        Way(newest, statements.list_by_team, besides=("status",), for_team=True),
        Way(newest, statements.list_by_status, by=("status",)),
        Way(newest, statements.list),
        seen=seen_by(actor, query.expand),
    )


async def list_by_job(db: Database, actor: Actor, query: JobPostsQuery, *, job_id: UUID) -> Page:
    """A page of a job's posts. Raises: NotFound, Invalid, for filters that do not go together."""
    page = await list_all(db, actor, PostsQuery(**msgspec.structs.asdict(query), job_id=job_id))
    return await with_job(db, actor, page, PERMISSION, job_id=job_id)
