"""What the public reads of a board."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.board import Tenant, application_form
from hiring.domain.job_postings import job_posting
from hiring.domain.vocabulary import Language
from hiring.errors import NotFound
from hiring.queries.base import HIGHEST_ID, ListQuery, Page, page


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A public board: whose it is, and what it says of itself as JSON text."""

    organization_id: UUID
    job_board_id: UUID
    slug: str
    allowed_origins: tuple[str, ...]
    required_fields: tuple[str, ...]
    post_url_template: str | None
    text: str

    @property
    def tenant(self) -> Tenant:
        """Whose board, and which."""
        return Tenant(organization_id=self.organization_id, job_board_id=self.job_board_id)


class BoardPostsQuery(ListQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Filters of a board's posts."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] | None = None
    """Only posts whose title contains this text, in upper or lower case. There are no wildcards: `%` and `*` stand for
    themselves."""
    language: Language | None = None
    """Only posts in this very language: `de` does not find `de-AT`. A language that no post has gives an empty
    page."""


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """What a post asks in a version of it."""

    post_version: int
    questions: list[dict[str, Any]]


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
        required_fields=tuple(row["required_fields"]), post_url_template=row["post_url_template"], text=row["body"],
    )  # fmt: skip


async def list_posts(db: Database, board: Board, query: BoardPostsQuery) -> Page:
    """A page of the board's public posts, latest publication first."""
    before: tuple[datetime | Literal["infinity"], UUID] = ("infinity", HIGHEST_ID)
    if query.cursor:
        before = msgspec.json.decode(query.cursor, type=tuple[datetime, UUID])
    pattern = None if query.title is None else f"%{escaped(query.title)}%"
    rows = await db.queries.boards.list_posts(
        **board.tenant, language=query.language, title_pattern=pattern, before_at=before[0], before_id=before[1],
        row_limit=query.limit + 1,
    )  # fmt: skip
    return page(rows, query.limit, lambda row: msgspec.json.encode((row["published_at"], row["id"])).decode())


async def find_post(
    db: Database, board: Board, *, post_id: UUID, max_bytes: int, media_types: tuple[str, ...]
) -> dict[str, Any]:
    """A public post with its application form and its structured data. Raises: NotFound."""
    row = await db.queries.boards.find_post(**board.tenant, post_id=post_id)
    if row is None:
        raise NotFound
    post: dict[str, Any] = msgspec.json.decode(row["body"])
    page = board.post_url_template and board.post_url_template.replace("{post_id}", str(post_id))
    form = application_form(board.required_fields, msgspec.json.decode(row["questions"]), max_bytes, media_types)
    organization = {
        "name": post["organization_name"], "website_url": row["website_url"], "logo_url": row["logo_url"],
    }  # fmt: skip
    posting = job_posting(post, organization=organization, page=page)
    return post | {"application_form": form, "job_posting": posting, "url": page}


async def find_questions(db: Database, board: Board, *, post_id: UUID) -> Questions:
    """The questions that an application through a published post answers. Raises: NotFound."""
    row = await db.queries.boards.find_questions(**board.tenant, post_id=post_id)
    if row is None:
        raise NotFound
    return Questions(post_version=row["version"], questions=msgspec.json.decode(row["questions"]))


def escaped(text: str) -> str:
    """A text as a pattern of LIKE that matches itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
