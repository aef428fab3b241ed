"""What operators ask of ClickHouse: how far it is, whether it has every event once, and all of it again."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from hiring.clickhouse_migrations import ProgressReport, empty, merge
from hiring.config import Settings
from hiring.database import Database
from hiring.feed_lease import LeaseLost
from hiring.ingestion import FOLLOWER, Ingestion

CHUNK = 10_000
"""Positions of the feed that one statement reads."""
APPLICATION_PREFIX = "application."
LOOK_S = 0.2
"""So often a rebuild looks how far it is."""
MAXIMUM_NAMED = 20

Key = tuple[UUID, date, str]
"""An organization, a day (UTC) and a type of event."""


class Tally(NamedTuple):
    """How many there are, and the sum of the last 32 bits of their ids: equal numbers of others have another one."""

    number: int
    checksum: int


NONE = Tally(0, 0)


class Standing(NamedTuple):
    """How far ClickHouse is in the feed, where that ends, and the moment before which every event is a fact."""

    position: int
    end_position: int
    fresh_at: datetime
    facts_count: int


class Difference(NamedTuple):
    """What ClickHouse has otherwise than PostgreSQL: how many each has, and some of the events that only one has."""

    organization_id: UUID
    occurred_on: date
    type: str
    events_count: int
    facts_count: int
    missing_ids: tuple[UUID, ...]
    surplus_ids: tuple[UUID, ...]


class Histories(NamedTuple):
    """What is wrong with the histories of an organization's applications: steps are missing, or there twice."""

    organization_id: UUID
    events_count: int
    steps_count: int
    doubles_count: int


class Verdict(NamedTuple):
    """What a comparison found, of the events up to a position."""

    position: int
    end_position: int
    events_count: int
    differences: tuple[Difference, ...]
    histories: tuple[Histories, ...]


async def standing(db: Database) -> Standing:
    """How far ClickHouse is. Raises: AnalyticsDisabled, AnalyticsUnavailable, Unavailable."""
    watermark = await db.queries.facts.find_watermark()
    assert watermark is not None and watermark["fresh_at"] is not None  # a migration made it
    facts = await db.analytics.facts.count_all()
    return Standing(watermark["position"], await db.queries.facts.find_end(), watermark["fresh_at"], facts)


async def rebuild(
    db: Database, settings: Settings, *, events: ProgressReport, partitions: ProgressReport, is_emptied: bool
) -> int:  # fmt: skip
    """Takes every event of the feed to ClickHouse again, and merges what lies there; returns how many facts there are.

    The watermark goes back to the beginning, so nobody is told that what is missing is there. From then on this process
    ingests, or the worker does, whichever leads. What is there already changes nothing; with `is_emptied` all facts are
    dropped first, and reports show less until it is done. Events of before 2026-12-01 do not tell the kind of a stage:
    where it is another one since, a history gets that step twice, which `verify` tells; `is_emptied` takes it away.
    Raises: as `standing`.
    """
    end = (await standing(db)).end_position  # of an empty feed too, ClickHouse must answer
    await db.commands.feed.rewind(name=FOLLOWER)
    if is_emptied:
        await empty(db.clickhouse)
        await db.commands.feed.rewind(name=FOLLOWER)  # what a worker has taken there meanwhile is gone
    stop = asyncio.Event()
    following = asyncio.create_task(_follow(db, settings, stop))
    try:
        while (position := await _position(db)) < end and not following.done():
            events(position, end)
            await asyncio.wait({following}, timeout=LOOK_S)
    finally:
        stop.set()
        await following
    events(end, end)
    await merge(db.clickhouse, partitions)
    return await db.analytics.facts.count_all()


async def _follow(db: Database, settings: Settings, stop: asyncio.Event) -> None:
    while not stop.is_set():
        with suppress(LeaseLost):
            await Ingestion(db, settings, stop).run()


async def _position(db: Database) -> int:
    watermark = await db.queries.facts.find_watermark()
    assert watermark is not None  # a migration made it
    return watermark["position"]


async def verify(db: Database, progress: ProgressReport) -> Verdict:
    """Compares the events of PostgreSQL with the facts, up to the watermark. Raises: as `standing`."""
    at = await standing(db)
    position = min(at.position, at.end_position)
    events = await _events_by_day(db, position, progress)
    rows = await db.analytics.facts.count_by_day(up_to_position=position)
    facts = {
        (row["organization_id"], row["occurred_on"], row["type"]): Tally(row["facts_count"], row["checksum"])
        for row in rows
    }
    differing = sorted(key for key in events.keys() | facts.keys() if events.get(key) != facts.get(key))
    return Verdict(
        position=position,
        end_position=at.end_position,
        events_count=sum(tally.number for tally in events.values()),
        differences=tuple(
            [
                await _difference(db, key, position, events.get(key, NONE).number, facts.get(key, NONE).number)
                for key in differing
            ]
        ),
        histories=tuple(await _wrong_histories(db, events)),
    )


async def _events_by_day(db: Database, position: int, progress: ProgressReport) -> dict[Key, Tally]:
    events: dict[Key, Tally] = {}
    progress(0, position)
    for after, up_to in _chunks(position):
        for row in await db.queries.facts.count_after(after_position=after, up_to_position=up_to):
            assert row["occurred_on"] is not None
            key = (row["organization_id"], row["occurred_on"], row["type"])
            number, checksum = events.get(key, NONE)
            events[key] = Tally(number + row["events_count"], checksum + (row["checksum"] or 0))
        progress(up_to, position)
    return events


async def _difference(db: Database, key: Key, position: int, events_count: int, facts_count: int) -> Difference:
    """Names the events of a day that only one of both has."""
    organization_id, occurred_on, kind = key
    found = await db.analytics.facts.list_ids(
        organization_id=organization_id, occurred_on=occurred_on, event_type=kind, up_to_position=position
    )
    facts, events = {row["event_id"] for row in found}, set[UUID]()
    for after, up_to in _chunks(position):
        rows = await db.queries.facts.list_ids_after(event_type=kind, after_position=after, up_to_position=up_to)
        events.update(
            row["event_id"]
            for row in rows
            if (row["organization_id"], row["occurred_on"]) == (organization_id, occurred_on)
        )
    return Difference(
        *key, events_count, facts_count, tuple(sorted(events - facts)[:MAXIMUM_NAMED]),
        tuple(sorted(facts - events)[:MAXIMUM_NAMED]),
    )  # fmt: skip


async def _wrong_histories(db: Database, events: Mapping[Key, Tally]) -> list[Histories]:
    """What was ingested since the events were counted is in the histories already, so more steps are not wrong."""
    expected: Counter[UUID] = Counter()
    for (organization_id, _, kind), tally in events.items():
        if kind.startswith(APPLICATION_PREFIX):
            expected[organization_id] += tally.number
    steps = {row["organization_id"]: row for row in await db.analytics.facts.count_steps()}
    found = [
        Histories(each, expected[each], *((row["steps_count"], row["doubles_count"]) if row else (0, 0)))
        for each in sorted(expected.keys() | steps.keys())
        for row in [steps.get(each)]
    ]
    return [each for each in found if each.steps_count < each.events_count or each.doubles_count]


def _chunks(position: int) -> Iterator[tuple[int, int]]:
    """The positions up to one, in pairs: after, up to."""
    for after in range(0, position, CHUNK):
        yield after, min(after + CHUNK, position)
