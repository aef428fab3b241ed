"""Transfers: how applications are moved to other jobs."""

from uuid import UUID

from hiring import errors
from hiring.commands import transfers as commands
from hiring.domain.vocabulary import LongText
from hiring.handlers.applications import Application
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed
from hiring.http.shapes import Request


class Transfer(Request, frozen=True, kw_only=True):
    """The job to transfer an application to."""

    job_id: UUID
    """The other job: an open one whose applications the caller sees."""
    stage_id: UUID | None = None
    """The stage of the other job to enter, except the hired one. Null means the first that is not of kind `lead`."""
    note: LongText | None = None
    """Why, in the caller's own words; null where they wrote nothing. It is kept in the history of both applications,
    and the candidate never sees it."""


@operation(
    returns=Application, refuses=(errors.ApplicationActive, errors.ApplicationHired, errors.ApplicationNotActive,
        errors.JobNotOpen, errors.ReapplyTooSoon, errors.StageEnteredByCommand, errors.StageNotInPipeline),
    events=("application.submitted", "application.transferred"),
)  # fmt: skip
async def transfer_application(request: Handler, application_id: UUID, body: Transfer) -> Reply:
    """Transfer an application.

    Ends an active application, in every status of its job, and adds another one of the same candidate to an open job.
    `transferred_to` of the answer is the id of the new one. It has the answers, the source with its id and details, the
    referrer and the custom fields of the first, but not its `post_id` and `external_id`; its `applied_at` is now. Notes
    stay with the first. A transfer is refused where `POST /applications` would refuse the candidate; but applications
    that were themselves transferred do not count for the re-apply window, so that a transfer can be taken back by
    another one. Nothing is mailed to the candidate.
    """
    change = await commands.transfer(
        request.db, request.actor, application_id=application_id, job_id=body.job_id, stage_id=body.stage_id,
        note=body.note, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
