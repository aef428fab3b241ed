"""The bulk operation of the demo: the worker tags all who applied for a job."""

from uuid import UUID

import msgspec

from hiring.commands import bulk_operations
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.bulk_operations import BulkArguments
from hiring.queries import bulk_operations as bulk_operation_queries
from hiring.queries import tags as tag_queries
from hiring.queries.base import IdsQuery


async def tag_in_bulk(db: Database, actor: Actor, *, name: str, job_id: UUID) -> None:
    """Requests a tag for the applicants of a job, where the actor has not requested anything yet."""
    if (await bulk_operation_queries.list_all(db, actor, IdsQuery())).items:
        return
    tag = msgspec.json.decode((await tag_queries.find_by_name(db, actor, name=name)).text)
    await bulk_operations.request(
        db, actor, action="tag", arguments=BulkArguments(tag_id=UUID(tag["id"])), is_dry_run=False,
        application_ids=None, external_id=None, candidate_id=None, job_id=job_id, stage_id=None, status=None,
        post_id=None, source_id=None, assignee_id=None, applied_since=None, applied_before=None,
    )  # fmt: skip
