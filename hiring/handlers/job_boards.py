"""Job boards: the public lists of an organization's posts."""

from collections.abc import Iterator
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from hiring.commands import job_boards as commands
from hiring.domain.findings import Unfit
from hiring.domain.vocabulary import Language, LanguageTag, Origin, ShortText, Slug, Url, WebAddress
from hiring.errors import FieldError, Invalid, SlugTaken
from hiring.http.handler import Handler
from hiring.http.operation import operation
from hiring.http.replies import Reply, changed, created, resource
from hiring.http.requests import changes
from hiring.http.shapes import Emptied, Request, Resource, page_of
from hiring.queries import job_boards as queries
from hiring.queries.base import SyncQuery

FormFieldName = Literal["first_name", "last_name", "email", "phone", "location", "resume", "cover_letter", "links"]
Origins = Annotated[list[Origin], Meta(max_length=50)]
RequiredFields = Annotated[list[FormFieldName], Meta(max_length=8, extra_json_schema={"minItems": 2})]


class UrlTemplate(Url):
    """The address of a page for each post, with `{post_id}` where its id goes."""

    __slots__ = ()
    schema = Url.schema | {
        "format": "uri-template", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://([^\s{}/?#][^\s{}]*)?\{post_id\}[^\s{}]*$"
    }  # fmt: skip

    @classmethod
    def parse(cls, text: str) -> "UrlTemplate":
        if text.count("{post_id}") != 1:
            raise Unfit("Expected an address with one {post_id}, such as https://example.com/jobs/{post_id}.")
        Url.parse(text.replace("{post_id}", "id"))
        return cls(text)


class JobBoard(Resource, frozen=True, kw_only=True):
    """A public list of posts, as the organization sees it."""

    slug: str
    """The name of the board in addresses: `/boards/{slug}`. No other board of the deployment has it, and it never
    changes."""
    name: str
    """What the public reads as the name of the board."""
    language: LanguageTag
    """The language of posts that name none. A change leaves the posts that are there as they are."""
    is_default: bool
    """Whether posts that name no board go here. That is the board that came with the organization; it cannot be
    changed."""
    allowed_origins: list[str]
    """The web sites whose pages may upload and apply from a browser, such as `https://careers.example.com`. Every page
    may read the board, and servers need no entry."""
    post_url_template: str | None
    """The page that people read for each post, with `{post_id}` where its id goes. Boards show it as `url`, and search
    engines need it. It cannot be an address below `/api/` of this service. Null where there are no such pages: `url` is
    null then, and publishing warns."""
    portal_url_template: WebAddress | None
    """The page where candidates look at their applications. It is kept for later: nothing uses it yet."""
    required_fields: list[FormFieldName]
    """The standard fields without which an application is refused; `first_name` and `email` must be among them."""
    sender_identity_id: UUID | None
    """Whom mails about applications through the board are from, unless their template has a sender. Null means the
    sender of the service."""


class NewJobBoard(Request, frozen=True, kw_only=True):
    """A board to add."""

    slug: Slug
    name: ShortText
    language: Language | None = None
    """The language of posts that name none. Null means the organization's language."""
    allowed_origins: Origins = []
    post_url_template: UrlTemplate | None = None
    portal_url_template: Url | None = None
    required_fields: RequiredFields = msgspec.field(default_factory=lambda: ["first_name", "email"])
    sender_identity_id: UUID | None = None
    """An active sender identity whose address is verified."""

    def problems(self) -> Iterator[FieldError]:
        """Without a name and an address nobody can be answered."""
        yield from missing(self.required_fields)


class JobBoardPatch(Request, frozen=True, kw_only=True):
    """A merge patch of a board: what it does not name stays, and a list replaces the whole one."""

    name: ShortText | UnsetType = UNSET
    language: Language | UnsetType = UNSET
    allowed_origins: Origins | Emptied | UnsetType = UNSET
    post_url_template: UrlTemplate | None | UnsetType = UNSET
    portal_url_template: Url | None | UnsetType = UNSET
    required_fields: RequiredFields | UnsetType = UNSET
    sender_identity_id: UUID | None | UnsetType = UNSET
    """An active sender identity whose address is verified."""

    def problems(self) -> Iterator[FieldError]:
        """Without a name and an address nobody can be answered."""
        if self.required_fields is not UNSET:
            yield from missing(self.required_fields)


def missing(required_fields: list[FormFieldName]) -> Iterator[FieldError]:
    """Yields a finding where a form would not ask for name or e-mail address."""
    if not {"first_name", "email"} <= set(required_fields):
        yield FieldError("/required_fields", "required", "first_name and email are always required.")


def check_page(template: str | None | UnsetType, public_url: str) -> None:
    """Whether the page of a post is one that people read. Raises: Invalid where it is an answer of this API."""
    if isinstance(template, str) and is_below(template, f"{public_url}/api/"):
        detail = "Expected the address of a page that people read, not one of this API."
        raise Invalid(errors=[FieldError("/post_url_template", "format", detail)])


def is_below(address: str, base: str) -> bool:
    """Whether a web address is on the host and below the path of another; with http and https on their own ports."""
    host, path = host_and_path(address)
    base_host, base_path = host_and_path(base)
    return host == base_host and path.startswith(base_path)


def host_and_path(address: str) -> tuple[str, str]:
    """Host and port of a web address, without a port that its scheme implies, and its path."""
    parts = urlsplit(address)
    port = "" if parts.port in {None, 80, 443} else f":{parts.port}"
    return f"{parts.hostname}{port}", parts.path


@operation(returns=page_of(JobBoard), is_tagged=True)
async def list_job_boards(request: Handler, query: SyncQuery) -> Reply:
    """List job boards.

    Lists every board of the organization, newest first, whatever jobs the caller sees.
    """
    return await request.vocabulary(queries.list_all, query)


@operation(status=201, returns=JobBoard, refuses=(SlugTaken,), events=("vocabulary.changed",))
async def add_job_board(request: Handler, body: NewJobBoard) -> Reply:
    """Add a job board.

    The board is public at once under `GET /boards/{board}`, and empty until a post on it is published. It cannot be
    removed, and the default board stays the default.
    """
    check_page(body.post_url_template, request.dependencies.settings.api.public_url)
    added = await commands.add(
        request.db, request.actor, slug=body.slug, name=body.name, language=body.language,
        allowed_origins=body.allowed_origins, post_url_template=body.post_url_template,
        portal_url_template=body.portal_url_template, required_fields=body.required_fields,
        sender_identity_id=body.sender_identity_id,
    )  # fmt: skip
    return created(added, "job-boards")


@operation(returns=JobBoard)
async def read_job_board(request: Handler, job_board_id: UUID) -> Reply:
    """Read a job board.

    Shows the board with its settings; the public sees a part of them at `GET /boards/{board}`.
    """
    return resource(await queries.find(request.db, request.actor, job_board_id=job_board_id))


@operation(returns=JobBoard, events=("vocabulary.changed",))
async def change_job_board(request: Handler, job_board_id: UUID, body: JobBoardPatch) -> Reply:
    """Change a job board.

    `required_fields` counts from the next application on, `post_url_template` at once for every post on the board, and
    `language` for posts that are written later. Caches may keep the public answers for a minute. A patch that changes
    nothing keeps the `version` and records no event.
    """
    check_page(body.post_url_template, request.dependencies.settings.api.public_url)
    change = await commands.update(
        request.db, request.actor, job_board_id=job_board_id, changes=changes(body),
        expected_versions=request.expected_versions,
    )  # fmt: skip
    return changed(change)
