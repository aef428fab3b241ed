"""What the service's own commands send that change the most, and what its board and its worker send all day.

As `asked`: the functions run without a server, the values are those of `benchmarks/volume.sql`, and each kind of
employer sends them. What depends on the size is looked up: job 1 has more applications, openings and hires than others.
"""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from benchmarks.asked import LATER, QUERIES, READERS, Asked, actor_of, nth
from hiring.analytics import CHUNK
from hiring.commands import applications, boards, candidates, hires, transfers
from hiring.connectors import postgres
from hiring.connectors.postgres_session import Call
from hiring.database import Bound
from hiring.domain.board import Applicant
from hiring.domain.bulk_operations import RejectionMail
from hiring.domain.consents import GivenConsent
from hiring.domain.custom_fields import CustomFieldKey
from hiring.domain.feeds import INDEED, MAXIMUM_BYTES
from hiring.domain.permissions import candidate_view
from hiring.queries import boards as board_queries
from hiring.queries.base import MAXIMUM_PAGE_ROWS
from hiring.statement_files import SQL_FOLDER, load_folder

COMMANDS = load_folder(SQL_FOLDER / "commands")
MAXIMUM_BATCH_ROWS = 500
"""What `conf/default.yaml` says of the relay."""
MAXIMUM_BATCH_FACTS = 5_000
"""What `conf/default.yaml` says of the ingestion."""
TITLES = (None, "Baker", "Astronaut")
"""What is looked for on a board: anything, some posts, none."""
LANGUAGES: Sequence[Any] = (None, "de", "fr")
"""In which languages: any, one of half of the posts, one of none."""
FIND_VOLUME = """
SELECT (SELECT count(*) FROM applications AS a WHERE a.organization_id = %(organization_id)s) AS application_count,
       (SELECT a.id FROM applications AS a
        WHERE a.organization_id = %(organization_id)s AND a.status = 'active'
        ORDER BY a.job_id, a.id DESC LIMIT 1) AS active_id,
       (SELECT a.id FROM applications AS a
        WHERE a.organization_id = %(organization_id)s AND a.status = 'hired'
        ORDER BY a.job_id, a.id LIMIT 1) AS hired_id
"""
PROFILE: dict[str, Any] = dict.fromkeys(
    ("external_id", "middle_name", "location", "time_zone", "language", "current_title", "current_company", "source_id")
) | {"first_name": "Kim", "last_name": "Ito", "tags": ["Word 1", "Word 2"], "custom_fields": {"team": "often"}}
ASKED = (3, 1, 2)
"""The consent texts that forms ask for, in their order."""
APPLICANT = Applicant(
    first_name="Kim", last_name="Ito", email="c3@example.com", phone=None, links=[], location=None, language=None,
    referrer=None, source_details={}, resume_upload_id=None, cover_letter_upload_id=None, answers=[],
    consents=[GivenConsent(id=nth(number), version=1, granted=True) for number in ASKED],
)  # fmt: skip
FORM = board_queries.Form(
    post_version=1, questions=[],
    consents=[{"id": str(nth(number)), "version": 1, "is_required": False} for number in ASKED],
)  # fmt: skip


SEARCHES = [
    board_queries.BoardPostsQuery(limit=MAXIMUM_PAGE_ROWS, **given)
    for given in (
        {"with_facets": True}, {"words": "rely care"}, {"words": "baker", "with_facets": True}, {"words": "astronaut"},
        {"country": "DE", "city": "Berlin", "with_facets": True}, {"department_id": nth(3), "workplace": "remote"},
    )
]  # fmt: skip
"""Searches of a board: counts of all posts, words that all, some and no posts have, places and jobs."""
Volume = Mapping[str, Any]


class Kept(Exception):
    """A message was kept instead of sent: there is no row to judge."""


Command = Callable[..., Awaitable[Any]]


async def volume_of(connection: postgres.Connection, organization_id: UUID) -> Volume:
    """How many applications an employer has, and which ones the commands are tried on: of job 1, if it has such.

    Raises: as `Session.run`.
    """
    cursor = await postgres.send(connection, FIND_VOLUME, {"organization_id": organization_id})
    return dict(zip((column.name for column in cursor.description), cursor.fetchone(), strict=True))


