"""Reads of posts, from the inside."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import pay_view
from hiring.queries.base import Body, ExternalQuery, ListQuery, Page, listed, newest, one

Status = Literal["draft", "published", "unpublished"]


class PostsQuery(ExternalQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of posts."""

    status: Status | None = None
    job_id: UUID | None = None


async def find(db: Database, actor: Actor, *, post_id: UUID) -> Body:
    """One post. Raises: NotFound."""
    seen = pay_view(actor, "posts.read")
    return one(await db.queries.posts.find(organization_id=actor.organization_id, **seen, post_id=post_id))


async def list_all(db: Database, actor: Actor, query: PostsQuery) -> Page:
    """A page of the posts that the actor sees."""
    statements = db.queries.posts
    return await listed(
        query, newest_by=statements.list, changed_by=statements.list_updated_since, chosen_by=statements.list_by_ids,
        seen={"organization_id": actor.organization_id, **pay_view(actor, "posts.read")},
        filters={"external_id": query.external_id, "status": query.status, "job_id": query.job_id},
    )  # fmt: skip


async def list_by_job(db: Database, actor: Actor, query: ListQuery, *, job_id: UUID) -> Page:
    """A page of a job's posts; a job that is not seen has none."""
    seen = {"organization_id": actor.organization_id, **pay_view(actor, "posts.read")}
    return await newest(query, db.queries.posts.list, **seen, job_id=job_id, external_id=None, status=None)
