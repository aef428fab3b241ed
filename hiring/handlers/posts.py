"""Posts: advertisements of jobs on boards, one language each."""

from collections.abc import Iterator
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import asdict

from hiring.commands import posts as commands
from hiring.domain.job_postings import PostWarning
from hiring.domain.places import PostalCode, region_problems
from hiring.domain.questions import MAXIMUM_QUESTIONS, NewQuestion, QuestionTopic, QuestionType
from hiring.domain.vocabulary import (
    Country,
    CountryCode,
    ExternalId,
    Instant,
    Language,
    LanguageTag,
    LongText,
    PayRangeInput,
    Region,
    RegionCode,
    ShortText,
    Territory,
    TerritoryCode,
)
from hiring.errors import BeingChanged, ExternalIdTaken, FieldError, LanguageTaken, StatusConflict
from hiring.handlers.jobs import Job
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Emptied, Nothing, PayRange, Request, Resource, page_of
from hiring.queries import posts as queries
from hiring.queries.posts import JobPostsQuery, PostQuery, PostsQuery, Status

MAXIMUM_PLACES = 50


class PostLocationInput(Request, frozen=True, kw_only=True):
    """A place of work as it is advertised, of which at least one thing is known."""

    name: ShortText | None = None
    """What the place is called, such as an office; null where it has no name."""
    street: ShortText | None = None
    """The street and the number; null where they are not told."""
    city: ShortText | None = None
    """The city or town; null where it is not told."""
    region: Region | None = None
    """The part of the country (ISO 3166-2), which implies the country; null where it is not told."""
    postal_code: PostalCode | None = None
    """The postal code, kept in upper case; null where it is not told."""
    country: Country | None = None
    """The country (ISO 3166-1), which search engines need unless `region` implies it; null where it is not told."""

    def problems(self) -> Iterator[FieldError]:
        """Something is known of it, and the region is one of the country."""
        if not any(asdict(self).values()):
            yield FieldError("", "required", "Expected a location of which something is known, such as its country.")
        yield from region_problems(self.region, self.country)


Locations = Annotated[list[PostLocationInput], Meta(max_length=MAXIMUM_PLACES)]
RemoteRegions = Annotated[list[Territory], Meta(max_length=MAXIMUM_PLACES)]
PayRanges = Annotated[list[PayRangeInput], Meta(max_length=MAXIMUM_PLACES)]
Questions = Annotated[list[NewQuestion], Meta(max_length=MAXIMUM_QUESTIONS)]


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A choice of a question."""

    id: UUID
    """What names the option in an answer. An option with another label has another id."""
    label: str
    """What the applicant reads."""


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question of a post's form."""

    id: UUID
    """What names the question in an answer. It stays while the label, the type and the set of options stay."""
    label: str
    """What the applicant is asked."""
    help: str | None
    """A further explanation for the applicant; null where there is none."""
    type: QuestionType
    """What an answer is: one line (`short_text`) or more (`long_text`), yes or no, one or several options, a number, a
    date, a web address or an uploaded file."""
    topic: QuestionTopic | None = None
    """What it is about, where a law may forbid it: `salary_history` asks what the applicant earned. Null or absent for
    all else."""
    required: bool
    """Whether an application without an answer to it is refused."""
    options: list[Option]
    """The choices of a select, in the order to show them; empty for every other type."""
    max_length: int | None
    """The most characters of a text that answers. Null means 200 for `short_text` and 10,000 for `long_text`."""


class PostLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place of work as it is advertised."""

    name: str | None
    street: str | None = None
    """The street and the number; null or absent where they are not told."""
    city: str | None
    region: RegionCode | None
    postal_code: str | None = None
    """The postal code in upper case; null or absent where it is not told."""
    country: CountryCode | None


class Post(Resource, frozen=True, kw_only=True):
    """An advertisement of a job on a board, in one language."""

    external_id: str | None
    """The post's id in another system. No two posts have the same one; null where there is none."""
    job_id: UUID
    """The job that the post advertises. It never changes."""
    job_board_id: UUID
    """The board that shows the post. It never changes."""
    translation_of: UUID | None
    """The original that this post translates, also where it was made from another translation; null for an original."""
    language: LanguageTag
    """The language that the post is written in. An original and its translations all have different ones."""
    title: str
    """What the public reads as the name of the job; the job has a title of its own."""
    body: str
    """The text of the post, kept byte for byte. Something in it must be visible."""
    body_format: Literal["plain", "html"]
    """What `body` is: `plain` text, in which an empty line begins a paragraph, or `html`."""
    body_html: str
    """The body as HTML that is safe to show, made by the service: headings, lists, tables and links, without scripts,
    styles and images."""
    locations: list[PostLocation]
    """Where the work is done, as advertised. The offices of the job are not added by themselves."""
    remote_regions: list[TerritoryCode]
    """Countries and regions that people may work from. Search engines read them only where the job is remote."""
    pay_ranges: list[PayRange] | None
    """The pay that the post advertises, whatever the job's own `pay_range` is. Null for callers who may not see pay
    (`pay.read`), unless the post is published and not internal. A patch may set it without that permission."""
    questions: list[Question]
    """What applicants are asked beside the standard fields, in order. Each translation has questions of its own."""
    status: Status
    """`draft` until it is first published, then `published` or `unpublished`. A published one is shown, and takes
    applications, only while its job is open and `closes_at` is not past."""
    is_internal: bool
    """Whether the post is kept off the public board, also while it is published."""
    published_at: Instant | None
    """When the post was first published; later publications do not move it. Null before the first."""
    closes_at: Instant | None
    """The moment from which the public does not see the post and it takes no applications; null where no end is set."""
    job: Job | UnsetType = UNSET
    """The job, as `GET /jobs/{job_id}` shows it; only in answers to a GET with `expand`. Its `pay_range` is null unless
    the caller holds `pay.read` for all the posts that they see."""


class ChangedPost(Post, frozen=True, kw_only=True):
    """A post as it is after a change."""

    warnings: list[PostWarning] | UnsetType = UNSET
    """What search engines will not take of the post, the pay that a law demands before the interview, and a region by
    which one may demand it; only where it is published."""


class PublishedPost(Post, frozen=True, kw_only=True):
    """A post as it is published."""

    warnings: list[PostWarning]
    """What search engines will not take of the post, the pay that a law demands before the interview, and a region by
    which one may demand it. It is published all the same."""


class NewPost(Request, frozen=True, kw_only=True):
    """A draft of a post."""

    title: ShortText
    body: LongText
    body_format: Literal["plain", "html"] = "plain"
    language: Language | None = None
    """The language that the post is written in. Null means the board's language."""
    job_board_id: UUID | None = None
    """The board that shows the post once it is published. Null means the organization's default board."""
    translation_of: UUID | None = None
    """A post of the same job that this one translates, an original or a translation; null for a new original."""
    external_id: ExternalId | None = None
    locations: Locations = []
    remote_regions: RemoteRegions = []
    pay_ranges: PayRanges = []
    """The pay that the post advertises, whatever the job's own `pay_range` is. It can be set without `pay.read`; the
    answer then shows null."""
    questions: Questions = []
    is_internal: bool = False
    closes_at: Instant | None = None


class PostPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a post: what it does not name stays, and a list replaces the whole one."""

    title: ShortText | UnsetType = UNSET
    body: LongText | UnsetType = UNSET
    body_format: Literal["plain", "html"] | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    external_id: ExternalId | None | UnsetType = UNSET
    locations: Locations | Emptied | UnsetType = UNSET
    remote_regions: RemoteRegions | Emptied | UnsetType = UNSET
    pay_ranges: PayRanges | Emptied | UnsetType = UNSET
    questions: Questions | Emptied | UnsetType = UNSET
    is_internal: bool | UnsetType = UNSET
    closes_at: Instant | None | UnsetType = UNSET


@operation(returns=page_of(Post))
async def list_posts(request: Handler, query: PostsQuery) -> Reply:
    """List posts.

    Lists the posts of the jobs that the caller sees, in every status, newest first. With scope `team` these are the
    jobs of their hiring teams, in any role. `pay_ranges` is null without `pay.read`, except in posts that are published
    and not internal.
    """
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(returns=page_of(Post))
async def list_job_posts(request: Handler, job_id: UUID, query: JobPostsQuery) -> Reply:
    """List a job's posts.

    Lists the posts of one job, translations among them, in every status, newest first. A job that the caller does not
    see is not found.
    """
    return request.page(await queries.list_by_job(request.db, request.actor, query, job_id=job_id), query)


@operation(status=201, returns=Post, refuses=(ExternalIdTaken, LanguageTaken, StatusConflict), events=("post.created",))
async def add_post(request: Handler, job_id: UUID, body: NewPost) -> Reply:
    """Write a post.

    Adds a draft to a job that is not archived. The public sees nothing of it before `POST /posts/{post_id}/publish`. A
    translation of a translation becomes one of the original. Questions and options get their ids here, so the body
    names none.
    """
    change = await commands.add(
        request.db, request.actor, threads=request.dependencies.threads, job_id=job_id, job_board_id=body.job_board_id,
        external_id=body.external_id, translation_of=body.translation_of, language=body.language, title=body.title,
        body=body.body, body_format=body.body_format, locations=body.locations,
        remote_regions=body.remote_regions, pay_ranges=body.pay_ranges, questions=body.questions,
        is_internal=body.is_internal, closes_at=body.closes_at,
    )  # fmt: skip
    return created(change, "posts")


@operation(returns=Post)
async def read_post(request: Handler, post_id: UUID, query: PostQuery) -> Reply:
    """Read a post.

    Shows a post in every status to callers who see its job; what the public sees is at `GET
    /boards/{board}/posts/{post_id}`.
    """
    return resource(await queries.find(request.db, request.actor, post_id=post_id, expand=query.expand))


@operation(returns=ChangedPost, refuses=(BeingChanged, ExternalIdTaken, LanguageTaken), events=("post.updated",))
async def change_post(request: Handler, post_id: UUID, body: PostPatch) -> Reply:
    """Change a post.

    The public sees a change of a published post at once, except where a cache keeps the old one for a minute. A
    question that keeps its label, type and options keeps its id, if the patch names it; every other one becomes a new
    question, and earlier answers go on naming the old one. A patch that changes nothing keeps the `version`, except one
    with `pay_ranges` from a caller without `pay.read`. Where it changes places, pay or questions of a published post,
    the laws on pay are obeyed as at publishing. `job_id`, `job_board_id` and `translation_of` cannot be changed.
    """
    questions = None if body.questions is UNSET else body.questions or []
    change = await commands.update(
        request.db, request.actor, threads=request.dependencies.threads, post_id=post_id, changes=changes(body),
        questions=questions, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=PublishedPost, events=("post.published",))
async def publish_post(request: Handler, post_id: UUID, body: Nothing) -> Reply:
    """Publish a post.

    The public sees the post from now on, as long as its job is open, it is not internal and `closes_at` is not past;
    none of these is needed to publish it. Publishing again changes nothing and tells the `warnings` anew. A post whose
    body shows nothing is refused. So is one that a law on pay forbids, internal or not, which holds where one of its
    locations, its remote regions or an office of its job is: without a pay range (`pay_range_required`), or with a
    question about earlier pay (`salary_history_refused`). `GET /pay-disclosure-rules` lists these laws.
    """
    change = await commands.publish(
        request.db, request.actor, post_id=post_id, expected_versions=request.expected_versions
    )
    return changed(change)


@operation(returns=Post, events=("post.unpublished",))
async def unpublish_post(request: Handler, post_id: UUID, body: Nothing) -> Reply:
    """Unpublish a post.

    Takes the post off its board, and no application comes in through it any more; those that came stay. A draft, or a
    post that is off the board already, stays as it is. `published_at` stays, too. Caches may show the post for another
    minute.
    """
    change = await commands.unpublish(
        request.db, request.actor, post_id=post_id, expected_versions=request.expected_versions
    )
    return changed(change)
