"""Reads of posts, from the inside."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import narrowest, require, view
from hiring.errors import NotFound, StatusConflict
from hiring.queries.base import (
    EXPAND,
    Body,
    ExternalQuery,
    Page,
    after,
    before,
    by_filter,
    by_key,
    check_combination,
    one,
    page_by_change,
    page_by_id,
)
from hiring.queries.jobs import seen_by, with_job

Status = Literal["draft", "published", "unpublished"]
Expand = Annotated[tuple[Literal["job"], ...], EXPAND]
PERMISSION = "posts.read"


class PostQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one post is shown."""

    expand: Expand = ()
    """What to show within each post: `job` needs `jobs.read`. A caller who holds `posts.read` with scope `all` needs it
    with scope `all`, too."""


class JobPostsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the posts of one job."""

    status: Status | None = None
    """Only posts in this status."""
    expand: Expand = ()


class PostsQuery(JobPostsQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of posts."""

    job_id: UUID | None = None
    """Only posts of this job. A job that the caller does not see gives an empty page."""


async def find(db: Database, actor: Actor, *, post_id: UUID, expand: Expand = (), permission: str = PERMISSION) -> Body:
    """One post that the actor reaches with a permission. Raises: NotFound, Forbidden (not to be expanded)."""
    return one(await db.queries.posts.find(**seen_by(actor, permission, expand), post_id=post_id))


async def find_preview_board(db: Database, actor: Actor, *, post_id: UUID) -> str:
    """The slug of the board on which a preview link shows a post, also its pay, now or later. Rules: B33, V8.

    Raises: Forbidden (without `pay.read`), NotFound; StatusConflict, where the post has no preview.
    """
    require(actor, "pay.read")
    reached = view(actor, narrowest(actor, "posts.write", "pay.read"))
    row = await db.queries.posts.find_preview(organization_id=actor.organization_id, **reached, post_id=post_id)
    if row is None:
        raise NotFound
    if not row["has_preview"]:
        current = {"status": row["status"], "version": row["version"]}
        raise StatusConflict("An internal post, or one of an archived job, has no preview.", current=current)
    return row["slug"]


async def find_translation(db: Database, actor: Actor, *, original_id: str, language: str) -> Body:
    """The post in a language among an original and its translations. Raises: NotFound."""
    return one(
        await db.queries.posts.find_translation(
            **seen_by(actor, PERMISSION), original_id=UUID(original_id), language=language
        )
    )


async def list_all(db: Database, actor: Actor, query: PostsQuery) -> Page:
    """A page of the posts that the actor sees. Raises: Invalid, for filters that do not go together."""
    seen = seen_by(actor, PERMISSION, query.expand)
    statements = db.queries.posts
    check_combination(query)
    is_of_teams = not seen["sees_all_jobs"] and query.job_id is None
    if query.updated_since is not None and is_of_teams:
        rows_by_change = await statements.list_by_team_updated_since(**seen, **after(query), status=query.status)
        return page_by_change(query, rows_by_change)
    if query.updated_since is not None:
        rows_by_change = await statements.list_updated_since(
            **seen, **after(query), job_id=query.job_id, status=query.status
        )
        return page_by_change(query, rows_by_change)
    if is_of_teams and query.ids is None and query.external_id is None:
        rows = await statements.list_by_team(**seen, **before(query), status=query.status)
    else:
        rows = await statements.list(
            **seen, **before(query), ids=query.ids, external_id=query.external_id, job_id=query.job_id,
            status=query.status,
        )  # fmt: skip
    return page_by_id(query, rows)


async def list_by_job(db: Database, actor: Actor, query: JobPostsQuery, *, job_id: UUID) -> Page:
    """A page of a job's posts. Raises: NotFound, Invalid, for filters that do not go together."""
    page = await list_all(db, actor, PostsQuery(**msgspec.structs.asdict(query), job_id=job_id))
    return await with_job(db, actor, page, PERMISSION, job_id=job_id)


HOLDERS = {
    "posts_external_id_taken": by_filter(PERMISSION, list_all, PostsQuery, "external_id"),
    "posts_language_taken": by_key(PERMISSION, find_translation),
}
