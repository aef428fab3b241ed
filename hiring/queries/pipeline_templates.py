"""Reads of pipeline templates."""

from typing import Literal
from uuid import UUID

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.queries.base import Body, Page, SyncQuery, Way, changed, chosen, listed, newest, one


class PipelineTemplatesQuery(SyncQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of the list of pipeline templates."""

    status: Literal["active", "archived"] | None = None


async def find(db: Database, actor: Actor, *, pipeline_template_id: UUID) -> Body:
    """One pipeline template. Raises: NotFound."""
    return one(
        await db.queries.pipeline_templates.find(
            organization_id=actor.organization_id, pipeline_template_id=pipeline_template_id
        )
    )


async def find_by_name(db: Database, actor: Actor, *, name: str) -> Body:
    """The pipeline template that has a name. Raises: NotFound."""
    return one(await db.queries.pipeline_templates.find_by_name(organization_id=actor.organization_id, name=name))


async def list_all(db: Database, actor: Actor, query: PipelineTemplatesQuery) -> Page:
    """A page of pipeline templates. Raises: Invalid, for filters that do not go together."""
    statements = db.queries.pipeline_templates
    return await listed(
        query,
        Way(chosen, statements.list_by_ids, by=("ids",)),
        Way(changed, statements.list_updated_since, by=("updated_since",), besides=("status",)),
        Way(newest, statements.list, besides=("status",)),
        seen={"organization_id": actor.organization_id},
    )
