"""Pipelines: the stages that a job's applications go through."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.commands import jobs as commands
from hiring.domain.pipelines import MAXIMUM_STAGES, StageKind, stage_problems
from hiring.domain.vocabulary import Instant, ShortText
from hiring.errors import BeingChanged, FieldError
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, resource
from hiring.http.shapes import Request
from hiring.queries import jobs as queries
from hiring.queries.jobs import PipelineQuery


class ShownStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stage, and how many active applications are in it."""

    id: UUID
    name: str
    kind: StageKind
    position: int
    applications_count: int


class Pipeline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The stages of a job, in order, at a moment."""

    job_id: UUID
    version: int
    as_of: Instant
    stages: list[ShownStage]


class NewStage(Request, frozen=True, kw_only=True):
    """A stage as it shall be; one that stays has its id."""

    name: ShortText
    kind: StageKind
    id: UUID | None = None


class NewPipeline(Request, frozen=True, kw_only=True):
    """The whole pipeline; `mapping` tells where the applications of each removed stage go."""

    stages: Annotated[list[NewStage], Meta(min_length=2, max_length=MAXIMUM_STAGES)]
    mapping: Annotated[dict[UUID, UUID], Meta(max_length=MAXIMUM_STAGES)] = {}

    def problems(self) -> Iterator[FieldError]:
        """The stages make a pipeline."""
        yield from stage_problems(self.stages)


@operation(returns=Pipeline, is_tagged=True)
async def read_pipeline(request: Handler, job_id: UUID, query: PipelineQuery) -> Reply:
    """Read a pipeline."""
    return resource(await queries.find_pipeline(request.db, request.actor, job_id=job_id, as_of=query.as_of))


@operation(
    returns=Pipeline,
    is_tagged=True,
    refuses=(BeingChanged,),
    events=("application.stage_changed", "job.pipeline_changed"),
)
async def replace_pipeline(request: Handler, job_id: UUID, body: NewPipeline) -> Reply:
    """Replace a pipeline."""
    change = await commands.replace_pipeline(
        request.db, request.actor, job_id=job_id, stages=body.stages, mapping=body.mapping,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
