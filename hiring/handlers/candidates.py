"""Candidates: people who may be hired."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import candidates as commands
from hiring.domain.checking import repeated
from hiring.domain.vocabulary import Email, ExternalId, Language, Phone, ShortText, TimeZone, Url
from hiring.errors import FieldError, StatusConflict
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import EmailAddress, Emptied, Request, Resource, WebAddress, page_of
from hiring.queries import candidates as queries
from hiring.queries.candidates import CandidatesQuery

MAXIMUM_CONTACTS = 20
MAXIMUM_TAGS = 50
MAXIMUM_CUSTOM_FIELDS = 500

EmailKind = Literal["personal", "work", "other"]
PhoneKind = Literal["mobile", "home", "work", "other"]
LinkKind = Literal["website", "linkedin", "github", "portfolio", "other"]


class EmailContact(Request, frozen=True, kw_only=True):
    """An e-mail address."""

    value: Email
    kind: EmailKind = "personal"


class PhoneContact(Request, frozen=True, kw_only=True):
    """A telephone number."""

    value: Phone
    kind: PhoneKind = "mobile"


class Link(Request, frozen=True, kw_only=True):
    """A page about the person."""

    value: Url
    kind: LinkKind = "other"


Emails = Annotated[list[EmailContact], Meta(max_length=MAXIMUM_CONTACTS)]
Phones = Annotated[list[PhoneContact], Meta(max_length=MAXIMUM_CONTACTS)]
Links = Annotated[list[Link], Meta(max_length=MAXIMUM_CONTACTS)]
Tags = Annotated[list[ShortText], Meta(max_length=MAXIMUM_TAGS)]
CustomFields = Annotated[dict[str, Any], Meta(max_length=MAXIMUM_CUSTOM_FIELDS)]


class ShownEmail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An e-mail address of a candidate."""

    value: EmailAddress
    kind: EmailKind


class ShownPhone(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A telephone number of a candidate."""

    value: str
    kind: PhoneKind


class ShownLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A page about a candidate."""

    value: WebAddress
    kind: LinkKind


class ProposedUpdate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a later application through a board says of the person; a recruiter decides."""

    first_name: str | None
    last_name: str | None
    phones: list[ShownPhone]
    links: list[ShownLink]
    location: str | None
    language: str | None


class Candidate(Resource, frozen=True, kw_only=True):
    """A person who may be hired. All that is personal reads null once anonymized."""

    external_id: str | None
    status: Literal["active", "merged", "anonymized"]
    first_name: str | None
    middle_name: str | None
    last_name: str | None
    name: str | None
    emails: list[ShownEmail]
    phones: list[ShownPhone]
    links: list[ShownLink]
    location: str | None
    time_zone: str | None
    language: str | None
    current_title: str | None
    current_company: str | None
    tags: list[str]
    source_id: UUID | None
    custom_fields: dict[str, Any]
    user_id: UUID | None
    is_possible_duplicate: bool
    proposed_update: ProposedUpdate | None
    has_legal_hold: bool
    retain_until: date | None
    merged_into: UUID | None


class NewCandidate(Request, frozen=True, kw_only=True):
    """A candidate as a recruiter or an integration adds one."""

    first_name: ShortText
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
    """A merge patch of a candidate; lists replace, custom fields are merged."""

    first_name: ShortText | UnsetType = UNSET
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
    custom_fields: CustomFields | None | UnsetType = UNSET

    def problems(self) -> Iterator[FieldError]:
        """Addresses and tags are given once."""
        yield from repetitions(self.emails or [], self.tags or [])


def repetitions(emails: Sequence[EmailContact], tags: Sequence[str]) -> Iterator[FieldError]:
    """Yields a finding for each address and each tag that is there a second time."""
    yield from repeated([each.value for each in emails], "/emails/{}/value", "This address is given twice.")
    yield from repeated(tags, "/tags/{}", "This tag is given twice.")


@operation(returns=page_of(Candidate))
async def list_candidates(request: Handler, query: CandidatesQuery) -> Reply:
    """List candidates."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(status=201, returns=Candidate, events=("candidate.created",))
async def add_candidate(request: Handler, body: NewCandidate) -> Reply:
    """Add a candidate."""
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
    """Read a candidate."""
    return resource(await queries.find(request.db, request.actor, candidate_id=candidate_id))


@operation(returns=Candidate, refuses=(StatusConflict,), events=("candidate.updated",))
async def change_candidate(request: Handler, candidate_id: UUID, body: CandidatePatch) -> Reply:
    """Change a candidate."""
    change = await commands.update(
        request.db, request.actor, candidate_id=candidate_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