def commands(volume: Volume) -> Sequence[Command]:
    """Each with what it is given, but for the database and who acts."""
    active = {"application_id": volume["active_id"], "note": None, "expected_versions": None}
    hired = {"application_id": volume["hired_id"], "note": None, "expected_versions": None}
    return (
        partial(candidates.add, emails=[], phones=[], links=[], **PROFILE),
        partial(candidates.tag, candidate_id=nth(3), tag_id=nth(5), expected_versions=None),
        partial(
            applications.submit,
            candidate_id=nth(3),
            job_id=nth(4),  # without a post, which would be read first
            custom_fields={CustomFieldKey("team"): "often"},
        ),
        partial(
            applications.update,
            application_id=volume["active_id"],
            changes={"referrer": "Kim", "custom_fields": {"team": "new"}},
            expected_versions=None,
        ),
        partial(transfers.transfer, **active, job_id=nth(4), stage_id=None),
        partial(applications.move, **active, to_stage_id=nth(14), from_stage_id=None),
        partial(applications.reject, **active, reason_id=nth(5), mail=RejectionMail()),
        partial(applications.withdraw, **active, reason_id=nth(1)),
        partial(hires.hire, **active, opening_id=None, start_on=None, override_reason="Signed on paper"),
        partial(hires.unhire, **hired, reason_id=nth(4)),
    )


async def commanded(volumes: Mapping[UUID, Volume]) -> AsyncIterator[Asked]:
    """Who sends what; `volumes` has each employer's own."""
    sent: list[Sequence[Call]] = []

    async def keep(calls: Sequence[Call]) -> Any:
        sent.append(calls)
        raise Kept

    db: Any = SimpleNamespace(queries=Bound(QUERIES, keep), commands=Bound(COMMANDS, keep))
    for organization_id, volume in volumes.items():
        for reader in ("administrator", "recruiter"):
            for command in commands(volume):
                with suppress(Kept):
                    await command(db, actor_of(reader, organization_id))
                yield reader, sent.pop()
        for call in (*by_the_public(db, organization_id), *by_the_service(db, organization_id)):
            with suppress(Kept):
                await call
            yield "the service", sent.pop()


def by_the_public(db: Any, organization_id: UUID) -> Iterator[Awaitable[Any]]:
    """On the board of an employer."""
    board = board_queries.Board(
        organization_id=organization_id, job_board_id=nth(1), slug="employer-1", allowed_origins=(),
        required_fields=(), post_url_template=None, website_url=None, text="{}",
    )  # fmt: skip
    yield boards.submit(
        db, actor_of("administrator", organization_id), board, post_id=nth(4), form=FORM, applicant=APPLICANT,
        answers=[], uploads=[], maximum_mail_count=10, is_robot=False,
    )  # fmt: skip
    for title, language in itertools.product(TITLES, LANGUAGES):
        query = board_queries.BoardPostsQuery(title=title, language=language, limit=MAXIMUM_PAGE_ROWS)
        yield board_queries.list_posts(db, board, query)
    for search in SEARCHES:
        yield board_queries.list_posts(db, board, search)
    yield board_queries.list_advertised(db, board, row_limit=INDEED.maximum_posts, maximum_bytes=MAXIMUM_BYTES)
    yield db.queries.boards.find_state(organization_id=organization_id)
    yield db.queries.boards.find_post(**board.tenant, post_id=nth(4))


def by_the_service(db: Any, organization_id: UUID) -> Iterator[Awaitable[Any]]:
    """The rounds of relay and ingestion, what reports ask first, and what comes before every request."""
    yield db.commands.outbox.sequence(row_limit=MAXIMUM_BATCH_ROWS)
    yield db.queries.feed.list_after(after_position=0, row_limit=MAXIMUM_BATCH_ROWS)
    yield db.queries.feed.measure()
    yield db.queries.facts.list_after(after_position=0, row_limit=MAXIMUM_BATCH_FACTS)
    yield db.queries.facts.count_after(after_position=0, up_to_position=CHUNK)
    for reader in READERS:
        yield db.queries.reports.find_scope(
            organization_id=organization_id, **candidate_view(actor_of(reader, organization_id), "applications.read"),
            job_id=None, department_id=None, office_id=None, recruiter_id=None,
        )  # fmt: skip
    yield db.commands.feed.lead(name="relay", seen_at=LATER, lease_ms=1)
    yield db.queries.sessions.find_principal(organization_id=organization_id, session_id=nth(3))
