"""What the public reads of a board."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.board import Tenant, application_form
from hiring.domain.job_postings import job_posting
from hiring.domain.jobs import EmploymentType, Workplace
from hiring.domain.vocabulary import Country, Language, Region, ShortText
from hiring.errors import NotFound
from hiring.queries.base import HIGHEST_ID, ListQuery, Page, Shown, page

if TYPE_CHECKING:
    from typing_extensions import ReadOnly

NO_FACETS = '{"language":[],"department_id":[],"employment_type":[],"workplace":[],"country":[]}'
"""The counts of no posts, as JSON text."""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A public board: whose it is, and what it says of itself as JSON text."""

    organization_id: UUID
    job_board_id: UUID
    slug: str
    allowed_origins: tuple[str, ...]
    required_fields: tuple[str, ...]
    post_url_template: str | None
    website_url: str | None
    text: str

    @property
    def tenant(self) -> Tenant:
        """Whose board, and which."""
        return Tenant(organization_id=self.organization_id, job_board_id=self.job_board_id)

    def page_of(self, post_id: str) -> str | None:
        """The address of the page of a post that people read."""
        return self.post_url_template and self.post_url_template.replace("{post_id}", post_id)


class BoardPostsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of a board's posts."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    """Only posts whose title contains this text, in upper or lower case. There are no wildcards: `%` and `*` stand for
    themselves."""
    words: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    """Only posts that have all of these words in their title or text, in any order and letter case. A word also finds
    longer ones that begin with it. Punctuation is no word: a text without any word finds nothing."""
    department_id: UUID | None = None
    """Only posts of jobs of this department. The counts tell the ids."""
    employment_type: EmploymentType | None = None
    """Only posts of jobs that offer this kind of employment."""
    workplace: Workplace | None = None
    """Only posts of jobs with this workplace."""
    country: Country | None = None
    """Only posts with a location in this country, or of remote work that may be done from there or from a region of it.
    Together with `region` or `city`, one location, or one of `remote_regions`, has all of them."""
    region: Region | None = None
    """Only posts with a location in this region, or of remote work that names it in `remote_regions`."""
    city: ShortText | None = None
    """Only posts with a location in a city of this name, in upper or lower case."""
    with_facets: bool = False
    """Whether the first page comes with `facets`: how many posts of the whole list have which values."""
    language: Language | None = None
    """Only posts in this very language: `de` does not find `de-AT`. A language that no post has gives an empty
    page."""

    @property
    def is_made_up(self) -> bool:
        """Whether it has a value that anybody can make up, of which there is no end."""
        return any(value is not None for value in (self.title, self.words, self.department_id, self.city))

    @property
    def is_plain(self) -> bool:
        """Whether it filters by title and language alone, as pages of boards do all day."""
        plain = msgspec.structs.replace(self, title=None, language=None, limit=ListQuery().limit, cursor=None)
        return plain == BoardPostsQuery()


class Published(Shown):
    """A row of a board's list."""

    id: "ReadOnly[UUID]"
    published_at: "ReadOnly[datetime | None]"


class PublicPost(Shown):
    """A post by itself, with what its form and its structured data are made of."""

    questions: "ReadOnly[str]"
    website_url: "ReadOnly[str | None]"
    logo_url: "ReadOnly[str | None]"


