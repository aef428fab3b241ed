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


class PipelineStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stage of a job's pipeline."""

    id: UUID
    """Identifies the stage for good: it stays the same when the stage gets another name, kind or place."""
    name: str
    """What the stage is called; it differs from the other stages of the pipeline, ignoring case."""
    kind: StageKind
    """What happens in the stage. `lead` is for people who have not applied: applicants enter the first stage of another
    kind. Only a hire enters `hired`. The other kinds only tell people what is done there."""
    position: int
    """The place of the stage in the pipeline; the first one has 0."""
    applications_count: int
    """How many active applications are in the stage."""


class Pipeline(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The stages of a job, in order, as they are or were at a moment."""

    job_id: UUID
    """The job whose pipeline this is."""
    version: int
    """Counts the versions of the pipeline, from 1; each change of the stages makes a new one. `ETag` and `If-Match` go
    by the version of the job instead."""
    as_of: Instant
    """The moment that stages and counts are shown for: the one that was asked for, or that of the read or the
    change."""
    stages: list[PipelineStage]
    """The stages in order. The last one, and no other, is of kind `hired`."""


class NewStage(Request, frozen=True, kw_only=True):
    """A stage that a pipeline is to have."""

    name: ShortText
    kind: StageKind
    id: UUID | None = None
    """The id of a current stage, which stays and may get another name, kind or place; null makes a new stage."""


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step of a job's pipeline."""

    id: UUID
    """The id of the stage. It stays when the stage is renamed or changes its place."""
    name: str
    """What the organization calls the stage. The public and candidates never see it."""
    kind: StageKind
    """What the stage is for, whatever its name. `lead` holds people who have not applied themselves, `hired` those who
    were hired; the others are steps in between."""
    position: int
    """The place of the stage in the pipeline, counted from 0. A stage that was removed keeps its last one."""


MAPPING = Meta(max_length=MAXIMUM_STAGES, extra_json_schema={"propertyNames": {"format": "uuid"}})


class NewPipeline(Request, frozen=True, kw_only=True):
    """The whole pipeline of a job, as it is to be."""

    stages: Annotated[list[NewStage], Meta(min_length=2, max_length=MAXIMUM_STAGES)]
    """All stages in order; current ones that are left out are removed. The last stage, and no other, is of kind
    `hired`, and it is always the same stage. At least one is neither `hired` nor `lead`."""
    mapping: Annotated[dict[UUID, UUID], MAPPING] = {}
    """Where active applications in removed stages go: the id of each removed stage, and of no other, with that of a
    current stage that stays and is not the hired one. A removed stage without applications needs a target, too."""

    def problems(self) -> Iterator[FieldError]:
        """The stages make a pipeline."""
        yield from stage_problems(self.stages)


@operation(returns=Pipeline, is_tagged=True)
async def read_pipeline(request: Handler, job_id: UUID, query: PipelineQuery) -> Reply:
    """Read a pipeline.

    Shows the stages of a job, with the number of active applications that the caller sees in each: 0 without
    `applications.read`, and for callers who reach the job only as interviewers on its team. With `as_of`, shows what
    the pipeline was at that moment; before the job was added, there was none (404). The version of the answer is that
    of the job.
    """
    return resource(await queries.find_pipeline(request.db, request.actor, job_id=job_id, as_of=query.as_of))


@operation(
    returns=Pipeline,
    is_tagged=True,
    refuses=(BeingChanged,),
    events={"application.stage_changed": "for each application that moves", "job.pipeline_changed": ""},
)
async def replace_pipeline(request: Handler, job_id: UUID, body: NewPipeline) -> Reply:
    """Replace a pipeline.

    Makes the pipeline exactly what is sent. Stages that are named by their ids stay, with the applications in them.
    Active applications in a removed stage move to the target that `mapping` names, as their histories tell; ended ones
    reopen there. The same pipeline changes nothing; another one makes a new version of the job, and the former one
    stays readable with `as_of`.
    """
    change = await commands.replace_pipeline(
        request.db, request.actor, job_id=job_id, stages=body.stages, mapping=body.mapping,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
