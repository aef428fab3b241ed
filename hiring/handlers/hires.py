"""Hires: applicants who get the job, and hires that are taken back."""

from datetime import date
from uuid import UUID

from hiring import errors
from hiring.commands import hires as commands
from hiring.domain.permissions import require
from hiring.domain.vocabulary import LongText, ShortText
from hiring.handlers.applications import Application, Ending
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed
from hiring.http.shapes import Request


class Hire(Request, frozen=True, kw_only=True):
    """The opening that a hire fills, the first day of work, and why there is no offer."""

    override_reason: ShortText | None = None
    """Why the candidate is hired without an accepted offer. There are no offers yet, so every hire needs it. Giving it
    also needs the permission `applications.hire_override`."""
    opening_id: UUID | None = None
    """The opening of the job that the hire fills, which must be open. Null means the one with the earliest
    `opened_on`."""
    start_on: date | None = None
    """The first day of work; null where it is not known yet."""
    note: LongText | None = None
    """Why, in the caller's own words; null where they wrote nothing. It is kept in the history of the application, and
    the candidate never sees it."""


@operation(
    returns=Application,
    refuses=(
        errors.ApplicationNotActive,
        errors.JobIsPool,
        errors.JobNotOpen,
        errors.NoOpening,
        errors.OfferRequired,
    ),
    events={
        "application.hired": "",
        "bulk_operation.due": "where that job rejects its other applicants",
        "job.status_changed": "where the last opening closes the job",
        "opening.filled": "",
    },
    location="The bulk operation that rejects the other applicants. Absent where there is none.",
)
async def hire_candidate(request: Handler, application_id: UUID, body: Hire) -> Reply:
    """Hire an applicant.

    Puts an active application into the hired stage and fills an open opening of its job with it. The job may be open,
    on hold or closed. Where no opening is left, an open job or one on hold is closed for the built-in reason `filled`;
    its other applications stay active, or a bulk operation rejects them, as `on_filled` of the job says. The caller
    needs no permission for that operation, and finds it in their own list. Nobody is hired on a talent pool: transfer
    the application to a job first.

    Until there are offers, every hire is an override: give an `override_reason`, which also needs the permission
    `applications.hire_override`.
    """
    if body.override_reason is not None:
        require(request.actor, "applications.hire_override")
    change, operation_id = await commands.hire(
        request.db, request.actor, application_id=application_id, opening_id=body.opening_id, start_on=body.start_on,
        override_reason=body.override_reason, note=body.note, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change, bulk_operation_id=operation_id)


@operation(returns=Application, refuses=(errors.StatusConflict,), events=("application.unhired", "opening.reopened"))
async def unhire_candidate(request: Handler, application_id: UUID, body: Ending) -> Reply:
    """Take a hire back.

    Makes a hired application active again, in the stage that it was in before, or the one that replaced it. Its opening
    is open again; a job that the hire closed stays closed, and an archived one refuses this: unarchive it before.
    `start_on` and `override_reason` become null.
    """
    change = await commands.unhire(
        request.db, request.actor, application_id=application_id, reason_id=body.reason_id, note=body.note,
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
