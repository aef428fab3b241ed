"""Hot endpoints, and how a page of one is asked for without reading the pages before it.

A cursor is a signed position. The position of a page is looked up in the database, and signed as the service does.
"""

from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from benchmarks.asked import EMPLOYERS, LONG_AGO, QUERIES, actor_of, nth
from benchmarks.volume import rows
from hiring.connectors import postgres
from hiring.connectors.postgres_session import Call, Returns
from hiring.database import Bound
from hiring.domain.actors import Actor
from hiring.http import PREFIX
from hiring.http.cursors import sealed
from hiring.queries import applications, boards, candidates
from hiring.queries.applications import ApplicationsQuery, JobApplicationsQuery
from hiring.queries.base import ListQuery
from hiring.queries.boards import Board, BoardPostsQuery
from hiring.queries.candidates import CandidatesQuery

EMPLOYER = EMPLOYERS["largest"]
JOB, BOARD = nth(1), nth(1)
"""The job that has a twelfth of all applications, and the board that has all posts."""
SLUG = "SELECT d.slug FROM board_directory AS d WHERE d.organization_id = '{employer}' AND d.job_board_id = '{board}'"
PAGE = 25
PAGES = (1, 10_000)


class Place(NamedTuple):
    """A page, or one resource: its path, and the message that a request of it sends to PostgreSQL.

    `number` is the page that is asked for: the last full one, where the list has fewer than `page`. `is_public`: it is
    asked for without a token.
    """

    endpoint: str
    page: int
    number: int
    path: str
    message: Sequence[Call]
    is_public: bool


Read = Callable[[Any, Actor, Any], Awaitable[Any]]


class Endpoint(NamedTuple):
    """An endpoint: what reads it in the service, and the position of every row of it as a SELECT, in its order.

    `query` is None where one resource is read, at a path that ends in its position.
    """

    name: str
    path: str
    query: ListQuery | None
    read: Read
    positions: str

    @property
    def is_public(self) -> bool:
        """Whether anybody may ask."""
        return self.path.startswith("/boards/")


def endpoints_of(slug: str) -> Sequence[Endpoint]:
    """The endpoints, whose reader sees every row of the largest employer; `slug` is its board's."""
    board = Board(
        organization_id=EMPLOYER, job_board_id=BOARD, slug=slug, allowed_origins=(), required_fields=(),
        post_url_template=None, website_url=None, text="{}",
    )  # fmt: skip
    newest = "ORDER BY x.id DESC"
    all_applications = f"SELECT x.id::text AS position FROM applications AS x WHERE x.organization_id = '{EMPLOYER}'"
    return (
        Endpoint(
            "a job's applications", f"/jobs/{JOB}/applications", JobApplicationsQuery(),
            lambda db, actor, query: applications.list_by_job(db, actor, query, job_id=JOB),
            f"{all_applications} AND x.job_id = '{JOB}' {newest}",
        ),
        Endpoint(
            "applications", "/applications", ApplicationsQuery(), applications.list_all, f"{all_applications} {newest}"
        ),
        Endpoint(
            "one application", "/applications/", None,
            lambda db, actor, position: applications.find(db, actor, application_id=UUID(position)),
            f"{all_applications} {newest}",
        ),
        Endpoint(
            "candidates", "/candidates", CandidatesQuery(), candidates.list_all,
            f"SELECT x.id::text AS position FROM candidates AS x WHERE x.organization_id = '{EMPLOYER}'"
            f" AND x.status = 'active' {newest}",
        ),
        Endpoint(
            "applications, updated_since", "/applications", ApplicationsQuery(updated_since=LONG_AGO),
            applications.list_all,
            f"SELECT json_build_array(x.updated_at, x.id)::text AS position FROM applications AS x"
            f" WHERE x.organization_id = '{EMPLOYER}' ORDER BY x.updated_at, x.id",
        ),
        Endpoint(
            "a board", f"/boards/{slug}/posts", BoardPostsQuery(),
            lambda db, _, query: boards.list_posts(db, board, query),
            f"SELECT json_build_array(x.published_at, x.id)::text AS position"
            f" FROM public_posts('{EMPLOYER}', '{BOARD}') AS x ORDER BY x.published_at DESC, x.id DESC",
        ),
    )  # fmt: skip


async def places_of(
    connection: postgres.Connection, secret: str, *, pages: Sequence[int] = PAGES, limit: int = PAGE
) -> list[Place]:
    """These pages, of so many rows, of every endpoint. Raises: LookupError, as `Session.run`."""
    found = await rows(connection, SLUG.format(employer=EMPLOYER, board=BOARD))
    if not found:
        raise LookupError("The benchmark database has no board: make it anew, `make benchmark-database`.")
    return [
        await _place(connection, secret, endpoint, page, limit)
        for endpoint in endpoints_of(found[0][0])
        for page in pages
    ]


async def _place(connection: postgres.Connection, secret: str, endpoint: Endpoint, page: int, limit: int) -> Place:
    """Looks up the position that the page follows, or the resource that is the first of the page."""
    [(count,)] = await rows(connection, f"SELECT count(*) FROM ({endpoint.positions}) AS x")
    number, is_list = max(1, min(page, count // limit)), endpoint.query is not None
    skipped = max(0, (number - 1) * limit - is_list)
    [(position,)] = await rows(connection, f"{endpoint.positions} OFFSET {skipped} LIMIT 1")
    path = PREFIX + endpoint.path
    if endpoint.query is None:
        path, asked = path + position, position
    else:
        position = position if number > 1 else None
        asked = msgspec.structs.replace(endpoint.query, cursor=position, limit=limit)
        cursor = sealed(position, asked, path, None if endpoint.is_public else EMPLOYER, secret)
        path = f"{path}?{urlencode(_parameters(asked) | ({'cursor': cursor} if cursor else {}))}"
    return Place(endpoint.name, page, number, path, await _message(endpoint.read, asked), endpoint.is_public)


def _parameters(query: ListQuery) -> dict[str, Any]:
    """The query, without its cursor, as a client sends it."""
    since = getattr(query, "updated_since", None)
    return {"limit": query.limit} | ({"updated_since": since.isoformat()} if since else {})


async def _message(read: Read, asked: Any) -> Sequence[Call]:
    """The first message that the service's own function sends."""
    sent: list[Sequence[Call]] = []

    async def keep(calls: Sequence[Call]) -> Any:
        sent.append(calls)
        return [] if calls[-1][0].returns is Returns.ROWS else {"version": 1, "body": "{}"}

    db: Any = SimpleNamespace(queries=Bound(QUERIES, keep))
    await read(db, actor_of("administrator", EMPLOYER), asked)
    return sent[0]
