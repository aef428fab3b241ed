"""Bulk operations: one command for many applications at once."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.commands import bulk_operations as commands
from hiring.domain.bulk_operations import (
    ACTIONS,
    MAXIMUM_NAMED,
    Action,
    BulkArguments,
    Outcome,
    Status,
    wrong_arguments,
)
from hiring.domain.checking import repeated
from hiring.domain.permissions import require
from hiring.domain.vocabulary import ExternalId, Instant, LongText
from hiring.errors import CandidateMerged, FieldError, StatusConflict, TooManyBulkOperations
from hiring.handlers.applications import ApplicationPatch
from hiring.http import PREFIX
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, resource
from hiring.http.shapes import UNIQUE, ActorReference, CurrentState, Nothing, Request, Resource, page_of
from hiring.queries import applications
from hiring.queries import bulk_operations as queries
from hiring.queries.base import IdsQuery
from hiring.queries.bulk_operations import BulkItemsQuery


class BulkFilter(Request, frozen=True, kw_only=True):
    """Which applications: those that pass all that is given, as in `GET /applications`."""

    external_id: ExternalId | None = None
    """Only the application that has this id in another system."""
    candidate_id: UUID | None = None
    """Only applications of this candidate."""
    job_id: UUID | None = None
    """Only applications to this job."""
    stage_id: UUID | None = None
    """Only applications in this stage; a rejected or withdrawn one counts for the stage that it left."""
    status: applications.Status | None = None
    """Only applications in this status."""
    post_id: UUID | None = None
    """Only applications through this post."""
    source_id: UUID | None = None
    """Only applications that came from this source."""
    assignee_id: UUID | None = None
    """Only applications that are assigned to this user."""
    applied_since: Instant | None = None
    """Only applications whose `applied_at` is this moment or later."""
    applied_before: Instant | None = None
    """Only applications whose `applied_at` is before this moment."""


class BulkArgumentsInput(BulkArguments, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an action takes besides the application, as the command for one application does."""

    changes: ApplicationPatch | None = None
    note: LongText | None = None
    """Of `move` and `reject`: why, in the caller's own words, for the history of each application."""


class NewBulkOperation(Request, frozen=True, kw_only=True):
    """One command, and the applications that it is for: named, or by a filter."""

    action: Action
    """`assign`, `move`, `reject` and `set_fields` are for the applications, `tag` and `untag` for their candidates, and
    `message` writes to the candidate about the application."""
    arguments: BulkArgumentsInput
    application_ids: Annotated[list[UUID], Meta(min_length=1, max_length=MAXIMUM_NAMED), UNIQUE] | None = None
    """Applications that the caller sees, each once. Either these or a `filter` is required."""
    filter: BulkFilter | None = None
    """Up to 50,000 applications that the caller sees, as they are at this moment; at least one member is required."""
    dry_run: bool = False
    """Whether nothing is changed: each item then tells what would become of it, as if it were the only one."""

    def problems(self) -> Iterator[FieldError]:
        """One way to name applications, each once, and the arguments of the action. Rules: K1."""
        yield from wrong_arguments(self.action, self.arguments)
        yield from repeated(self.application_ids or [], "/application_ids/{}", "This application is given twice.")
        if self.filter is None and self.application_ids is None:
            yield FieldError("/application_ids", "required", "Either `application_ids` or a `filter` is required.")
        elif self.filter is not None and self.application_ids is not None:
            yield FieldError("/filter", "unexpected", "There is no filter beside `application_ids`.")
        elif self.filter == BulkFilter():
            yield FieldError("/filter", "required", "A filter has at least one member that is not null.")


class BulkOperation(Resource, frozen=True, kw_only=True):
    """One command for many applications, and how far it is. Its progress moves `updated_at`, but not the `version`."""

    action: Action
    """The command that is given for each application."""
    arguments: BulkArguments
    """What the command takes besides the application; members that do not belong to the action are null."""
    is_dry_run: bool
    """Whether nothing is changed: outcomes are what would become of each application, if it were the only one."""
    is_automatic: bool
    """Whether the closing of a job requested it, or its last hire for the `on_filled` of the job: then it is for all
    active applications, and is carried out whatever that person may do."""
    status: Status
    """`pending` until a worker begins, `running` until all items are done: then it is `completed`, also where items
    were refused. `cancelled` by a caller, or `failed` because the person who requested it may not do it any more:
    what is done then stays, and the other items stay `pending`."""
    requested_by: ActorReference
    """Who requested it. The permissions of this user or key count for each item when that is done, unless the operation
    is automatic."""
    total_count: int
    """The applications that it is for. They were chosen at the request; no other is added later."""
    done_count: int
    """The items that have an outcome."""
    succeeded_count: int
    """The items that were changed."""
    unchanged_count: int
    """The items that were as they should be already."""
    refused_count: int
    """The items whose command was refused; `GET /bulk-operations/{bulk_operation_id}/items` tells why."""
    started_at: Instant | None
    """When a worker began; null before that."""
    ended_at: Instant | None
    """When it ended; null while it is `pending` or `running`."""