class FoundPage(Page, frozen=True):
    """A page of posts, with the counts of all that were found as JSON text, where they were asked for."""

    facets: str | None = None

    @classmethod
    def of(cls, plain: Page, facets: str | None) -> Self:
        """A page with its counts."""
        return cls(plain.items, plain.position, facets)


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a post asks: the questions of a version of it, and consents."""

    post_version: int
    questions: list[dict[str, Any]]
    consents: list[dict[str, Any]]


async def find_tenant(db: Database, *, slug: str) -> Tenant:
    """Whose board has a slug, which it keeps for ever. Raises: NotFound."""
    tenant = await db.queries.job_boards.find_by_slug(slug=slug)
    if tenant is None:
        raise NotFound
    return Tenant(organization_id=tenant["organization_id"], job_board_id=tenant["job_board_id"])


async def find(db: Database, tenant: Tenant, *, slug: str) -> Board:
    """The board with a slug. Raises: NotFound."""
    row = await db.queries.boards.find(**tenant)
    if row is None:
        raise NotFound
    return Board(
        **tenant, slug=slug, allowed_origins=tuple(row["allowed_origins"]),
        required_fields=tuple(row["required_fields"]), post_url_template=row["post_url_template"],
        website_url=row["website_url"], text=row["body"],
    )  # fmt: skip


async def list_posts(db: Database, board: Board, query: BoardPostsQuery) -> FoundPage:
    """A page of the board's public posts, latest publication first."""
    before: tuple[datetime | Literal["infinity"], UUID] = ("infinity", HIGHEST_ID)
    if query.cursor:
        before = msgspec.json.decode(query.cursor, type=tuple[datetime, UUID])
    pattern = None if query.title is None else f"%{escaped(query.title)}%"
    if query.is_plain:
        rows = await db.queries.boards.list_posts(
            **board.tenant, language=query.language, title_pattern=pattern, before_at=before[0], before_id=before[1],
            row_limit=query.limit + 1,
        )  # fmt: skip
        return FoundPage.of(page(rows, query.limit, position), None)
    with_facets = query.with_facets and not query.cursor
    found = await db.queries.boards.search_posts(
        **board.tenant, language=query.language, title_pattern=pattern, words=query.words,
        department_id=query.department_id, employment_type=query.employment_type, workplace=query.workplace,
        country=query.country, region=query.region, city=query.city, with_facets=with_facets, before_at=before[0],
        before_id=before[1], row_limit=query.limit + 1,
    )  # fmt: skip
    facets = found[0]["facets"] if found else NO_FACETS
    return FoundPage.of(page(found, query.limit, position), facets if with_facets else None)


def position(row: Published) -> str:
    """Where the page behind a row begins."""
    return msgspec.json.encode((row["published_at"], row["id"])).decode()


async def find_post(
    db: Database, board: Board, *, post_id: UUID, is_preview: bool, max_bytes: int, media_types: tuple[str, ...]
) -> dict[str, Any]:
    """A post with its application form and its structured data: a public one, or any that has a preview.

    Raises: NotFound.
    """
    row: PublicPost | None
    if is_preview:
        row = await db.queries.boards.find_previewed_post(**board.tenant, post_id=post_id)
    else:
        row = await db.queries.boards.find_post(**board.tenant, post_id=post_id)
    if row is None:
        raise NotFound
    post: dict[str, Any] = msgspec.json.decode(row["body"])
    page = board.page_of(str(post_id))
    form = application_form(
        board.required_fields, msgspec.json.decode(row["questions"]), msgspec.json.decode(row["consent_texts"]),
        max_bytes=max_bytes, media_types=media_types,
    )  # fmt: skip
    organization = {
        "name": post["organization_name"], "website_url": row["website_url"], "logo_url": row["logo_url"],
    }  # fmt: skip
    posting = job_posting(post, organization=organization, page=page)
    return post | {"application_form": form, "job_posting": posting, "url": page}


async def list_advertised(db: Database, board: Board, *, row_limit: int, maximum_bytes: int) -> list[dict[str, Any]]:
    """The latest posts that feeds have, with their texts and addresses: so many and so many bytes of text at most."""
    rows = await db.queries.boards.list_advertised(**board.tenant, maximum_bytes=maximum_bytes, row_limit=row_limit)
    posts = [msgspec.json.decode(row["body"]) for row in rows]
    return [post | {"url": board.page_of(post["id"])} for post in posts]


async def find_form(db: Database, board: Board, *, post_id: UUID) -> Form:
    """What an application through a published post answers. Raises: NotFound."""
    row = await db.queries.boards.find_form(**board.tenant, post_id=post_id)
    if row is None:
        raise NotFound
    return Form(
        post_version=row["version"], questions=msgspec.json.decode(row["questions"]),
        consents=msgspec.json.decode(row["consents"]),
    )  # fmt: skip


def escaped(text: str) -> str:
    """A text as a pattern of LIKE that matches itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
