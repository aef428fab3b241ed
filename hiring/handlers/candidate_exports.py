"""Exports of candidates: all that is kept about one person, as one document."""

from uuid import UUID

import msgspec

from hiring.handlers.applications import Application
from hiring.handlers.attachments import Attachment
from hiring.handlers.candidates import Candidate
from hiring.handlers.consents import Consent
from hiring.handlers.messages import Message
from hiring.handlers.notes import Note
from hiring.handlers.result_links import ResultLink
from hiring.handlers.stage_changes import StageChange
from hiring.handlers.timeline import TimelineEvent
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.queries import candidate_exports as queries


class CandidateExport(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All that is kept about a candidate. Each list begins with the newest."""

    candidate: Candidate
    """The profile, with the names of the tags."""
    merged_candidates: list[Candidate]
    """The profiles of those who were merged into the candidate, as they were then."""
    applications: list[Application]
    """The applications, with the answers that were given."""
    stage_changes: list[StageChange]
    """The history of all applications, with the notes that people wrote on it."""
    attachments: list[Attachment]
    """What is known of the files; `GET /attachments/{attachment_id}/content` has each itself."""
    notes: list[Note]
    """What users wrote, private notes included."""
    consents: list[Consent]
    """What the candidate said to consent texts."""
    result_links: list[ResultLink]
    """What vendors found."""
    messages: list[Message]
    """The mails to the candidate."""
    events: list[TimelineEvent]
    """What happened to all of these, as in the timeline."""


@operation(returns=CandidateExport)
async def export_candidate(request: Handler, candidate_id: UUID) -> Reply:
    """Export a candidate.

    Answers with all that is kept about the candidate as one document, for a person who asks what is kept about them:
    also what is private, and of confidential jobs; with scope `team`, what belongs to the jobs of the caller's hiring
    teams. It is read while it is sent, so that it may be of any length; an answer that is cut is not whole. What was
    deleted is not there any more. Users do not export themselves.
    """
    content = await queries.export(request.db, request.actor, candidate_id=candidate_id)
    headers = {"Content-Type": "application/json", "Cache-Control": "private, no-store"}
    return Reply(headers=headers, content=content)
