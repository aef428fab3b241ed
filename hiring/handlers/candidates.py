"""Candidates: people who may be hired."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import candidates as commands
from hiring.domain.checking import repeated
from hiring.domain.custom_fields import CustomFields, CustomFieldsPatch, CustomFieldValue
from hiring.domain.people import MAXIMUM_CONTACTS, MAXIMUM_TAGS
from hiring.domain.vocabulary import (
    Email,
    EmailAddress,
    ExternalId,
    Language,
    LanguageTag,
    Phone,
    ShortText,
    TimeZone,
    TimeZoneName,
    Url,
    WebAddress,
)
from hiring.errors import ExternalIdTaken, FieldError, StatusConflict
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import UNIQUE, Emptied, Request, Resource, page_of
from hiring.queries import candidates as queries
from hiring.queries.candidates import CandidatesQuery

EmailKind = Literal["personal", "work", "other"]
PhoneKind = Literal["mobile", "home", "work", "other"]
LinkKind = Literal["website", "linkedin", "github", "portfolio", "other"]


class EmailContactInput(Request, frozen=True, kw_only=True):
    """An e-mail address of a candidate, as it is sent."""

    value: Email
    """The address. It is kept in lower case, and is how a person who applies through a board is recognized."""
    kind: EmailKind = "personal"
    """Where the address is used. It does not decide where a rejection is mailed to: that is the first address."""


class PhoneContactInput(Request, frozen=True, kw_only=True):
    """A telephone number of a candidate, as it is sent."""

    value: Phone
    """The number as it was typed; it is not brought into an international form."""
    kind: PhoneKind = "mobile"
    """What kind of telephone it is. A number from a board's form is kept as `mobile`."""


class LinkInput(Request, frozen=True, kw_only=True):
    """A page about a person, as it is sent."""

    value: Url
    """The address of the page."""
    kind: LinkKind = "other"
    """What the page is. It is for readers; nothing depends on it."""


Emails = Annotated[list[EmailContactInput], Meta(max_length=MAXIMUM_CONTACTS)]
Phones = Annotated[list[PhoneContactInput], Meta(max_length=MAXIMUM_CONTACTS)]
Links = Annotated[list[LinkInput], Meta(max_length=MAXIMUM_CONTACTS)]
Tags = Annotated[list[ShortText], Meta(max_length=MAXIMUM_TAGS), UNIQUE]


class EmailContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An e-mail address of a candidate."""

    value: EmailAddress
    """The address, in lower case."""
    kind: EmailKind


class PhoneContact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A telephone number of a candidate."""

    value: str
    """The number as it was typed."""
    kind: PhoneKind
    """What kind of telephone it is. A number from a board's form is shown as `mobile`."""


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page about a candidate."""

    value: WebAddress
    """The address of the page, as it was given."""
    kind: LinkKind
    """What the page is. It is for readers; nothing depends on it."""


class ProposedUpdate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a candidate wrote in a later application through a board; null, or an empty list, is what they left out."""

    id: UUID
    """What names it when it is taken or dropped. Another update that replaces it has another id."""
    first_name: str | None
    """The given name that the applicant wrote."""
    last_name: str | None
    phones: list[PhoneContact]
    links: list[Link]
    location: str | None
    language: LanguageTag | None


