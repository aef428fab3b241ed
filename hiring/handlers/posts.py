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
from hiring.domain.questions import MAXIMUM_QUESTIONS, NewQuestion, QuestionType
from hiring.domain.vocabulary import (
    Country,
    ExternalId,
    Instant,
    Language,
    LongText,
    PayRange,
    Region,
    ShortText,
    Territory,
)
from hiring.errors import BeingChanged, FieldError
from hiring.handlers.jobs import Job
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Emptied, Nothing, Request, Resource, ShownPayRange, page_of
from hiring.queries import posts as queries
from hiring.queries.posts import JobPostsQuery, PostQuery, PostsQuery, Status

MAXIMUM_PLACES = 50


class PostLocation(Request, frozen=True, kw_only=True):
    """A place of work, as it is advertised. The region implies the country."""

    name: ShortText | None = None
    street: ShortText | None = None
    city: ShortText | None = None
    region: Region | None = None
    postal_code: PostalCode | None = None
    country: Country | None = None

    def problems(self) -> Iterator[FieldError]:
        """Something is known of it, and the region is one of the country."""
        if not any(asdict(self).values()):
            yield FieldError("", "required", "Expected a location of which something is known, such as its country.")
        yield from region_problems(self.region, self.country)


Locations = Annotated[list[PostLocation], Meta(max_length=MAXIMUM_PLACES)]
RemoteRegions = Annotated[list[Territory], Meta(max_length=MAXIMUM_PLACES)]
PayRanges = Annotated[list[PayRange], Meta(max_length=MAXIMUM_PLACES)]
Questions = Annotated[list[NewQuestion], Meta(max_length=MAXIMUM_QUESTIONS)]


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A choice of a question."""

    id: UUID
    label: str


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A question of a form."""

    id: UUID
    label: str
    help: str | None
    type: QuestionType
    required: bool
    options: list[Option]
    max_length: int | None


class ShownLocation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A place of work; codes of ISO 3166. What was written before there was a street has none."""

    name: str | None
    street: str | None = None
    city: str | None
    region: str | None
    postal_code: str | None = None
    country: str | None


class Post(Resource, frozen=True, kw_only=True):
    """An advertisement of a job. `pay_ranges` is null for callers who may not see pay, unless the public sees them."""

    external_id: str | None
    job_id: UUID
    job_board_id: UUID
    translation_of: UUID | None
    language: str
    title: str
    body: str
    body_format: Literal["plain", "html"]
    body_html: str
    locations: list[ShownLocation]
    remote_regions: list[str]
    pay_ranges: list[ShownPayRange] | None
    questions: list[Question]
    status: Status
    is_internal: bool
    published_at: Instant | None
    closes_at: Instant | None
    job: Job | UnsetType = UNSET


class ChangedPost(Post, frozen=True, kw_only=True):
    """A post as it was changed, and where it is published what search engines will not take of it."""

    warnings: list[PostWarning] | UnsetType = UNSET


class PublishedPost(Post, frozen=True, kw_only=True):
    """A post as it was published, and what search engines will not take of it; publishing again tells it anew."""

    warnings: list[PostWarning]


class NewPost(Request, frozen=True, kw_only=True):
    """A draft of a post. Without a board it is the default one's, without a language the board's."""

    title: ShortText
    body: LongText
    body_format: Literal["plain", "html"] = "plain"
    language: Language | None = None
    job_board_id: UUID | None = None
    translation_of: UUID | None = None
    external_id: ExternalId | None = None
    locations: Locations = []
    remote_regions: RemoteRegions = []
    pay_ranges: PayRanges = []
    questions: Questions = []
    is_internal: bool = False
    closes_at: Instant | None = None


class PostPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a post; lists replace."""

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
    """List posts."""
    return request.page(await queries.list_all(request.db, request.actor, query), query)


@operation(returns=page_of(Post))
async def list_job_posts(request: Handler, job_id: UUID, query: JobPostsQuery) -> Reply:
    """List a job's posts."""
    return request.page(await queries.list_by_job(request.db, request.actor, query, job_id=job_id), query)


@operation(status=201, returns=Post, events=("post.created",))
async def add_post(request: Handler, job_id: UUID, body: NewPost) -> Reply:
    """Write a post."""
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
    """Read a post."""
    return resource(await queries.find(request.db, request.actor, post_id=post_id, expand=query.expand))


@operation(returns=ChangedPost, refuses=(BeingChanged,), events=("post.updated",))
async def change_post(request: Handler, post_id: UUID, body: PostPatch) -> Reply:
    """Change a post."""
    questions = None if body.questions is UNSET else body.questions or []
    change = await commands.update(
        request.db, request.actor, threads=request.dependencies.threads, post_id=post_id, changes=changes(body),
        questions=questions, expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)


@operation(returns=PublishedPost, events=("post.published",))
async def publish_post(request: Handler, post_id: UUID, body: Nothing) -> Reply:
    """Publish a post."""
    change = await commands.publish(
        request.db, request.actor, post_id=post_id, expected_versions=request.expected_versions
    )
    return changed(change)


@operation(returns=Post, events=("post.unpublished",))
async def unpublish_post(request: Handler, post_id: UUID, body: Nothing) -> Reply:
    """Unpublish a post."""
    change = await commands.unpublish(
        request.db, request.actor, post_id=post_id, expected_versions=request.expected_versions
    )
    return changed(change)
