"""What public boards show: posts in lists and by themselves, counts, and the form to apply with."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.domain.consents import Purpose
from hiring.domain.jobs import EmploymentType, Workplace
from hiring.domain.schema_org import JobPosting
from hiring.domain.vocabulary import Instant, LanguageTag, TerritoryCode, WebAddress
from hiring.handlers.job_boards import FormFieldName
from hiring.handlers.posts import PostLocation, Question
from hiring.http.shapes import Page, PayRange


class PublicBoard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public list of posts, as anybody sees it."""

    slug: str
    """The name of the board in addresses: `/boards/{slug}`."""
    name: str
    """What the public reads as the name of the board."""
    language: LanguageTag
    """The language of the board. Its posts may have others."""
    organization_name: str
    """The organization that hires."""


class PostTranslation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The same advertisement in another language: a public post of the same board."""

    post_id: UUID
    """The id of the translation, which `GET /boards/{board}/posts/{post_id}` shows."""
    language: LanguageTag
    """The language that the translation is written in."""


class BoardPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A post in the public list of a board."""

    id: UUID
    """The id of the post, the same in public and inside the organization."""
    title: str
    """What the job is called in public."""
    language: LanguageTag
    """The language that the post is written in. Translations are posts of their own."""
    translations: list[PostTranslation]
    """The same advertisement in other languages: public posts of this board, sorted by language; empty where there are
    none."""
    locations: list[PostLocation]
    """Where the work is done, as advertised."""
    remote_regions: list[TerritoryCode]
    """Countries and regions that people may work from; empty where none is named."""
    pay_ranges: list[PayRange]
    """The pay that is advertised; empty where none is."""
    employment_type: EmploymentType
    """The kind of employment that the job offers; `per_diem` is work by the day, as needed."""
    workplace: Workplace
    """Whether the work is done on site, remotely or partly so (`hybrid`)."""
    department: str | None
    """The name of the job's department; null where it has none."""
    published_at: Instant
    """When the post was published for the first time."""
    closes_at: Instant | None
    """The moment from which the post is not shown and takes no applications; null where no end is set."""


class FacetCount(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many of the posts that were found have a value."""

    value: str
    """The value, as the filter of the same name takes it."""
    name: str | None
    """The name of the department; null for every other value."""
    post_count: int
    """How many posts have the value. One for two countries counts in both."""


class BoardFacets(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The counts of all posts that a search finds, on whatever page: for each filter its 50 most frequent values."""

    language: list[FacetCount]
    """The languages that the posts are written in."""
    department_id: list[FacetCount]
    """The departments of their jobs."""
    employment_type: list[FacetCount]
    """The kinds of employment that their jobs offer."""
    workplace: list[FacetCount]
    """The workplaces of their jobs."""
    country: list[FacetCount]
    """The countries of their locations and, of remote work, of their `remote_regions`."""


class BoardPostPage(Page, frozen=True, kw_only=True):
    """A page of a board's posts."""

    items: list[BoardPost]
    facets: BoardFacets | UnsetType = UNSET
    """How many posts of the whole list have which values; on the first page alone, with `with_facets`."""


class FormField(msgspec.Struct, frozen=True):
    """A standard field of the form, and whether the board requires it."""

    name: FormFieldName
    """The standard field. A `resume` is sent as `resume_upload_id`, a `cover_letter` as `cover_letter_upload_id`, every
    other one under its name."""
    required: bool
    """Whether an application without it is refused. `first_name` and `email` always are required."""


class UploadRules(msgspec.Struct, frozen=True):
    """What a file for an application may be."""

    max_bytes: int
    """The largest size of a file, in bytes."""
    media_types: list[str]
    """The media types that are taken, recognized by the content of a file."""


class AskedConsent(msgspec.Struct, frozen=True, kw_only=True):
    """A text that the form asks the applicant to consent to."""

    id: UUID
    """The id of the text, which the applicant's answer names."""
    purpose: Purpose
    """What the applicant's data is used for."""
    version: int
    """The version of the text, which the applicant's answer names, too."""
    text: Annotated[str, Meta(examples=["I agree that my data is kept for two years."])]
    """What the applicant reads."""
    required: bool
    """Whether an application without this consent is refused."""


class ApplicationForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an applicant is asked: standard fields, the questions of the post, and files."""

    fields: list[FormField]
    """Every standard field, always in the same order."""
    questions: list[Question]
    """The questions of the post, in the order to ask them. Send the answers as `answers`."""
    consent: list[AskedConsent]
    """What the applicant is asked to consent to: for each purpose at most one text, in the language of the post or else
    in that of the organization. Send the answers as `consent`."""
    upload: UploadRules
    """What a résumé, a cover letter or the file of an answer may be."""


class BoardPostDetail(BoardPost, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A post with its text, the form to apply with, and its structured data."""

    body: str
    """The text of the post as it was written, in the form that `body_format` names."""
    body_format: Literal["plain", "html"]
    """What `body` is: `plain` text or `html`, which is not safe to show as it is."""
    body_html: str
    """The text as HTML that is safe to show: headings, lists, tables and links, without scripts, styles and images."""
    organization_name: str
    application_form: ApplicationForm
    """What to ask an applicant. An application is checked against the form as it is when it comes in."""
    job_posting: JobPosting
    """The post as a `JobPosting` of schema.org, to be put into the page as JSON-LD for search engines. It tells pay in
    the currency and period of the first range only, and has neither `url` nor `directApply` where `url` is null."""
    url: WebAddress | None
    """The page of the post that people read, made from the board's `post_url_template`; null where the board has
    none."""