class Candidate(Resource, frozen=True, kw_only=True):
    """A person who may be hired; each pursuit of a job is an application of theirs."""

    external_id: str | None
    """The candidate's id in another system, such as the one that they were imported from. No two candidates have the
    same one; null where there is none."""
    status: Literal["active", "merged", "anonymized"]
    """An `active` candidate can be changed and can apply; a `merged` one is part of another candidate and is not shown;
    of an `anonymized` one everything personal is erased and reads null. No operation anonymizes yet."""
    first_name: str | None
    """The given name; null only once the candidate is anonymized."""
    middle_name: str | None
    """Names between the first and the last; null where there are none or nobody knows them."""
    last_name: str | None
    """The family name; null where there is none or nobody knows it."""
    name: str | None
    """The parts of the name in one line, to show to people. It follows from them and cannot be set; null once
    anonymized."""
    emails: list[EmailContact]
    """The e-mail addresses, each once. A rejection is mailed to the first. Other candidates may have the same
    address."""
    phones: list[PhoneContact]
    """The telephone numbers, in the order given."""
    links: list[Link]
    """Pages about the candidate, such as a profile or a portfolio, in the order given."""
    location: str | None
    """Where the candidate lives, as free text; null where nobody knows."""
    time_zone: TimeZoneName | None
    """The candidate's time zone, for the people who call them; null where nobody knows. The service does not use it."""
    language: LanguageTag | None
    """The language of a rejection that is mailed to the candidate; null means the organization's. Where the service has
    no text in it, the mail is in English."""
    current_title: str | None
    """What the candidate does now, as free text; null where nobody knows."""
    current_company: str | None
    """Where the candidate works now, as free text; null where nobody knows."""
    tags: list[str]
    """The names of the candidate's tags, in alphabetical order. Send names of active tags, or of tags that are the
    candidate's already, each once; they are compared as written: `Java` and `java` are two tags."""
    source_id: UUID | None
    """The source that the candidate came from; null where nobody knows. It must be active when it is set, and stays
    when it is archived later. For a candidate from a board it is the built-in source with the `key` `board`."""
    custom_fields: dict[str, CustomFieldValue]
    """Values of the organization's own by the keys of its custom fields (`GET /custom-fields`). They are kept and
    shown, and mean nothing to the service."""
    user_id: UUID | None
    """The user of the organization who is this candidate; null for everybody else. Such a candidate is hidden from that
    user, and from callers without `candidates.read_internal`. It can be set to an active or invited member other than
    the caller, and stays when that member is disabled later."""
    is_possible_duplicate: bool
    """Whether a board added this candidate although several active ones had the applicant's e-mail address already.
    `GET /candidates/{candidate_id}/duplicates` finds them; merging one into this candidate, or a patch, resets it."""
    proposed_update: ProposedUpdate | None
    """What the candidate wrote differently in a later application through a board, which left the profile as it is;
    null where nothing differed. `POST …/proposed-updates/{proposed_update_id}/take` writes it into the profile,
    `…/drop` forgets it. A later application that differs replaces it."""
    has_legal_hold: bool
    """Whether the candidate's data must be kept for a legal reason. No operation sets it yet."""
    retain_until: date | None
    """The last day on which the candidate's data may be kept; null where none is set. No operation sets it, and nothing
    acts on it yet."""
    merged_into: UUID | None
    """The candidate that this one was merged into. A merged candidate is not shown, so it is null."""


class NewCandidate(Request, frozen=True, kw_only=True):
    """A candidate as a recruiter or an integration adds one."""

    first_name: ShortText
    """The given name, the one part of a name that is required."""
    middle_name: ShortText | None = None
    last_name: ShortText | None = None
    emails: Emails = []
    phones: Phones = []
    links: Links = []
    location: ShortText | None = None
    time_zone: TimeZone | None = None
    language: Language | None = None
    current_title: ShortText | None = None
    current_company: ShortText | None = None
    tags: Tags = []
    source_id: UUID | None = None
    external_id: ExternalId | None = None
    custom_fields: CustomFields = {}

    def problems(self) -> Iterator[FieldError]:
        """Addresses and tags are given once."""
        yield from repetitions(self.emails, self.tags)


class CandidatePatch(Request, frozen=True, kw_only=True):
    """A merge patch of a candidate: what it does not name stays, and a list replaces the whole one."""

    first_name: ShortText | UnsetType = UNSET
    """The given name; it cannot be taken away."""
    middle_name: ShortText | None | UnsetType = UNSET
    last_name: ShortText | None | UnsetType = UNSET
    emails: Emails | Emptied | UnsetType = UNSET
    phones: Phones | Emptied | UnsetType = UNSET
    links: Links | Emptied | UnsetType = UNSET
    location: ShortText | None | UnsetType = UNSET
    time_zone: TimeZone | None | UnsetType = UNSET
    language: Language | None | UnsetType = UNSET
    current_title: ShortText | None | UnsetType = UNSET
    current_company: ShortText | None | UnsetType = UNSET
    tags: Tags | Emptied | UnsetType = UNSET
    source_id: UUID | None | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET
    user_id: UUID | None | UnsetType = UNSET
    is_possible_duplicate: bool | UnsetType = UNSET
    custom_fields: CustomFieldsPatch | None | UnsetType = UNSET
    """Merged into the values that are there: null removes a key, and what is not named stays. Null instead of an object
    removes them all."""

    def problems(self) -> Iterator[FieldError]:
        """Addresses and tags are given once."""
        yield from repetitions(self.emails or [], self.tags or [])


