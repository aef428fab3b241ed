"""Facts: what ClickHouse has of what a reader sees, and how far it is."""

import asyncio
import time
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Annotated, NamedTuple, TypedDict
from uuid import UUID

import msgspec

from hiring.database import Database
from hiring.domain.actors import Actor
from hiring.domain.permissions import candidate_view

PERMISSION = "applications.read"
WAIT_S = 5.0
"""For so long a reader waits for events that they name."""
LOOK_S = 0.1
HIGHEST_POSITION = 2**63 - 1


class JobFilters(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which jobs; they are chosen by what they are now."""

    job_id: UUID | None = None
    """Only this job."""
    department_id: UUID | None = None
    """Only jobs of this department."""
    office_id: UUID | None = None
    """Only jobs at this office."""
    recruiter_id: UUID | None = None
    """Only jobs on whose hiring team this user is as `recruiter`."""


class FactsQuery(JobFilters, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the facts, in the order of the feed."""

    after_position: Annotated[int, msgspec.Meta(ge=0, le=HIGHEST_POSITION)] = 0
    """Only what is behind this position of the feed: the last `position` of the part before."""
    limit: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 100_000
    """How many rows the part has at most; one with fewer is the last for now."""


class JobScope(TypedDict):
    """The jobs that a reader sees of those that they ask for."""

    organization_id: UUID
    job_ids: list[UUID]
    excludes_jobs: bool


class Scope(NamedTuple):
    """What a reader sees of what they ask for, and how far ClickHouse is.

    `known_at`: jobs and applications that were made then or later may be hidden ones, which the scope does not know.
    """

    jobs: JobScope
    hidden_application_ids: list[UUID]
    time_zone: str
    position: int
    fresh_at: datetime
    known_at: datetime


class Part(TypedDict):
    """The rows that a stream has."""

    organization_id: UUID
    job_ids: list[UUID]
    excludes_jobs: bool
    hidden_application_ids: list[UUID]
    after_position: int
    up_to_position: int
    row_limit: int


async def scope_of(db: Database, actor: Actor, filters: JobFilters) -> Scope:
    """What a reader may count of what they ask for, and how far ClickHouse was then. Raises: Unavailable."""
    assert actor.organization_id is not None
    watermark = await db.queries.facts.find_watermark()
    scope = await db.queries.reports.find_scope(
        organization_id=actor.organization_id, **candidate_view(actor, PERMISSION), job_id=filters.job_id,
        department_id=filters.department_id, office_id=filters.office_id, recruiter_id=filters.recruiter_id,
    )  # fmt: skip
    assert scope is not None and watermark is not None  # the organization is there, and a migration made the other
    assert scope["is_exclusion"] is not None and scope["known_at"] is not None and watermark["fresh_at"] is not None
    jobs = JobScope(
        organization_id=actor.organization_id, job_ids=scope["job_ids"], excludes_jobs=scope["is_exclusion"]
    )
    return Scope(
        jobs, scope["hidden_application_ids"], scope["time_zone"], min(watermark["position"], scope["position"]),
        min(watermark["fresh_at"], scope["known_at"]), scope["known_at"],
    )  # fmt: skip


async def wait_for(db: Database, actor: Actor, event_ids: list[UUID]) -> datetime | None:
    """Returns when these events are facts, or after WAIT_S, or at once while no worker takes events there.

    A fact is there before what is made of it; the watermark moves when both are. A clock of ours that is behind the
    database's is waited for, because a report shows what happened by now; and so is a snapshot that certainly knows all
    that was made before the events. Gives the moment of the last one, where all are there.
    Raises: AnalyticsDisabled, AnalyticsUnavailable.
    """
    assert actor.organization_id is not None
    ends_at = time.monotonic() + WAIT_S
    expected = len(set(event_ids))
    while time.monotonic() < ends_at:
        found = await db.analytics.facts.find_events(organization_id=actor.organization_id, event_ids=event_ids)
        watermark = await db.queries.facts.find_watermark()
        assert watermark is not None and watermark["known_at"] is not None  # a migration made it
        if not watermark["is_followed"]:  # nobody takes events there: waiting would not help
            return None
        is_there = found["events_count"] == expected and watermark["position"] >= found["position"]
        last_at: datetime = found["last_at"]
        if is_there and datetime.now(UTC) >= last_at and watermark["known_at"] > last_at:
            return last_at
        await asyncio.sleep(LOOK_S)
    return None


async def stage_changes(db: Database, actor: Actor, query: FactsQuery, output_format: str) -> AsyncGenerator[bytes]:
    """What happened to applications, as text in a format of ClickHouse. Raises: as `ClickHouse.stream`, late."""
    return db.analytics.facts.stream_stage_changes(output_format, **await part_of(db, actor, query))


async def applications(db: Database, actor: Actor, query: FactsQuery, output_format: str) -> AsyncGenerator[bytes]:
    """Applications as they are, as text in a format of ClickHouse. Raises: as `ClickHouse.stream`, late."""
    return db.analytics.facts.stream_applications(output_format, **await part_of(db, actor, query))


async def part_of(db: Database, actor: Actor, query: FactsQuery) -> Part:
    """The part that a reader asks for. What is behind the watermark is left to the next: it may not be whole."""
    scope = await scope_of(db, actor, query)
    return Part(
        **scope.jobs, hidden_application_ids=scope.hidden_application_ids, after_position=query.after_position,
        up_to_position=scope.position, row_limit=query.limit,
    )  # fmt: skip
