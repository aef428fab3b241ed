"""What the service's own read functions send: every filter of every list, by several readers of each kind of employer.

The functions run without a server; what they would have sent is kept. So the choice of a statement is tested, too. The
values are those of `benchmarks/volume.sql`.
"""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec

from hiring.connectors.postgres_session import Call, Returns
from hiring.database import SQL_FOLDER, Bound, load_folder
from hiring.domain.actors import Actor, Scope
from hiring.domain.permissions import PERMISSIONS
from hiring.errors import Invalid
from hiring.queries import (
    api_keys,
    applications,
    attachments,
    candidates,
    departments,
    job_boards,
    jobs,
    offices,
    openings,
    permissions,
    pipeline_templates,
    posts,
    reasons,
    sources,
    users,
)
from hiring.queries.base import ListQuery, SyncQuery

QUERIES = load_folder(SQL_FOLDER / "queries")
Asked = tuple[str, Sequence[Call]]
"""Who asks, and a message."""


def nth(number: int) -> UUID:
    """The id that `benchmarks/volume.sql` gives to its nth row."""
    return UUID(f"00000000-0000-7000-8000-{number:012x}")


EMPLOYERS: Mapping[str, UUID] = {"largest": nth(1), "middle": nth(2), "small": nth(3)}
"""One of each kind: the same plan serves a million applications, fifty thousand and two hundred."""
EVERYTHING: dict[str, Scope] = dict.fromkeys(PERMISSIONS, "all")
READERS: Mapping[str, tuple[UUID, dict[str, Scope]]] = {
    "administrator": (nth(1), EVERYTHING),
    "recruiter": (nth(11), {name: "all" for name in PERMISSIONS if name != "jobs.read_confidential"}),
    "manager": (nth(2), dict.fromkeys(PERMISSIONS, "team")),
    "interviewer": (nth(4), dict.fromkeys(PERMISSIONS, "team")),
    "stranger": (nth(3), dict.fromkeys(PERMISSIONS, "team")),
}
LONG_AGO, LAST_CHANGES, LATER = (
    datetime(year, month, day, tzinfo=UTC) for year, month, day in ((2020, 1, 1), (2026, 6, 24), (2027, 1, 1))
)
PLACES = (None, str(nth(30)))
"""Cursors of the first and of the last page of a list that begins with the newest."""

