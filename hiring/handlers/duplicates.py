"""Duplicates: candidates who may be one person, and merging them."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.commands import duplicates as commands
from hiring.domain.vocabulary import EmailAddress
from hiring.errors import ApplicationHired, ApplicationsCollide, StatusConflict
from hiring.handlers.candidates import Candidate
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply
from hiring.http.shapes import CollidingPair, Request, page_of
from hiring.queries import duplicates as queries
from hiring.queries.base import ListQuery

MAXIMUM_CHOICES = 100
BY_JOB = Meta(max_length=MAXIMUM_CHOICES, extra_json_schema={"propertyNames": {"format": "uuid"}})


class SharedContacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What two candidates have in common."""

    emails: list[EmailAddress]
    """The e-mail addresses that both have."""


class Duplicate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A candidate who may be the same person as another one."""

    candidate: Candidate
    """The other candidate."""
    shared: SharedContacts
    """Why the two may be one person."""


class NewMerge(Request, frozen=True, kw_only=True):
    """Which candidate becomes a part of the one in the path."""

    candidate_id: UUID
    """The candidate that is merged, and whose id leads to the survivor from then on."""
    keep: Annotated[dict[UUID, UUID], BY_JOB] = {}
    """For each job to which both have an active application, the id of the job with that of the application that stays;
    the other one is withdrawn. Where one of the two is hired, that one stays, and nothing has to be chosen."""
    dry_run: bool = False
    """Whether to tell only what merging would change."""


class MovedCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How much the survivor gets, as far as the caller sees it."""

    applications_count: int
    """Applications, those that are withdrawn included."""
    attachments_count: int
    """Files."""
    notes_count: int
    """Notes."""
    result_links_count: int
    """Links to what vendors found."""
    consents_count: int
    """Consents, without refusals that are carried over."""


class Merge(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What merging two candidates changed, or would change."""

    candidate: Candidate
    """The survivor as it is now; in a dry run as it would be, with the version that it has."""
    merged_candidate_id: UUID
    """The candidate that is part of the survivor now."""
    is_dry_run: bool
    """Whether nothing was changed."""
    changed_fields: list[str]
    """The fields of the survivor that have another value: those that were empty are filled, and lists got longer."""
    moved: MovedCounts
    """What belongs to the survivor now."""
    pairs: list[CollidingPair]
    """The applications to one job of which one is withdrawn. Only a dry run has pairs in which none is chosen."""


@operation(returns=page_of(Duplicate))
async def list_duplicates(request: Handler, candidate_id: UUID, query: ListQuery) -> Reply:
    """List a candidate's possible duplicates.

    Lists other active candidates that the caller sees and that have an e-mail address of this one, newest first, with
    the addresses that they share. Telephone numbers and links are kept as they were typed, and are not compared.
    """
    page = await queries.list_by_candidate(request.db, request.actor, query, candidate_id=candidate_id)
    return request.page(page, query)


@operation(
    returns=Merge,
    is_tagged=False,
    refuses=(ApplicationHired, ApplicationsCollide, StatusConflict),
    events={
        "application.withdrawn": "for each job to which both had applied",
        "candidate.merged": "",
        "candidate.updated": "",
        "consent.changed": "for each refusal that is carried over",
        "vocabulary.changed": "where the organization does not have the reason `merged` yet",
    },
)
async def merge_candidate(request: Handler, candidate_id: UUID, body: NewMerge) -> Reply:
    """Merge a candidate into another.

    Makes one candidate of two active ones, for good. The one in the path survives: it gets the applications, files,
    notes, result links, consents and mails of the other, whose fields fill those that are empty; its own stay, and
    lists are joined. The shorter keeping, any refusal of a consent text and any legal hold win, and
    `is_possible_duplicate` becomes false. Where both have an active application to a job, `keep` says which one stays;
    the other one is withdrawn for the built-in reason `merged`, and nobody is mailed. From then on a read of the other
    id is answered by 301, every other request by 409 `candidate_merged`, and no list shows it.

    With `dry_run` nothing changes, and the answer tells what would.
    """
    change = await commands.merge(
        request.db, request.actor, candidate_id=candidate_id, other_candidate_id=body.candidate_id, keep=body.keep,
        is_dry_run=body.dry_run, expected_versions=request.expected_versions,
    )  # fmt: skip
    return Reply(body=change.body, event_id=change.event_id)
