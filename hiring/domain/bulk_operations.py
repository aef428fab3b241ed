"""What a bulk operation can do, what each of its actions takes, and the permission that it needs. Pure."""

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from hiring.domain.actors import Scope
from hiring.domain.custom_fields import CustomFieldValue
from hiring.domain.vocabulary import Instant
from hiring.errors import FieldError

Action = Literal["assign", "message", "move", "reject", "set_fields", "tag", "untag"]
Status = Literal["pending", "running", "completed", "cancelled", "failed"]
Outcome = Literal["pending", "succeeded", "unchanged", "refused"]

MAXIMUM_ITEMS = 50_000
MAXIMUM_NAMED = 1_000
MAXIMUM_UNENDED = 100
"""Operations of an organization that wait or run. Rules: K10."""

AUTOMATIC_PERMISSIONS: Mapping[str, Scope] = {
    "applications.reject": "all", "jobs.read_confidential": "all", "candidates.read_internal": "all",
}  # fmt: skip
"""The permissions of an operation that the closing of a job, or its last hire, requested. Rules: J14."""


class RejectionMail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mail to the candidate, at once or at a later moment."""

    template_id: UUID | None = None
    """An active e-mail template, whose text the mail has. Null means the service's own text."""
    send_at: Instant | None = None
    """When the mail is sent. Null, or a moment that is past, means at once."""


class ApplicationFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Fields of an application that are set."""

    external_id: str | None | UnsetType = UNSET
    """The id of the application in another system, which no other application has; null takes it away."""
    source_application_id: str | None | UnsetType = UNSET
    """The id that the source gave the application; null takes it away."""
    referrer: str | None | UnsetType = UNSET
    """Who referred the candidate, in words; null for nobody."""
    referrer_id: UUID | None | UnsetType = UNSET
    """The user who referred the candidate: an active one, or the one that is there; null for nobody."""
    assignee_id: UUID | None | UnsetType = UNSET
    """The user who looks after the application: an active one, or the one that is there; null for nobody."""
    custom_fields: dict[Any, CustomFieldValue | None] | None | UnsetType = UNSET
    """Merged into the values that are there: null removes a key, and what is not named stays. Null instead of an object
    removes them all."""


class BulkArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an action takes besides the application, as the command for one application does."""

    assignee_id: UUID | None = None
    """Of `assign`, required: the active user to whom the applications are assigned."""
    to_stage_id: UUID | None = None
    """Of `move`, required: the stage to move to, a current one of the application's job, except the hired one."""
    from_stage_id: UUID | None = None
    """Of `move`: the stage that the caller believes the application is in; one in another stage is refused."""
    reason_id: UUID | None = None
    """Of `reject`, required: an active reason of the kind `rejection`."""
    message: RejectionMail | None = None
    """Of `reject`: whether the candidate is told by mail; `{}` means at once, null means no mail."""
    note: str | None = None
    """Of `move` and `reject`: why, in the caller's own words, for the history of each application."""
    changes: ApplicationFields | None = None
    """Of `set_fields`, required: the fields with their new values, as in `PATCH /applications/{application_id}`."""
    template_id: UUID | None = None
    """Of `message`, required: an active e-mail template, whose text each candidate gets."""
    send_at: Instant | None = None
    """Of `message`: when the mails are sent. Null, or a moment that is past, means at once."""
    tag_id: UUID | None = None
    """Of `tag` and `untag`, required: the tag that the candidates get or lose."""


def in_utc(arguments: BulkArguments) -> BulkArguments:
    """The arguments with their moments in UTC, as every answer writes moments."""
    message = arguments.message
    if message is not None and message.send_at is not None:
        message = msgspec.structs.replace(message, send_at=message.send_at.astimezone(UTC))
    send_at = None if arguments.send_at is None else arguments.send_at.astimezone(UTC)
    return msgspec.structs.replace(arguments, message=message, send_at=send_at)


class ActionNeeds(NamedTuple):
    """What an action needs: a permission, one argument that is required, and those that may be given besides."""

    permission: str
    required: str
    optional: tuple[str, ...] = ()


ACTIONS: Mapping[Action, ActionNeeds] = {
    "assign": ActionNeeds("applications.write", "assignee_id"),
    "message": ActionNeeds("messages.write", "template_id", ("send_at",)),
    "move": ActionNeeds("applications.move", "to_stage_id", ("from_stage_id", "note")),
    "reject": ActionNeeds("applications.reject", "reason_id", ("message", "note")),
    "set_fields": ActionNeeds("applications.write", "changes"),
    "tag": ActionNeeds("candidates.write", "tag_id"),
    "untag": ActionNeeds("candidates.write", "tag_id"),
}


def wrong_arguments(action: Action, arguments: BulkArguments) -> Iterator[FieldError]:
    """Yields a finding for the argument that an action lacks, and for each that it does not take. Rules: K1."""
    _, required, optional = ACTIONS[action]
    if getattr(arguments, required) is None:
        yield FieldError(f"/arguments/{required}", "required", f"The action {action} needs it.")
    for name in arguments.__struct_fields__:
        if name not in (required, *optional) and getattr(arguments, name) is not None:
            yield FieldError(f"/arguments/{name}", "unexpected", f"The action {action} does not take it.")
