"""Public boards: what anybody reads, and where they apply."""

import hashlib
from functools import partial
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.commands import boards as commands
from hiring.domain.actors import anonymous
from hiring.domain.board import Applicant
from hiring.domain.jobs import EmploymentType, Workplace
from hiring.domain.questions import MAXIMUM_QUESTIONS, Answer
from hiring.domain.vocabulary import Email, Instant, Language, Phone, ShortText
from hiring.errors import BeingChanged, NotFound, PostNotAccepting
from hiring.foundation.ids import new_id
from hiring.handlers.candidates import Links
from hiring.handlers.job_boards import FormFieldName
from hiring.handlers.posts import Question, ShownLocation
from hiring.handlers.uploads import Upload, UploadHandler, UploadQuery
from hiring.http import PREFIX
from hiring.http.admission import count_upload
from hiring.http.handler import Handler
from hiring.http.operation import Operation, operation
from hiring.http.replies import Reply
from hiring.http.shapes import Request, ShownPayRange, WebAddress, page_of
from hiring.queries import boards as queries
from hiring.queries.boards import Board, BoardPostsQuery, present
from hiring.services.media import MEDIA_TYPES
from hiring.services.tokens import sign, unsign

Consent = Annotated[dict[str, Any], Meta(max_length=20)]


class PublicBoard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public list of posts."""

    slug: str
    name: str
    language: str
    organization_name: str


class BoardPost(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A post in a board's list."""

    id: UUID
    title: str
    language: str
    locations: list[ShownLocation]
    remote_regions: list[str]
    pay_ranges: list[ShownPayRange]
    employment_type: EmploymentType
    workplace: Workplace
    department: str | None
    published_at: Instant
    closes_at: Instant | None


class FormField(msgspec.Struct, frozen=True):
    """A standard field of the form."""

    name: FormFieldName
    required: bool


class UploadRules(msgspec.Struct, frozen=True):
    """What a file may be."""

    max_bytes: int
    media_types: list[str]


class ApplicationForm(msgspec.Struct, frozen=True, kw_only=True):
    """What an applicant is asked."""

    fields: list[FormField]
    questions: list[Question]
    consent: list[dict[str, Any]]
    upload: UploadRules


