"""Proposed updates: what candidates wrote differently in a later application, and what becomes of it."""

from uuid import UUID

from hiring.commands import proposed_updates as commands
from hiring.commands.base import Written
from hiring.errors import StatusConflict
from hiring.handlers.candidates import Candidate
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed
from hiring.http.shapes import Nothing


@operation(returns=Candidate, refuses=(StatusConflict,), events=("candidate.updated",))
async def take_proposed_update(request: Handler, candidate_id: UUID, proposed_update_id: UUID, body: Nothing) -> Reply:
    """Take a proposed update.

    Writes what the candidate wrote in a later application into the profile: names, place and language replace those
    that are there, telephone numbers and links are added. What they left out stays. Only the `proposed_update` that
    waits can be taken: one that was taken, dropped or replaced by that of another application is not found.
    """
    return changed(
        await decide(request, candidate_id=candidate_id, proposed_update_id=proposed_update_id, is_taken=True)
    )


@operation(returns=Candidate, refuses=(StatusConflict,), events=("candidate.updated",))
async def drop_proposed_update(request: Handler, candidate_id: UUID, proposed_update_id: UUID, body: Nothing) -> Reply:
    """Drop a proposed update.

    Leaves the profile as it is, and forgets what the candidate wrote in the later application. Only the
    `proposed_update` that waits can be dropped; every other one is not found.
    """
    return changed(
        await decide(request, candidate_id=candidate_id, proposed_update_id=proposed_update_id, is_taken=False)
    )


async def decide(request: Handler, *, candidate_id: UUID, proposed_update_id: UUID, is_taken: bool) -> Written:
    """Takes a proposed update, or drops it."""
    return await commands.decide(
        request.db, request.actor, candidate_id=candidate_id, proposed_update_id=proposed_update_id,
        is_taken=is_taken, expected_versions=request.expected_versions,
    )  # fmt: skip
