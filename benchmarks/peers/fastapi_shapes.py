"""What the peers on FastAPI take and answer: Pydantic models with the members of `docs/openapi.json`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, HttpUrl, PlainSerializer, StringConstraints


def distinct(values: Sequence[Any]) -> Sequence[Any]:
    """The values, each of which is there once. Raises: ValueError."""
    if any(value in values[:place] for place, value in enumerate(values)):
        raise ValueError("a value is given twice")
    return values


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Language = Annotated[str, StringConstraints(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=35)]
TimeZone = Annotated[str, StringConstraints(pattern="^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", max_length=64)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"\d", min_length=3, max_length=40)]
Email = Annotated[EmailStr, AfterValidator(str.lower)]
WebAddress = Annotated[HttpUrl, PlainSerializer(str)]


class Answer(BaseModel):
    """What is read from rows: dictionaries and objects with these members."""

    model_config = ConfigDict(from_attributes=True)


class Contact(Answer):
    """An e-mail address, a telephone number or a page of a person."""

    value: str
    kind: str


class PayRange(Answer):
    """A range of pay."""

    min_minor: int
    max_minor: int
    currency: str
    period: str


class Candidate(Answer):
    """A person who may be hired."""

    id: UUID
    external_id: str | None
    status: str
    first_name: str | None
    middle_name: str | None
    last_name: str | None
    name: str | None
    emails: list[Contact]
    phones: list[Contact]
    links: list[Contact]
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
    proposed_update: dict[str, Any] | None
    has_legal_hold: bool
    retain_until: date | None
    merged_into: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class Job(Answer):
    """A vacancy."""

    id: UUID
    external_id: str | None
    kind: str
    title: str
    description: str | None
    department_id: UUID | None
    office_ids: list[UUID]
    employment_type: str
    workplace: str
    pay_range: PayRange | None
    requisition_code: str | None
    is_confidential: bool
    on_filled: dict[str, str]
    custom_fields: dict[str, Any]
    status: str
    close_reason_id: UUID | None
    opened_at: datetime | None
    closed_at: datetime | None
    pipeline_version: int
    version: int
    created_at: datetime
    updated_at: datetime


class Stage(Answer):
    """A step of a job's pipeline."""

    id: UUID
    name: str
    kind: str
    position: int


class Application(Answer):
    """A candidate's pursuit of one job. Its answers are JSON of many forms, and are passed on as they are."""

    id: UUID
    external_id: str | None
    candidate_id: UUID
    job_id: UUID
    post_id: UUID | None
    stage: Stage
    status: str
    outcome: str | None
    transferred_to: UUID | None
    transferred_from: UUID | None
    source_id: UUID | None
    source_application_id: str | None
    referrer: str | None
    referrer_id: UUID | None
    assignee_id: UUID | None
    source_details: dict[str, str]
    answers: list[dict[str, Any]]
    custom_fields: dict[str, Any]
    end_reason_id: UUID | None
    override_reason: str | None
    start_on: date | None
    applied_at: datetime
    ended_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime


class ExpandedApplication(Application):
    """An application with what was asked to be shown within it; null where it was not."""

    candidate: Candidate | None = None
    job: Job | None = None


class ApplicationPage(Answer):
    """The first page of a list of applications."""

    items: list[Application]
    next_cursor: str | None


class Translation(Answer):
    """The same advertisement in another language."""

    post_id: UUID
    language: str


class BoardPost(Answer):
    """A post in the public list of a board."""

    id: UUID
    title: str
    language: str
    translations: list[Translation]
    locations: list[dict[str, str | None]]
    remote_regions: list[str]
    pay_ranges: list[PayRange]
    employment_type: str
    workplace: str
    department: str | None
    published_at: datetime
    closes_at: datetime | None


class BoardPostPage(Answer):
    """The first page of the posts of a board."""

    items: list[BoardPost]
    next_cursor: str | None


class Receipt(Answer):
    """The answer to an application that was accepted."""

    status_url: str


class Liveness(Answer):
    """That the process is alive."""

    status: Literal["alive"]


class Body(BaseModel):
    """What a client sends: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class EmailInput(Body):
    """An e-mail address of a candidate."""

    value: Email
    kind: Literal["personal", "work", "other"] = "personal"


class PhoneInput(Body):
    """A telephone number of a candidate."""

    value: Phone
    kind: Literal["mobile", "home", "work", "other"] = "mobile"


class LinkInput(Body):
    """A page about a person."""

    value: WebAddress
    kind: Literal["website", "linkedin", "github", "portfolio", "other"] = "other"


class NewCandidate(Body):
    """A candidate as a recruiter adds one; custom fields are left out here."""

    first_name: Line
    middle_name: Line | None = None
    last_name: Line | None = None
    emails: Annotated[list[EmailInput], Field(max_length=20), AfterValidator(distinct)] = []
    phones: Annotated[list[PhoneInput], Field(max_length=20)] = []
    links: Annotated[list[LinkInput], Field(max_length=20)] = []
    location: Line | None = None
    time_zone: TimeZone | None = None
    language: Language | None = None
    current_title: Line | None = None
    current_company: Line | None = None
    tags: Annotated[list[Line], Field(max_length=50), AfterValidator(distinct)] = []
    source_id: UUID | None = None
    external_id: ExternalId | None = None


class NewBoardApplication(Body):
    """An application through a post that asks no questions; files and consents are left out here."""

    first_name: Line
    last_name: Line | None = None
    email: Email
    phone: Phone | None = None
    location: Line | None = None
    links: Annotated[list[LinkInput], Field(max_length=20)] = []
    language: Language | None = None
    source: Line | None = None
    captcha_token: Line | None = None
    website: str | None = None