class WholeBoardPost(BoardPost, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A post with its text, form and structured data. `url`: the page that people read, null where nobody named one."""

    body: str
    body_format: Literal["plain", "html"]
    body_html: str
    organization_name: str
    application_form: ApplicationForm
    job_posting: dict[str, Any]
    url: WebAddress | None


class Received(msgspec.Struct, frozen=True):
    """Where the applicant can look."""

    is_located: ClassVar = True
    status_url: WebAddress


class ApplicationStatus(msgspec.Struct, frozen=True):
    """What the public may know of an application."""

    status: Literal["received"]


class NewBoardApplication(Request, frozen=True, kw_only=True):
    """An application through a post. `website` is a trap for robots: people do not see it."""

    first_name: ShortText
    last_name: ShortText | None = None
    email: Email
    phone: Phone | None = None
    location: ShortText | None = None
    links: Links = []
    language: Language | None = None
    source: ShortText | None = None
    resume_upload_id: UUID | None = None
    cover_letter_upload_id: UUID | None = None
    answers: Annotated[list[Answer], Meta(max_length=MAXIMUM_QUESTIONS)] = []
    consent: Annotated[list[Consent], Meta(max_length=20)] = []
    captcha_token: ShortText | None = None
    website: str | None = None


class BoardHandler(Handler):
    """What the resources of a board share: pages of every origin may read, those of the board's own may write."""

    found: Board | None = None

    async def board(self) -> Board:
        """The board in the path as the primary has it, for requests that write there. Raises: NotFound."""
        if self.found is None:
            self.found = await queries.find(self.dependencies.db, slug=self.path_kwargs["board"])
        return self.found

    def allow_origin(self) -> None:
        """Pages of every origin may read; before the board is known, they may read a refusal as well."""
        self.let_in("*")

    async def admit(self, operation: Operation | None) -> None:
        await super().admit(operation)
        if self.is_to_write:
            self.let_in_only((await self.board()).allowed_origins if "Origin" in self.request.headers else ())

    def public(self, body: str) -> Reply:
        """200 with a hash of the content as its version: caches may keep it for a minute."""
        etag = hashlib.sha256(body.encode()).hexdigest()[:24]
        return Reply(body=body, etag=etag, headers={"Cache-Control": "public, max-age=60"})


@operation(returns=PublicBoard, is_tagged=True)
async def read_board(request: BoardHandler, board: str) -> Reply:
    """Read a board."""
    found = await present(request.db, request.dependencies.db, partial(queries.find, slug=board))
    return request.public(found.text)


@operation(returns=page_of(BoardPost), is_tagged=True)
async def list_board_posts(request: BoardHandler, board: str, query: BoardPostsQuery) -> Reply:
    """List a board's posts."""
    found = await present(request.db, request.dependencies.db, partial(queries.find, slug=board))
    reply = request.page(await queries.list_posts(request.db, found, query), query)
    return request.public(reply.body or "")


@operation(returns=WholeBoardPost, is_tagged=True)
async def read_board_post(request: BoardHandler, board: str, post_id: UUID) -> Reply:
    """Read a board's post."""
    max_bytes = request.dependencies.settings.api.max_upload_bytes
    read = partial(queries.find_post, slug=board, post_id=post_id, max_bytes=max_bytes, media_types=MEDIA_TYPES)
    post = await present(request.db, request.dependencies.db, read)
    return request.public(msgspec.json.encode(post).decode())


class BoardUploadHandler(BoardHandler, UploadHandler):
    """Files for an application through a board."""

    async def owner_id(self) -> UUID:
        await count_upload(self)
        board = await self.board()
        self.actor = anonymous(self.request_id, organization_id=board.organization_id)
        return board.organization_id


@operation(status=201, returns=Upload, is_streamed=True, limit="upload", is_keyed=False, events=("upload.stored",))
async def upload_application_file(request: BoardUploadHandler, board: str, query: UploadQuery) -> Reply:
    """Upload a file for an application."""
    return await request.keep(query, (await request.board()).job_board_id)


@operation(
    limit="apply",
    status=201,
    returns=Received,
    has_token=False,
    refuses=(BeingChanged, PostNotAccepting),
    events=("application.submitted", "attachment.uploaded", "candidate.created", "message.due"),
)
async def apply_to_post(request: BoardHandler, board: str, post_id: UUID, body: NewBoardApplication) -> Reply:
    """Apply for a job."""
    found = await request.board()
    await commands.apply(
        request.db, anonymous(request.request_id, organization_id=found.organization_id), found, post_id=post_id,
        applicant=applicant_of(body), maximum_mail_count=request.dependencies.settings.mails.applicant_per_day,
        is_robot=bool(body.website),
    )  # fmt: skip
    return thanked(request, found)


@operation(returns=ApplicationStatus)
async def read_application_status(request: BoardHandler, board: str, token: str) -> Reply:
    """Read an application's status.

    What became of an application, as far as the public may know.
    """
    try:
        unsign(request.secret, f"status {board}", token)
    except ValueError:
        raise NotFound from None
    return Reply(body='{"status":"received"}', headers={"Cache-Control": "no-store"})


def applicant_of(body: NewBoardApplication) -> Applicant:
    """Who applies, without the trap."""
    return Applicant(
        first_name=body.first_name, last_name=body.last_name, email=body.email,
        phone=str(body.phone) if body.phone else None,
        links=[{"value": str(link.value), "kind": link.kind} for link in body.links], location=body.location,
        language=body.language, referrer=body.source, resume_upload_id=body.resume_upload_id,
        cover_letter_upload_id=body.cover_letter_upload_id, answers=body.answers, gives_consent=bool(body.consent),
    )  # fmt: skip


def thanked(request: BoardHandler, board: Board) -> Reply:
    """The same 201 for everybody. It has no consistency token: of a robot there is nothing to be read."""
    token = sign(request.secret, f"status {board.slug}", new_id().bytes)
    path = f"{PREFIX}/boards/{board.slug}/applications/{token}"
    body = {"status_url": f"{request.dependencies.settings.api.public_url}{path}"}
    return Reply(status=201, body=msgspec.json.encode(body).decode(), location=path)
