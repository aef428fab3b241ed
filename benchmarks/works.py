"""What the servers are asked in `make bench`: the same requests, at the same paths, of the same rows."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from benchmarks.asked import EMPLOYERS
from hiring.config import Settings
from hiring.connectors import postgres
from hiring.http import PREFIX
from hiring.migration_session import session

PAGE = 25
PATHS = 16
"""Jobs, applications or posts that are asked for in turn."""
UNKNOWN = "00000000-0000-4000-8000-000000000000"
CANDIDATE = {
    "first_name": "Kim", "last_name": "Ito", "location": "Oslo", "tags": ["Word 1", "Word 2"],
    "emails": [{"value": "kim.ito.{number}@example.com"}],
}  # fmt: skip
APPLICANT = {"first_name": "Kim", "last_name": "Ito", "email": "kim.applies.{number}@example.com", "language": "en"}

JOBS = """
SELECT a.job_id FROM applications AS a JOIN jobs AS j ON j.organization_id = %(employer)s AND j.id = a.job_id
WHERE a.organization_id = %(employer)s AND NOT j.is_confidential GROUP BY a.job_id HAVING count(*) > %(page)s
ORDER BY a.job_id LIMIT %(count)s
"""
APPLICATIONS = """
SELECT a.id FROM applications AS a JOIN jobs AS j ON j.organization_id = %(employer)s AND j.id = a.job_id
WHERE a.organization_id = %(employer)s AND NOT j.is_confidential ORDER BY a.id DESC LIMIT %(count)s
"""
POSTS = """
SELECT d.slug, p.id FROM posts AS p
JOIN jobs AS j ON j.organization_id = %(employer)s AND j.id = p.job_id AND j.status = 'open'
JOIN board_directory AS d ON d.organization_id = %(employer)s AND d.job_board_id = p.job_board_id
WHERE p.organization_id = %(employer)s AND p.status = 'published' AND p.closes_at IS NULL
  AND NOT jsonb_path_exists(p.questions, '$[*] ? (@.required == true)')
ORDER BY d.slug, p.id LIMIT %(count)s
"""


class Work(NamedTuple):
    """Requests of one kind: paths that are asked for in turn, and what a body is made of.

    `{number}` in the body is another number each time. `is_keyed`: each request has an idempotency key. `names_caller`:
    it carries the caller's token.
    """

    name: str
    title: str
    method: str
    paths: Sequence[str]
    body: str = ""
    status: int = 200
    names_caller: bool = True
    is_keyed: bool = False


async def works_of(settings: Settings, database: str) -> list[Work]:
    """Every work, on the rows of the largest employer in the database. Raises: as `session`, LookupError."""
    async with session(settings, settings.postgres.roles.query, database=database) as connection:
        jobs = [job for (job,) in await _ids(connection, JOBS)]
        applications = [application for (application,) in await _ids(connection, APPLICATIONS)]
        posts = await _ids(connection, POSTS)
    board = f"{PREFIX}/boards/{posts[0][0]}"
    places = [f"{board}/posts/{post}" for slug, post in posts if slug == posts[0][0]]
    candidates, lists = [f"{PREFIX}/candidates"], [f"{PREFIX}/jobs/{job}/applications?limit={PAGE}" for job in jobs]
    candidate, applicant = json.dumps(CANDIDATE), json.dumps(APPLICANT)
    return [
        Work("static", "an answer that needs nothing", "GET", ["/livez"], names_caller=False),
        Work("list", f"{PAGE} applications of a job", "GET", lists),
        Work(
            "one", "an application with its candidate and its job", "GET",
            [f"{PREFIX}/applications/{each}?expand=candidate,job" for each in applications],
        ),
        Work("command", "adding a candidate", "POST", candidates, candidate, 201),
        Work("keyed_command", "the same with an idempotency key", "POST", candidates, candidate, 201, is_keyed=True),
        Work(
            "apply", "applying through the board", "POST", [f"{each}/applications" for each in places], applicant, 201,
            names_caller=False,
        ),
        Work("board", "a page of a board's posts", "GET", [f"{board}/posts?limit={PAGE}"], names_caller=False),
        Work("unauthorized", "a request without a token", "GET", lists, status=401, names_caller=False),
        Work("not_found", "an application that is not there", "GET", [f"{PREFIX}/applications/{UNKNOWN}"], status=404),
        Work("invalid", "a list with a limit that is none", "GET", [f"{PREFIX}/candidates?limit=many"], status=422),
    ]  # fmt: skip


async def _ids(connection: postgres.Connection, text: str) -> list[tuple[Any, ...]]:
    """Raises: LookupError, where there is no such row."""
    employer: UUID = EMPLOYERS["largest"]
    values = {"employer": employer, "page": PAGE, "count": PATHS}
    if not (rows := list((await postgres.send(connection, text, values)).fetchall())):
        raise LookupError("The benchmark database has no row that fits: make it anew, `make benchmark-database`.")
    return rows
