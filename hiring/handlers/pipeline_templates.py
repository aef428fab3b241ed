"""Pipeline templates: the stages that new jobs start with."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import pipeline_templates as commands
from hiring.domain.pipelines import MAXIMUM_STAGES, StageKind, stage_problems
from hiring.domain.vocabulary import ShortText
from hiring.errors import FieldError
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, PageOf, Request
from hiring.queries import pipeline_templates as queries
from hiring.queries.pipeline_templates import PipelineTemplatesQuery


class NewTemplateStage(Request, frozen=True, kw_only=True):
    """A step of a pipeline, as it is sent."""

    name: ShortText
    kind: StageKind


Stages = Annotated[list[NewTemplateStage], Meta(min_length=2, max_length=MAXIMUM_STAGES)]


class TemplateStage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A step of a pipeline."""

    name: str
    kind: StageKind


class PipelineTemplate(Archivable, frozen=True, kw_only=True):
    """Stages that a new job starts with; the job copies them."""

    name: str
    stages: list[TemplateStage]
    is_default: bool


class NewPipelineTemplate(Request, frozen=True, kw_only=True):
    """What a pipeline template is made from."""

    name: ShortText
    stages: Stages
    is_default: bool = False

    def problems(self) -> Iterator[FieldError]:
        """The stages make a pipeline."""
        yield from stage_problems(self.stages)


class PipelineTemplatePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a pipeline template."""

    name: ShortText | UnsetType = UNSET
    stages: Stages | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """The stages make a pipeline; a default ends when another one begins."""
        if self.stages is not UNSET:
            yield from stage_problems(self.stages)
        if self.is_default is False:
            yield FieldError("/is_default", "default_required", "Make another template the default instead.")


class PipelineTemplates(Handler):
    """All pipeline templates."""

    @operation("List pipeline templates", permission="structure.read", returns=PageOf[PipelineTemplate])
    async def get(self, query: PipelineTemplatesQuery) -> Reply:
        return self.page(await queries.list_all(self.db, self.actor, query), query)

    @operation("Add a pipeline template", permission="structure.write", status=201, returns=PipelineTemplate)
    async def post(self, body: NewPipelineTemplate) -> Reply:
        added = await commands.add(self.db, self.actor, name=body.name, stages=body.stages, is_default=body.is_default)
        return created(added, f"/api/v1/pipeline-templates/{added.id}")


class OnePipelineTemplate(Handler):
    """One pipeline template."""

    @operation("Read a pipeline template", permission="structure.read", returns=PipelineTemplate)
    async def get(self, pipeline_template_id: UUID) -> Reply:
        return resource(await queries.find(self.db, self.actor, pipeline_template_id=pipeline_template_id))

    @operation("Change a pipeline template", permission="structure.write", returns=PipelineTemplate)
    async def patch(self, pipeline_template_id: UUID, body: PipelineTemplatePatch) -> Reply:
        change = await commands.update(
            self.db, self.actor, pipeline_template_id=pipeline_template_id, changes=changes(body),
            expected_versions=self.expected_versions,
        )  # fmt: skip
        return changed(change)


class PipelineTemplateArchive(Handler):
    """Archiving a pipeline template."""

    @operation("Archive a pipeline template", permission="structure.write", returns=PipelineTemplate)
    async def post(self, pipeline_template_id: UUID, body: Nothing) -> Reply:
        change = await commands.archive(
            self.db, self.actor, pipeline_template_id=pipeline_template_id, expected_versions=self.expected_versions
        )
        return changed(change)
