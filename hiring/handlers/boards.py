"""Public boards: what anybody reads, and where they apply."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.commands import boards as commands
from hiring.database import Database
from hiring.domain.actors import Actor, anonymous
from hiring.domain.board import Applicant, SourceDetails, Tenant, is_of_link
from hiring.domain.consents import GivenConsent
from hiring.domain.findings import FINDINGS
from hiring.domain.questions import Answers
from hiring.domain.vocabulary import Email, Language, OwnAddress, Phone, ShortText
from hiring.errors import BeingChanged, FieldError, Invalid, NotFound, PostNotAccepting
from hiring.foundation.ids import new_id
from hiring.handlers.board_shapes import BoardPostDetail, BoardPostPage, PublicBoard
from hiring.handlers.candidates import Links
from hiring.handlers.uploads import Upload, UploadHandler, UploadQuery
from hiring.http import PREFIX, board_keys
from hiring.http.admission import Admitted, count_upload
from hiring.http.handler import Handler
from hiring.http.idempotency import is_answered
from hiring.http.operation import Operation, operation
from hiring.http.replies import NO_STORE, Reply
from hiring.http.shapes import Request
from hiring.queries import boards as queries
from hiring.queries.boards import Board, BoardPostsQuery
from hiring.services.kept_answers import KeptAnswer
from hiring.services.media import MEDIA_TYPES
from hiring.services.tokens import SIGNED_PATTERN, is_preview_of, sign, unsign

MAXIMUM_CONSENTS = 20
MAXIMUM_CAPTCHA_CHARACTERS = 4_096

Read = Callable[[Database, Board], Awaitable[str]]
"""Reads what an answer shows of a board, as JSON text."""


class ApplicationReceipt(msgspec.Struct, frozen=True):
    """The answer to every application that is accepted."""

    is_located: ClassVar = True
    status_url: OwnAddress
    """An address that tells that the application was received, and nothing more. The applicant may keep it."""


class ApplicationReceiptStatus(msgspec.Struct, frozen=True):
    """What the public may know of an application."""

    status: Literal["received"]
    """Always `received`: what became of the application is not public."""


class NewBoardApplication(Request, frozen=True, kw_only=True):
    """An application through a post, as the applicant fills it in."""

    first_name: ShortText
    """The applicant's given name."""
    last_name: ShortText | None = None
    """The applicant's family name; the board may require it."""
    email: Email
    """The address to answer to, by which a candidate who is known already is recognized."""
    phone: Phone | None = None
    """A telephone number, kept as `mobile`; the board may require it."""
    location: ShortText | None = None
    """Where the applicant lives, as free text; the board may require it."""
    links: Links = []
    """Pages about the applicant, such as a profile; the board may require one."""
    language: Language | None = None
    """The language of the mail that the applicant gets, and of a new candidate. Null means that the mail is in the
    language of the post. Where the service has no text in it, the mail is in English."""
    source: ShortText | None = None
    """How the applicant learned of the job, in their words or from the link that they followed. It becomes the
    `referrer` of the application."""
    source_details: SourceDetails = {}
    """What the link that led the applicant to the board said: those of its parameters that are named here, such as
    `utm_source`. It becomes the `source_details` of the application."""
    resume_upload_id: UUID | None = None
    """The résumé: a file that was uploaded to this board in the last 24 hours and is not used yet. The board may
    require it."""
    cover_letter_upload_id: UUID | None = None
    """The cover letter, a file like the résumé. The board may require it."""
    answers: Answers = []
    """Answers to the questions of the post, each at most once, in any order. Those to required questions must be
    there."""
    consent: Annotated[list[GivenConsent], Meta(max_length=MAXIMUM_CONSENTS)] = []
    """What the applicant said to the texts of `consent` in the form, each at most once, in any order, in the version
    that is current. Those that are required must be granted; a refusal of another one is recorded, too, and one that is
    left out is neither."""
    captcha_token: Annotated[str, Meta(max_length=MAXIMUM_CAPTCHA_CHARACTERS)] | None = None
    """What the captcha of the form gave, where the deployment demands one (422 `required`); it is good once. Where none
    is demanded, it is ignored."""
    website: str | None = None
    """A trap for robots: put the field into the form, hide it from people, and send what it holds. Where it is filled
    in, the answer is the same as for a person, but nothing is kept of it."""