SYNC: dict[str, Sequence[Any]] = {
    "ids": [tuple(nth(3 * n) for n in range(1, 101))],
    "updated_since": [LONG_AGO, LAST_CHANGES],
}
IN_JOBS: jobs.Expand = ("department", "offices")
IN_APPLICATIONS: applications.Expand = ("candidate", "job")
LISTS: Sequence[tuple[Callable[..., Awaitable[Any]], type[ListQuery], Mapping[str, Sequence[Any]]]] = (
    (api_keys.list_all, SyncQuery, {}),
    (job_boards.list_all, SyncQuery, {}),
    (permissions.list_groups, SyncQuery, {}),
    (departments.list_all, departments.DepartmentsQuery, {"external_id": ["d-3"], "status": ["active", "archived"]}),
    (offices.list_all, offices.OfficesQuery, {"external_id": ["o-3"], "status": ["active", "archived"]}),
    (reasons.list_all, reasons.ReasonsQuery, {"kind": ["unhire"], "status": ["active"]}),
    (sources.list_all, sources.SourcesQuery, {"kind": ["board"], "status": ["active"]}),
    (pipeline_templates.list_all, pipeline_templates.PipelineTemplatesQuery, {"status": ["active"]}),
    (
        users.list_all,
        users.UsersQuery,
        {"external_id": ["u-3", "none"], "email": ["U3@example.com"], "status": ["active", "disabled"]},
    ),
    (
        jobs.list_all,
        jobs.JobsQuery,
        {"external_id": ["j-3"], "status": ["open", "draft"], "department_id": [nth(3)], "expand": [IN_JOBS]},
    ),
    (
        openings.list_all,
        openings.OpeningsQuery,
        {"external_id": ["o-3"], "status": ["open", "reserved"], "job_id": [nth(1), nth(3)], "expand": [("job",)]},
    ),
    (
        posts.list_all,
        posts.PostsQuery,
        {"external_id": ["p-3"], "status": ["published", "draft"], "job_id": [nth(1), nth(3)], "expand": [("job",)]},
    ),
    (
        candidates.list_all,
        candidates.CandidatesQuery,
        {"external_id": ["c-3", "none"], "email": ["C4@example.com", "none@example.com"]},
    ),
    (
        attachments.list_all,
        attachments.AttachmentsQuery,
        {"candidate_id": [nth(3), nth(500)], "kind": ["resume", "offer_letter", "portfolio"]},
    ),
    (
        applications.list_all,
        applications.ApplicationsQuery,
        {
            "external_id": ["a-3", "none"], "candidate_id": [nth(3), nth(500)], "job_id": [nth(1), nth(3)],
            "status": ["active", "hired", "transferred"], "stage_id": [nth(11), nth(31)],
            "expand": [IN_APPLICATIONS],
        },
    ),
)  # fmt: skip
FINDS: Sequence[Callable[..., Awaitable[Any]]] = (
    partial(jobs.find, job_id=nth(1), expand=IN_JOBS),
    partial(jobs.find_team, job_id=nth(1)),
    partial(jobs.find_pipeline, job_id=nth(1)),
    partial(jobs.find_pipeline, job_id=nth(3), as_of=LATER),
    partial(candidates.find, candidate_id=nth(3)),
    partial(attachments.find, attachment_id=nth(3)),
    partial(applications.find, application_id=nth(3), expand=IN_APPLICATIONS),
    partial(applications.list_history, query=ListQuery(), application_id=nth(3)),
    partial(posts.find, post_id=nth(3), expand=("job",)),
    partial(posts.find_translation, original_id=str(nth(3)), language="de"),
)
"""The history of a pipeline is asked of a job of usual size: `as_of` reads all that happened in the job until then."""


async def asked(limit: int = 25) -> AsyncIterator[Asked]:
    """Yields who asks what, in pages of `limit` rows; each reader is there in each kind of employer."""
    sent: list[Sequence[Call]] = []

    async def keep(calls: Sequence[Call]) -> Any:
        sent.append(calls)
        return [] if calls[-1][0].returns is Returns.ROWS else {"version": 1, "body": "{}"}

    db: Any = SimpleNamespace(queries=Bound(QUERIES, keep))
    for employer, reader in itertools.product(EMPLOYERS, READERS):
        actor = actor_of(reader, EMPLOYERS[employer])
        for list_all, query_type, filters in LISTS:
            for query in queries(query_type, filters, limit):
                try:
                    await list_all(db, actor, query)
                except Invalid:
                    continue
        for find in FINDS:
            await find(db, actor)
        for message in sent:
            yield f"{reader} of the {employer} employer", message
        sent.clear()


def actor_of(reader: str, organization_id: UUID) -> Actor:
    """One of the readers, logged in at an employer."""
    user_id, permissions = READERS[reader]
    return Actor(
        type="user", id=user_id, user_id=user_id, organization_id=organization_id, correlation_id=nth(1),
        permissions=permissions,
    )  # fmt: skip


def queries(query_type: type[ListQuery], filters: Mapping[str, Sequence[Any]], limit: int) -> Iterator[ListQuery]:
    """Every combination of filters, on the first and on the last page, with all that can be shown within."""
    known = {name: values if name == "expand" else [None, *values] for name, values in (SYNC | dict(filters)).items()}
    for values in itertools.product(*known.values()):
        given = {name: value for name, value in zip(known, values, strict=True) if value is not None}
        for cursor in PLACES if "updated_since" not in given else (None,):
            yield query_type(**given, cursor=cursor, limit=limit)


def told(values: Mapping[str, Any]) -> str:
    """Values as a failure tells them."""
    return msgspec.json.encode(dict(values), order="deterministic").decode()
