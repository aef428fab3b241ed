"""Bulk operations: one command for many applications, requested by a caller and carried out by the worker."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from hiring.commands import applications, candidates, messages
from hiring.commands.base import Written, done, json_text, stamp
from hiring.commands.messages import WrittenMessage
from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.bulk_operations import (
    ACTIONS,
    MAXIMUM_ITEMS,
    MAXIMUM_UNENDED,
    Action,
    ApplicationFields,
    BulkArguments,
    Status,
    in_utc,
)
from hiring.domain.permissions import candidate_view, narrowest
from hiring.errors import ApiError, Kind, NotFound
from hiring.queries.bulk_operations import Due

REFUSED = (Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.INVALID, Kind.CONFLICT)
"""What a command answers about an item; any other error is about the service, and the item is tried again."""


async def request(
    db: Database, actor: Actor, *, action: Action, arguments: BulkArguments, is_dry_run: bool,
    application_ids: Sequence[UUID] | None, external_id: str | None, candidate_id: UUID | None, job_id: UUID | None,
    stage_id: UUID | None, status: str | None, post_id: UUID | None, source_id: UUID | None,
    assignee_id: UUID | None, applied_since: datetime | None, applied_before: datetime | None,
) -> Written:  # fmt: skip
    """Requests an operation for the applications that the caller sees, and may change, at this moment.

    They are the named ones, or else those that pass the filter. Raises: Invalid (a named one is not to be seen, or more
    than MAXIMUM_ITEMS pass the filter), TooManyBulkOperations.
    """
    return done(
        await db.commands.bulk_operations.request(
            **stamp(actor), **candidate_view(actor, narrowest(actor, ACTIONS[action].permission, "applications.read")),
            action=action, arguments=json_text(in_utc(arguments)), is_dry_run=is_dry_run,
            application_ids=None if application_ids is None else list(application_ids), external_id=external_id,
            candidate_id=candidate_id, job_id=job_id, stage_id=stage_id, status=status, post_id=post_id,
            source_id=source_id, assignee_id=assignee_id, applied_from_at=applied_since,
            applied_before_at=applied_before, maximum_item_count=MAXIMUM_ITEMS, maximum_unended_count=MAXIMUM_UNENDED,
        )
    )  # fmt: skip


async def cancel(
    db: Database, actor: Actor, *, bulk_operation_id: UUID, expected_versions: list[int] | None
) -> Written:
    """Cancels an operation that has not ended; no item is done after this. May be repeated.

    Raises: NotFound, VersionMismatch, StatusConflict (completed or failed).
    """
    return done(
        await db.commands.bulk_operations.cancel(
            **stamp(actor), viewer_id=actor.user_id, is_user=actor.is_user,
            bulk_operation_id=bulk_operation_id, expected_versions=expected_versions,
        ),
        may_change_nothing=True,
    )  # fmt: skip


async def start(db: Database, actor: Actor, due: Due) -> None:
    """Lets an operation run; may be repeated."""
    await db.commands.bulk_operations.start(organization_id=actor.organization_id, bulk_operation_id=due.id)


async def do_item(db: Database, actor: Actor, due: Due, application_id: UUID) -> None:
    """Does the next item: its effect, its outcome and the counts are committed together, or nothing is.

    In a dry run the effect is undone before the outcome is written. Raises: MessageDone (the item is done, or the
    operation has ended), Unavailable and Internal (try again).
    """
    async with db.bulk_operation_item(
        organization_id=actor.organization_id, bulk_operation_id=due.id, due_event_id=due.event_id,
        item_id=application_id,
    ) as claimed:  # fmt: skip
        try:
            change = await run(claimed, actor, due, application_id)
        except ApiError as error:
            if error.kind not in REFUSED:
                raise
            claimed.outcome, claimed.error = "refused", json_text(told(error))
        else:
            claimed.outcome = "unchanged" if change.event_id is None else "succeeded"
        claimed.is_undone = due.is_dry_run


async def run(db: Database, actor: Actor, due: Due, application_id: UUID) -> Written | WrittenMessage:
    """Gives the command of an operation for one item, as the caller would. Raises: as that command."""
    given = due.arguments
    if due.action == "move":
        assert given.to_stage_id is not None
        return await applications.move(
            db, actor, application_id=application_id, to_stage_id=given.to_stage_id, from_stage_id=given.from_stage_id,
            note=given.note, expected_versions=None,
        )  # fmt: skip
    if due.action == "reject":
        assert given.reason_id is not None
        return await applications.reject(
            db, actor, application_id=application_id, reason_id=given.reason_id, note=given.note,
            mail=given.message, expected_versions=None,
        )  # fmt: skip
    if due.action in ("assign", "set_fields"):
        fields = given.changes or ApplicationFields(assignee_id=given.assignee_id)
        changes = msgspec.to_builtins(fields, enc_hook=str)
        return await applications.update(
            db, actor, application_id=application_id, changes=changes, expected_versions=None
        )
    candidate_id = await db.commands.bulk_operations.find_candidate(
        organization_id=actor.organization_id, application_id=application_id
    )
    if candidate_id is None:
        raise NotFound
    if due.action == "message":
        return await messages.add(
            db, actor, candidate_id=candidate_id, application_id=application_id, template_id=given.template_id,
            subject=None, body=None, send_at=given.send_at,
        )  # fmt: skip
    assert given.tag_id is not None
    change = candidates.tag if due.action == "tag" else candidates.untag
    return await change(db, actor, candidate_id=candidate_id, tag_id=given.tag_id, expected_versions=None)


async def go_on(db: Database, actor: Actor, due: Due) -> None:
    """Queues what is left of an operation; may be repeated."""
    await db.commands.bulk_operations.go_on(**stamp(actor), bulk_operation_id=due.id, due_event_id=due.event_id)


async def end(db: Database, actor: Actor, due: Due, status: Status) -> None:
    """Ends an operation; may be repeated."""
    await db.commands.bulk_operations.end(
        **stamp(actor), bulk_operation_id=due.id, due_event_id=due.event_id, status=status
    )


def told(error: ApiError) -> Mapping[str, Any]:
    """What a problem document tells of an error, without what belongs to a request."""
    return {
        "code": error.code, "detail": error.detail, "errors": msgspec.to_builtins(error.errors) or None,
        "current": error.current,
    }  # fmt: skip
