"""Pipeline templates: the stages that new jobs start with."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import pipeline_templates as commands
from hiring.domain.pipelines import MAXIMUM_STAGES, StageKind, stage_problems
from hiring.domain.vocabulary import ShortText
from hiring.errors import FieldError, InUse, NameTaken, StatusConflict
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import pipeline_templates as queries
from hiring.queries.pipeline_templates import PipelineTemplatesQuery


class NewTemplateStage(Request, frozen=True, kw_only=True):
    """A stage that a pipeline template is to have."""

    name: ShortText
    """What the stage is called; it differs from the other stages of the template, ignoring case."""
    kind: StageKind
    """What happens in the stage. `lead` is for people who have not applied: applicants enter the first stage of another
    kind. Only a hire enters `hired`. The other kinds only tell people what is done there."""


Stages = Annotated[list[NewTemplateStage], Meta(min_length=2, max_length=MAXIMUM_STAGES)]


class TemplateStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stage of a pipeline template."""

    name: str
    kind: StageKind


class PipelineTemplate(Archivable, frozen=True, kw_only=True):
    """Stages that new jobs start with."""

    name: str
    """What the template is called, unique among the templates of the organization, archived ones included."""
    stages: list[TemplateStage]
    """The stages in order. The last one, and no other, is of kind `hired`; at least one is neither `hired` nor `lead`.
    A job copies them when it is added, so later changes do not reach it."""
    is_default: bool
    """Whether jobs that name no template copy this one. One template is the default at any time: making another one the
    default ends it."""


class NewPipelineTemplate(Request, frozen=True, kw_only=True):
    """What a pipeline template is made from."""

    name: ShortText
    """What the template is called, unique among the templates of the organization, archived ones included."""
    stages: Stages
    is_default: bool = False

    def problems(self) -> Iterator[FieldError]:
        """The stages make a pipeline."""
        yield from stage_problems(self.stages)


class PipelineTemplatePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a pipeline template."""

    name: ShortText | UnsetType = UNSET
    """What the template is called, unique among the templates of the organization, archived ones included."""
    stages: Stages | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET
    """`true` makes this template the default, in place of the former one. `false` is always refused, because one
    default is required."""

    def problems(self) -> Iterator[FieldError]:
        """The stages make a pipeline; a default ends when another one begins."""
        if self.stages is not UNSET:
            yield from stage_problems(self.stages)
        if self.is_default is False:
            yield FieldError("/is_default", "default_required", "Make another template the default instead.")


@operation(returns=page_of(PipelineTemplate), is_tagged=True)
async def list_pipeline_templates(request: Handler, query: PipelineTemplatesQuery) -> Reply:
    """List pipeline templates.

    Shows active and archived templates. The newest come first; with `updated_since`, they come in the order of their
    last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(
    status=201,
    returns=PipelineTemplate,
    refuses=(NameTaken,),
    events={"vocabulary.changed": "also for the template that was the default before"},
)
async def add_pipeline_template(request: Handler, body: NewPipelineTemplate) -> Reply:
    """Add a pipeline template.

    Adds an active template. A new default takes the place of the former one, which gets a new version. Jobs keep their
    stages.
    """
    added = await commands.add(
        request.db, request.actor, name=body.name, stages=body.stages, is_default=body.is_default
    )
    return created(added, "pipeline-templates")


@operation(returns=PipelineTemplate)
async def read_pipeline_template(request: Handler, pipeline_template_id: UUID) -> Reply:
    """Read a pipeline template.

    Shows a template, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, pipeline_template_id=pipeline_template_id))


@operation(
    returns=PipelineTemplate,
    refuses=(NameTaken, StatusConflict),
    events={"vocabulary.changed": "also for the template that was the default before"},
)
async def change_pipeline_template(request: Handler, pipeline_template_id: UUID, body: PipelineTemplatePatch) -> Reply:
    """Change a pipeline template.

    Changes the members that are sent; `stages` replaces all stages, and jobs that have copied the template keep theirs.
    A new default takes the place of the former one, which gets a new version. An archived template can be changed, but
    cannot become the default. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, pipeline_template_id=pipeline_template_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=PipelineTemplate, refuses=(InUse,), events=("vocabulary.changed",))
async def archive_pipeline_template(request: Handler, pipeline_template_id: UUID, body: Nothing) -> Reply:
    """Archive a pipeline template.

    New jobs cannot copy the template any more; jobs that have copied it keep their stages. The default is not archived:
    make another template the default first. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db,
        request.actor,
        pipeline_template_id=pipeline_template_id,
        expected_versions=request.expected_versions,
    )
    return changed(change)