class BoardHandler(Handler):
    """What the resources of a board share: pages of every origin may read, those of the board's own may write."""

    found: Board | None = None

    async def board(self) -> Board:
        """The board in the path as the primary has it, for requests that write there. Raises: NotFound."""
        if self.found is None:
            db, slug = self.dependencies.db, self.path_kwargs["board"]
            self.found = await queries.find(db, await queries.find_tenant(db, slug=slug), slug=slug)
        return self.found

    @property
    def parameters(self) -> Mapping[str, list[bytes]]:
        """Those of the query; where it reads, without those that links carry, which ask for nothing. Rules: B26."""
        asked = super().parameters
        return asked if self.is_to_write else {name: asked[name] for name in asked if not is_of_link(name)}

    def allow_origin(self) -> None:
        """Pages of every origin may read; before the board is known, they may read a refusal as well."""
        self.let_in("*")

    async def identify(self, operation: Operation | None) -> Admitted:
        key = board_keys.key_of(self)
        if key is None or operation is None:
            admitted = await super().identify(operation)
            board_keys.applicant_address(self)  # it means nothing then, but what is no address is refused all the same
            return admitted
        return await board_keys.admit(self, operation, key)

    async def writer(self) -> Actor:
        """Who writes on the board: the key of a career site's server, or somebody who did not say who they are."""
        if self.actor.type == "api_key":
            return self.actor
        return anonymous(self.request_id, organization_id=(await self.board()).organization_id)

    async def admit(self, operation: Operation | None) -> None:
        await super().admit(operation)
        if self.is_to_write:
            self.let_in_only((await self.board()).allowed_origins if "Origin" in self.request.headers else ())

    async def shown(
        self, board: str, read: Read, *, query: BoardPostsQuery | None = None, post_id: UUID | None = None,
        media_type: str = "application/json",
    ) -> Reply:  # fmt: skip
        """200 with what everybody may read of a board, from memory where that certainly holds. Raises: NotFound.

        Who names a write is answered behind its proof; what looks for words or a department is not kept, because
        anybody can make them up.
        """
        dependencies = self.dependencies
        tenant = await dependencies.board_tenants.recall(board, self.tenant)
        make = partial(self.made, board, read, tenant)
        if self.names_writes or (query is not None and query.is_made_up):
            answer = await make(None)
        else:
            page = self.route, board, post_id, query
            answer = await dependencies.board_answers.recall(tenant["organization_id"], page, make)
        headers = {"Cache-Control": "public, max-age=60", "Content-Type": media_type}
        return Reply(body=answer.body, etag=answer.etag, headers=headers)

    async def previewed(self, board: str, read: Read, *, post_id: UUID, token: str) -> Reply:
        """200 with a post as a preview link shows it, which neither memory nor a cache keeps. Rules: B33.

        Raises: NotFound, for a board that there is not; Invalid, for every link that does not show the post.
        """
        refusal = Invalid(errors=[FieldError("?preview", "invalid_preview", FINDINGS["invalid_preview"])])
        if not is_preview_of(self.secret, token, post_id=post_id, now=datetime.now(UTC)):
            raise refusal
        tenant = await self.dependencies.board_tenants.recall(board, self.tenant)
        try:
            answer = await self.made(board, read, tenant, None)
        except NotFound:
            raise refusal from None
        headers = {"Cache-Control": NO_STORE, "X-Robots-Tag": "noindex"}
        return Reply(body=answer.body, etag=answer.etag, headers=headers)

    async def check_captcha(self, body: "NewBoardApplication") -> None:
        """Lets a person go on, where the deployment demands that they show that they are one. Rules: B32, O28.

        A request that was answered gets its answer again: a token is good once. The server behind a board key keeps
        robots out by itself. Raises: Invalid, CaptchaUnavailable.
        """
        captcha, operation = self.dependencies.captcha, self.operation
        if (
            not captcha.is_on
            or self.actor.type == "api_key"
            or (operation and await is_answered(self, operation, {"body": body}))
        ):
            return
        if not body.captcha_token:
            raise Invalid(errors=[FieldError("/captcha_token", "required", "This deployment demands a captcha.")])
        if not await captcha.accepts(body.captcha_token, self.address):
            raise Invalid(errors=[FieldError("/captcha_token", "captcha", FINDINGS["captcha"])])

    async def tenant(self, slug: str) -> Tenant:
        """Whose board has a slug. Raises: NotFound."""
        try:
            return await queries.find_tenant(self.db, slug=slug)
        except NotFound:
            return await queries.find_tenant(self.dependencies.db, slug=slug)

    async def made(self, slug: str, read: Read, tenant: Tenant, state: str | None) -> KeptAnswer:
        """What a read of a board gives, in a state that is named or in a later one. Raises: NotFound.

        What a replica lacks, the primary is asked for: a post is there once it is published.
        """
        db = self.dependencies.db
        view = self.db if state is None else db.of_boards(tenant["organization_id"], state)
        try:
            body = await read(view, await queries.find(view, tenant, slug=slug))
        except NotFound:
            body = await read(db, await queries.find(db, tenant, slug=slug))
        return KeptAnswer.of(body)


