"""Interview kits: what interviewers look for and ask."""

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import interview_kits as commands
from hiring.domain.checking import repeated
from hiring.domain.vocabulary import LongText, ShortText
from hiring.errors import FieldError, NameTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Emptied, Nothing, Request, page_of
from hiring.queries import interview_kits as queries
from hiring.queries.interview_kits import InterviewKitsQuery

MAXIMUM_ATTRIBUTES = 50
MAXIMUM_QUESTIONS = 50


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an interviewer looks for."""

    id: UUID
    """What names the attribute, also when it is renamed."""
    name: str
    description: str | None
    """How to tell good from bad; null where the name says it all."""


class NewAttribute(Request, frozen=True, kw_only=True):
    """An attribute that a kit is to have."""

    name: ShortText
    """What interviewers look for, such as `Empathy`; it differs from the other attributes of the kit, ignoring case."""
    description: LongText | None = None


class AttributeChange(NewAttribute, frozen=True, kw_only=True):
    """An attribute of a kit as it is to be."""

    id: UUID | None = None
    """The id of an attribute that the kit has, which may get another name; null adds a new attribute."""


class InterviewKit(Archivable, frozen=True, kw_only=True):
    """What interviewers look for and ask in interviews of a kind."""

    name: str
    """What the kit is called, unique among the kits of the organization, archived ones included."""
    attributes: list[Attribute]
    """What interviewers look for, in order."""
    questions: list[str]
    """What they may ask, in order."""


NewAttributes = Annotated[list[NewAttribute], Meta(max_length=MAXIMUM_ATTRIBUTES)]
AttributeChanges = Annotated[list[AttributeChange], Meta(max_length=MAXIMUM_ATTRIBUTES)]
Questions = Annotated[list[LongText], Meta(max_length=MAXIMUM_QUESTIONS)]


class NewInterviewKit(Request, frozen=True, kw_only=True):
    """What an interview kit is made from."""

    name: ShortText
    attributes: NewAttributes = []
    questions: Questions = []

    def problems(self) -> Iterator[FieldError]:
        """Attributes differ."""
        yield from attribute_problems(self.attributes)


class InterviewKitPatch(Request, frozen=True, kw_only=True):
    """A merge patch of an interview kit."""

    name: ShortText | UnsetType = UNSET
    attributes: AttributeChanges | Emptied | UnsetType = UNSET
    questions: Questions | Emptied | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """Attributes differ, also in their ids."""
        attributes = self.attributes or []
        yield from attribute_problems(attributes)
        ids = [each.id for each in attributes]
        for place, kept in enumerate(ids):
            if kept is not None and kept in ids[:place]:
                yield FieldError(f"/attributes/{place}/id", "repeated", "This attribute is listed twice.")


def attribute_problems(attributes: Sequence[NewAttribute]) -> Iterator[FieldError]:
    """Attributes of the same name. Rules: S9."""
    names = [each.name.casefold() for each in attributes]
    yield from repeated(names, "/attributes/{}/name", "Another attribute has this name.")


@operation(returns=page_of(InterviewKit), is_tagged=True)
async def list_interview_kits(request: Handler, query: InterviewKitsQuery) -> Reply:
    """List interview kits.

    Shows active and archived interview kits. The newest come first; with `updated_since`, they come in the order of
    their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=InterviewKit, refuses=(NameTaken,), events=("vocabulary.changed",))
async def add_interview_kit(request: Handler, body: NewInterviewKit) -> Reply:
    """Add an interview kit.

    Adds an active interview kit. Each of its attributes gets an id.
    """
    attributes = [{"name": each.name, "description": each.description} for each in body.attributes]
    added = await commands.add(
        request.db, request.actor, name=body.name, attributes=attributes, questions=body.questions
    )
    return created(added, "interview-kits")


@operation(returns=InterviewKit)
async def read_interview_kit(request: Handler, interview_kit_id: UUID) -> Reply:
    """Read an interview kit.

    Shows an interview kit, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, interview_kit_id=interview_kit_id))


@operation(returns=InterviewKit, refuses=(NameTaken,), events=("vocabulary.changed",))
async def change_interview_kit(request: Handler, interview_kit_id: UUID, body: InterviewKitPatch) -> Reply:
    """Change an interview kit.

    Changes the members that are sent, of an active or archived kit. `attributes` replaces all of them: one that is
    named by its id keeps it, also under another name; one without an id is new; one that is left out is gone. What is
    the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, interview_kit_id=interview_kit_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=InterviewKit, events=("vocabulary.changed",))
async def archive_interview_kit(request: Handler, interview_kit_id: UUID, body: Nothing) -> Reply:
    """Archive an interview kit.

    Archived kits are there to read; new interviews do not take them. Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, interview_kit_id=interview_kit_id, expected_versions=request.expected_versions
    )
    return changed(change)
