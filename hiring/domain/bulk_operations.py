"""What a bulk operation can do, what each of its actions takes, and the permission that it needs. Pure."""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple
from uuid import UUID

import msgspec

from hiring.domain.actors import Scope
from hiring.domain.vocabulary import Instant
from hiring.errors import FieldError

Action = Literal["move", "reject", "tag", "untag"]
Status = Literal["pending", "running", "completed", "cancelled", "failed"]
Outcome = Literal["pending", "succeeded", "unchanged", "refused"]

MAXIMUM_ITEMS = 50_000
MAXIMUM_NAMED = 1_000


AUTOMATIC: Mapping[str, Scope] = {
    "applications.reject": "all", "jobs.read_confidential": "all", "candidates.read_internal": "all",
}  # fmt: skip
"""What an operation may do that a job's `on_filled` requested: who set it was allowed to. Rules: J14."""


class RejectionMail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mail to the candidate, at once or at a later moment."""

    send_at: Instant | None = None
    """When the mail is sent. Null, or a moment that is past, means at once."""


class BulkArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an action takes besides the application, as the command for one application does."""

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
    tag_id: UUID | None = None
    """Of `tag` and `untag`, required: the tag that the candidates get or lose."""


class ActionNeeds(NamedTuple):
    """What an action needs: a permission, one argument that is required, and those that may be given besides."""

    permission: str
    required: str
    optional: tuple[str, ...] = ()


ACTIONS: Mapping[Action, ActionNeeds] = {
    "move": ActionNeeds("applications.move", "to_stage_id", ("from_stage_id", "note")),
    "reject": ActionNeeds("applications.reject", "reason_id", ("message", "note")),
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
