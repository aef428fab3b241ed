"""Custom fields: which values of its own an organization keeps with candidates, applications and jobs."""

from collections.abc import Iterator, Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import custom_fields as commands
from hiring.domain.checking import repeated
from hiring.domain.custom_fields import MAXIMUM_FIELD_OPTIONS, SELECTS, AppliesTo, CustomFieldKey, CustomFieldType
from hiring.domain.findings import FINDINGS
from hiring.domain.vocabulary import ShortText
from hiring.errors import FieldError, KeyTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Archivable, Nothing, Request, page_of
from hiring.queries import custom_fields as queries
from hiring.queries.custom_fields import CustomFieldsQuery


class CustomFieldOption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a select offers."""

    id: UUID
    """What a value is, also when the option is renamed."""
    label: str
    """What people read."""
    is_archived: bool
    """Whether values keep the option where they have it, and nothing else gets it."""


class NewCustomFieldOption(Request, frozen=True, kw_only=True):
    """An option that a select is to have."""

    label: ShortText
    """What people read; it differs from the other options of the field, ignoring case."""


class CustomFieldOptionChange(NewCustomFieldOption, frozen=True, kw_only=True):
    """An option of a select as it is to be."""

    id: UUID | None = None
    """The id of an option that the field has, which may get another label; null adds a new option."""
    is_archived: bool = False


class CustomField(Archivable, frozen=True, kw_only=True):
    """A value that the organization keeps with resources of a kind, in `custom_fields`, under a key."""

    key: str
    """The name of the value in `custom_fields`, unique among the fields of the same `applies_to`, archived ones
    included. It never changes."""
    name: str
    """What people read."""
    applies_to: AppliesTo
    """The kind of resource that has the value. It never changes."""
    type: CustomFieldType
    """What the value is; it never changes. `short_text` is a line of up to 200 characters, `long_text` up to 10,000,
    `number` a JSON number, `date` such as `2026-01-31`, `url` an http or https address; `single_select` is the id of an
    option, `multi_select` a list of such ids."""
    options: list[CustomFieldOption]
    """What a select offers, in order; empty for every other type."""


NewOptions = Annotated[list[NewCustomFieldOption], Meta(max_length=MAXIMUM_FIELD_OPTIONS)]
OptionChanges = Annotated[list[CustomFieldOptionChange], Meta(min_length=1, max_length=MAXIMUM_FIELD_OPTIONS)]


class NewCustomField(Request, frozen=True, kw_only=True):
    """What a custom field is made from."""

    key: CustomFieldKey
    name: ShortText
    applies_to: AppliesTo
    type: CustomFieldType
    options: NewOptions = []

    def problems(self) -> Iterator[FieldError]:
        """A select has options, which differ; nothing else has any."""
        if (self.type in SELECTS) != bool(self.options):
            yield FieldError("/options", "options", FINDINGS["options"])
        yield from option_problems(self.options)


class CustomFieldPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a custom field."""

    name: ShortText | UnsetType = UNSET
    options: OptionChanges | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """Options differ, also in their ids."""
        options: Sequence[CustomFieldOptionChange] = self.options or []
        yield from option_problems(options)
        ids = [each.id for each in options]
        for place, kept in enumerate(ids):
            if kept is not None and kept in ids[:place]:
                yield FieldError(f"/options/{place}/id", "repeated", "This option is listed twice.")


def option_problems(options: Sequence[NewCustomFieldOption]) -> Iterator[FieldError]:
    """Options of the same label. Rules: S13."""
    labels = [each.label.casefold() for each in options]
    yield from repeated(labels, "/options/{}/label", "Another option has this label.")


@operation(returns=page_of(CustomField), is_tagged=True)
async def list_custom_fields(request: Handler, query: CustomFieldsQuery) -> Reply:
    """List custom fields.

    Shows active and archived custom fields. The newest come first; with `updated_since`, they come in the order of
    their last change.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=CustomField, refuses=(KeyTaken,), events=("vocabulary.changed",))
async def add_custom_field(request: Handler, body: NewCustomField) -> Reply:
    """Add a custom field.

    Adds an active custom field; from then on, `custom_fields` of what it applies to take its key. Each of its options
    gets an id. A value that a candidate has under this key from a release without custom fields stays as it is, also
    where it is of another type; the filter finds it once `custom_fields` of the candidate change.
    """
    added = await commands.add(
        request.db, request.actor, key=body.key, name=body.name, applies_to=body.applies_to,
        field_type=body.type, options=[each.label for each in body.options],
    )  # fmt: skip
    return created(added, "custom-fields")


@operation(returns=CustomField)
async def read_custom_field(request: Handler, custom_field_id: UUID) -> Reply:
    """Read a custom field.

    Shows a custom field, active or archived.
    """
    return resource(await queries.find(request.db, request.actor, custom_field_id=custom_field_id))


@operation(returns=CustomField, events=("vocabulary.changed",))
async def change_custom_field(request: Handler, custom_field_id: UUID, body: CustomFieldPatch) -> Reply:
    """Change a custom field.

    Changes the members that are sent, of an active or archived field. `options` replaces all of them, and names each
    one that is there by its id, because values may have it: it keeps this id under another label, and when it is
    archived. An option without an id is new. What is the same already changes nothing.
    """
    change = await commands.update(
        request.db, request.actor, custom_field_id=custom_field_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=CustomField, events=("vocabulary.changed",))
async def archive_custom_field(request: Handler, custom_field_id: UUID, body: Nothing) -> Reply:
    """Archive a custom field.

    What has a value in the field keeps it, and may change or lose it; nothing else gets one. The key stays taken.
    Archiving it again changes nothing.
    """
    change = await commands.archive(
        request.db, request.actor, custom_field_id=custom_field_id, expected_versions=request.expected_versions
    )
    return changed(change)