def repetitions(emails: Sequence[EmailContactInput], tags: Sequence[str]) -> Iterator[FieldError]:
    """Yields a finding for each address and each tag that is there a second time."""
    yield from repeated([each.value for each in emails], "/emails/{}/value", "This address is given twice.")
    yield from repeated(tags, "/tags/{}", "This tag is given twice.")


@operation(returns=page_of(Candidate))
async def list_candidates(request: Handler, query: CandidatesQuery) -> Reply:
    """List candidates.

    Lists active candidates, newest first; `ids` finds anonymized ones, too, but none that was merged, and `external_id`
    of a merged one finds the survivor. The caller sees candidates with an application to a job that they see; on its
    hiring team, being only an interviewer is not enough. With scope `all` they also see candidates without any
    application. Candidates who are users of the organization need `candidates.read_internal`, and no user sees
    themselves.

    A change to an application, a file or a note of a candidate also moves the candidate's `updated_at`, but not the
    `version`, and so does a consent that is recorded.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Candidate, refuses=(ExternalIdTaken,), events=("candidate.created",))
async def add_candidate(request: Handler, body: NewCandidate) -> Reply:
    """Add a candidate.

    Adds a person without any application; `POST /applications` then adds them to a job. Nothing is compared with the
    candidates that are there: to find one with the same address before, ask `GET /candidates` with `email`. A caller
    with scope `team` does not see the new candidate until there is an application to a job of theirs. Nothing is
    mailed. Tags are named; `POST /tags` adds one that there is not yet.
    """
    change = await commands.add(
        request.db, request.actor, first_name=body.first_name, middle_name=body.middle_name, last_name=body.last_name,
        emails=body.emails, phones=body.phones, links=body.links, location=body.location,
        time_zone=body.time_zone, language=body.language, current_title=body.current_title,
        current_company=body.current_company, tags=body.tags, source_id=body.source_id,
        external_id=body.external_id, custom_fields=body.custom_fields,
    )  # fmt: skip
    return created(change, "candidates")


@operation(returns=Candidate)
async def read_candidate(request: Handler, candidate_id: UUID) -> Reply:
    """Read a candidate.

    Shows one candidate, also one that is anonymized. `GET /candidates` says who is visible to the caller; everybody
    else is not found. Of a merged candidate, `Location` leads to the survivor, for ever.
    """
    return resource(await queries.find(request.db, request.actor, candidate_id=candidate_id))


@operation(returns=Candidate, refuses=(ExternalIdTaken, StatusConflict), events=("candidate.updated",))
async def change_candidate(request: Handler, candidate_id: UUID, body: CandidatePatch) -> Reply:
    """Change a candidate.

    Only an active candidate can be changed. `name` follows the parts that it is made of. Where the patch replaces
    `emails`, an address that is left out no longer finds the candidate. Where it replaces `tags`, a tag that somebody
    else has added is lost unless `If-Match` is sent; `PUT /candidates/{candidate_id}/tags/{tag_id}` adds one alone. A
    patch that changes nothing keeps the `version` and records no event. `proposed_update` stays as it is; it is
    taken or dropped.

    A patch with `user_id` needs `candidates.read_internal` besides, in a scope as wide as that of `candidates.write`.
    From then on the candidate is hidden, with their applications, notes, files and messages, from the user whom
    it names and from callers without that permission; null shows them again.
    """
    change = await commands.update(
        request.db, request.actor, candidate_id=candidate_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