class BulkError(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why the command for an application was refused: what the problem document of the single command tells."""

    code: str
    """The kind of problem, for programs. `GET /errors` lists all codes."""
    detail: str
    """What went wrong, for people to read."""
    errors: list[FieldError] | None
    """What is wrong with fields, with pointers into the body of the single command; null where it is about none."""
    current: CurrentState | None
    """The state that a conflict is about; null for other problems."""


class BulkItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An application of a bulk operation, and what became of it."""

    application_id: UUID
    """The application."""
    outcome: Outcome
    """`pending` until it is done, and for good where the operation ends before; `succeeded` where something was
    changed; `unchanged` where all was as it should be already; `refused` where the single command would be, too."""
    error: BulkError | None
    """Why it was refused; null in all other cases."""


@operation(returns=page_of(BulkOperation))
async def list_bulk_operations(request: Handler, query: IdsQuery) -> Reply:
    """List bulk operations.

    Lists the operations that the caller has requested, newest first; an API key those of its user. Administrators see
    those of the whole organization.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(
    status=202, returns=BulkOperation, refuses=(CandidateMerged, TooManyBulkOperations),
    events=("bulk_operation.due",),
)  # fmt: skip
async def request_bulk_operation(request: Handler, body: NewBulkOperation) -> Reply:
    """Request a bulk operation.

    Chooses the applications at once, and lets the worker give one command for each, in the order of their ids. `move`
    needs the permission `applications.move`, `reject` needs `applications.reject`, `assign` and `set_fields` need
    `applications.write`, `message` needs `messages.write`, `tag` and `untag` need `candidates.write`, and each of them
    `applications.read`. Only applications that the caller sees and may change are chosen: of the named ones, each other
    one is an unknown reference; a filter leaves it out.
    An organization may have 100 operations that have not ended.

    Each item obeys the rules of its single command, at the moment when it is done and with what the caller may do then.
    The events of items have the operation as their `causation_id`. Follow it by its `Location`, or wait for the event
    `bulk_operation.completed`.
    """
    require(request.actor, "applications.read")
    require(request.actor, ACTIONS[body.action].permission)
    change = await commands.request(
        request.db, request.actor, action=body.action, arguments=body.arguments, is_dry_run=body.dry_run,
        application_ids=body.application_ids, **msgspec.structs.asdict(body.filter or BulkFilter()),
    )  # fmt: skip
    location = f"{PREFIX}/bulk-operations/{change.id}"
    return Reply(status=202, body=change.body, version=change.version, location=location, event_id=change.event_id)


@operation(returns=BulkOperation)
async def read_bulk_operation(request: Handler, bulk_operation_id: UUID) -> Reply:
    """Read a bulk operation.

    Shows how far it is, with exact counts. `GET /bulk-operations` says which ones are visible to the caller; every
    other one is not found.
    """
    return resource(await queries.find(request.db, request.actor, bulk_operation_id=bulk_operation_id))


@operation(returns=page_of(BulkItem))
async def list_bulk_items(request: Handler, bulk_operation_id: UUID, query: BulkItemsQuery) -> Reply:
    """List the items of a bulk operation.

    Lists each application of the operation that the caller sees, with its outcome, in the order in which they are
    done. A refused one tells the error that the single command would have answered. The counts of the operation are of
    all its items.
    """
    page = await queries.list_items(request.db, request.actor, query, bulk_operation_id=bulk_operation_id)
    return request.page(page, query)


@operation(returns=BulkOperation, refuses=(StatusConflict,), events=("bulk_operation.completed",))
async def cancel_bulk_operation(request: Handler, bulk_operation_id: UUID, body: Nothing) -> Reply:
    """Cancel a bulk operation.

    Ends an operation that is pending or running. What is done stays, and after the answer no other item is done.
    Cancelling a cancelled one changes nothing.
    """
    change = await commands.cancel(
        request.db, request.actor, bulk_operation_id=bulk_operation_id, expected_versions=request.expected_versions
    )
    return changed(change)