@operation(returns=PublicBoard, is_tagged=True)
async def read_board(request: BoardHandler, board: str) -> Reply:
    """Read a board.

    Shows the name and language of a board and the organization behind it. Pages of every origin may read it. Caches may
    keep the answer for a minute, so a change may show that much later. This operation, and every other that reads from
    a board, ignores the parameters that links carry: those of `source_details` in an application, and every other whose
    name begins with `utm_`.
    """

    async def read(db: Database, found: Board) -> str:
        return found.text

    return await request.shown(board, read)


@operation(returns=BoardPostPage, is_tagged=True)
async def list_board_posts(request: BoardHandler, board: str, query: BoardPostsQuery) -> Reply:
    """List a board's posts.

    Lists the posts that the public sees: published, not internal, before `closes_at`, and of an open job. The latest
    `published_at` comes first; it is that of the first publication, so a post that is published again keeps its place.
    Each translation is a post of its own, which names the others in `translations`; a page in one language asks for it
    with `language`. All filters go together. `with_facets` shows how many posts of the whole list have which language,
    department and so on, for a search page. Caches may keep the answer for a minute.
    """

    async def read(db: Database, found: Board) -> str:
        found_page = await queries.list_posts(db, found, query)
        text = request.page(found_page, query).body or ""
        return text if found_page.facets is None else f'{text[:-1]},"facets":{found_page.facets}}}'

    return await request.shown(board, read, query=query)


class BoardPostQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one post of a board is read."""

    preview: Annotated[str, Meta(extra_json_schema={"pattern": SIGNED_PATTERN})] | None = None
    """The token of a preview link, with which the post is shown as it is now, also where the public does not see it."""


@operation(returns=BoardPostDetail, is_tagged=True)
async def read_board_post(request: BoardHandler, board: str, post_id: UUID, query: BoardPostQuery) -> Reply:
    """Read a board's post.

    Shows a post that the public sees, with the form to apply with and the structured data for search engines. Any other
    post is not found, also one of another board. Caches may keep the answer for a minute. A preview link shows other
    posts, too: no cache keeps that answer, `X-Robots-Tag` keeps search engines off, and `published_at` of a post that
    was never published is the moment of reading. A link that is wrong or old is refused.
    """

    async def read(db: Database, found: Board) -> str:
        post = await queries.find_post(
            db, found, post_id=post_id, is_preview=query.preview is not None,
            max_bytes=request.dependencies.settings.api.max_upload_bytes, media_types=MEDIA_TYPES,
        )  # fmt: skip
        return msgspec.json.encode(post).decode()

    if query.preview is None:
        return await request.shown(board, read, post_id=post_id)
    return await request.previewed(board, read, post_id=post_id, token=query.preview)


class BoardUploadHandler(BoardHandler, UploadHandler):
    """Files for an application through a board."""

    async def owner_id(self) -> UUID:
        if not board_keys.has_own_limits(self):
            await count_upload(self)
        self.actor = await self.writer()
        return (await self.board()).organization_id


@operation(status=201, returns=Upload, is_streamed=True, limit="upload", is_keyed=False, events=("upload.stored",))
async def upload_application_file(request: BoardUploadHandler, board: str, query: UploadQuery) -> Reply:
    """Upload a file for an application.

    Keeps a file for 24 hours, until an application through a post of this board uses it, which can be done once. What
    is taken, and how it is sent, is the same as at `POST /uploads`. In a browser, only pages of the board's
    `allowed_origins` can read the answer.
    """
    return await request.keep(query, (await request.board()).job_board_id)


@operation(
    limit="apply",
    status=201,
    returns=ApplicationReceipt,
    has_token=False,
    refuses=(BeingChanged, PostNotAccepting),
    events={
        "application.stage_changed": "where the applicant was a lead",
        "application.submitted": "unless the applicant gets no second one, or was a lead",
        "attachment.uploaded": "for each file",
        "candidate.created": "for a new candidate",
        "candidate.updated": "where what the applicant wrote differently waits in `proposed_update`",
        "consent.changed": "for each consent that is granted or refused",
        "message.due": "for each mail",
    },
)
async def apply_to_post(request: BoardHandler, board: str, post_id: UUID, body: NewBoardApplication) -> Reply:
    """Apply for a job.

    The application enters the first stage that is not of kind `lead`; that of a lead goes there, with what is sent.
    Where exactly one active candidate has the e-mail address, the application is theirs: the profile stays as it is,
    and what the applicant wrote differently waits in `proposed_update`. Otherwise a new candidate is added, as
    `is_possible_duplicate` where several have the address. Files become attachments of the candidate.

    Every application that is accepted gets the same answer. An applicant who has an active or hired application to the
    job, or applied within the organization's re-apply window, gets no second one. A mail tells the applicant which of
    the two happened; they get each kind at most once a day for a job. One refusal names everything whose form is wrong;
    once the forms are right, one names every missing field, every wrong answer and every consent that is missing or not
    to the current text, and then one every file that cannot be used. A refused application uses no file up, and counts
    against the limit, too. In a browser, only pages of the board's `allowed_origins` can apply.
    """
    found = await request.board()
    await request.check_captcha(body)
    await commands.apply(
        request.db, await request.writer(), found, post_id=post_id, applicant=applicant_of(body),
        maximum_mail_count=request.dependencies.settings.mails.applicant_per_day,
        is_robot=bool(body.website),
    )  # fmt: skip
    return thanked(request, found)


@operation(returns=ApplicationReceiptStatus)
async def read_application_status(request: BoardHandler, board: str, token: str) -> Reply:
    """Read an application's status.

    Answers that an application was received, and nothing else: every address that the board gave an applicant answers
    the same, whatever became of the application.
    """
    try:
        unsign(request.secret, f"status {board}", token)
    except ValueError:
        raise NotFound from None
    return Reply(body='{"status":"received"}', headers={"Cache-Control": NO_STORE})


def applicant_of(body: NewBoardApplication) -> Applicant:
    """Who applies, without the trap."""
    return Applicant(
        first_name=body.first_name, last_name=body.last_name, email=body.email,
        phone=str(body.phone) if body.phone else None,
        links=[{"value": str(link.value), "kind": link.kind} for link in body.links], location=body.location,
        language=body.language, referrer=body.source,
        source_details={name: str(text) for name, text in body.source_details.items()},
        resume_upload_id=body.resume_upload_id,
        cover_letter_upload_id=body.cover_letter_upload_id, answers=body.answers, consents=body.consent,
    )  # fmt: skip


def thanked(request: BoardHandler, board: Board) -> Reply:
    """The same 201 for everybody. It has no consistency token: of a robot there is nothing to be read."""
    token = sign(request.secret, f"status {board.slug}", new_id().bytes)
    path = f"{PREFIX}/boards/{board.slug}/applications/{token}"
    body = {"status_url": f"{request.dependencies.settings.api.public_url}{path}"}
    return Reply(status=201, body=msgspec.json.encode(body).decode(), location=path)
