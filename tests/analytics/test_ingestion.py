"""Events on their way to ClickHouse: each once, in batches, by one process at a time, whatever stops it half-way."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring import analytics
from hiring.clickhouse_migrations import own
from hiring.config import Settings
from hiring.database import Database
from hiring.errors import AnalyticsUnavailable
from hiring.feed_lease import LEASE_MS, LeaseLost
from hiring.foundation.supervision import supervise
from hiring.ingestion import TABLE, Ingestion, lines_of
from hiring.relay import Sequencer
from tests.background import AddEvents
from tests.databases import Admin

PATIENCE_S = 30.0


def nothing(done: int, total: int) -> None:
    """A progress that nobody watches."""


@pytest.fixture
async def fed(relay_db: Database, settings: Settings, add_events: AddEvents, empty: None) -> Database:
    """A feed with seven events, of which ClickHouse knows nothing."""
    await analytics.rebuild(relay_db, settings, events=nothing, partitions=nothing, is_emptied=True)
    await add_events("trial.happened", 7)
    await sequenced(relay_db, settings)
    return relay_db


async def sequenced(db: Database, settings: Settings) -> None:
    """Every event has its place in the feed."""
    sequencer = Sequencer(db, settings, asyncio.Event(), asyncio.Event())
    while await sequencer.sequence():
        pass


def ingestion_of(db: Database, settings: Settings, **changes: int) -> Ingestion:
    own = msgspec.structs.replace(settings.ingestion, **changes)
    return Ingestion(db, msgspec.structs.replace(settings, ingestion=own), asyncio.Event())


async def behind(db: Database) -> int:
    """How many positions of the feed ClickHouse lacks."""
    at = await analytics.standing(db)
    return at.end_position - at.position


async def test_events_become_facts_when_the_feed_has_them(fed: Database, settings: Settings) -> None:
    """In batches, from the watermark on; nothing is left, and the comparison finds nothing."""
    ingestion = ingestion_of(fed, settings, batch_size=3, interval_ms=1)
    facts = (await analytics.standing(fed)).facts_count
    await ingestion._ingest_next()
    assert (await analytics.standing(fed)).facts_count - facts == 3
    while await behind(fed):
        await ingestion._ingest_next()
    await ingestion._lease.end()
    assert (await analytics.standing(fed)).facts_count - facts == 7
    verdict = await analytics.verify(fed, nothing)
    assert not verdict.differences and not verdict.histories and verdict.events_count >= 7


async def test_event_is_a_fact_once_when_its_batch_comes_again(fed: Database, settings: Settings) -> None:
    """As a process leaves it that dies between ClickHouse's confirmation and the watermark; in another order, too."""
    rows = await fed.queries.facts.list_after(after_position=0, row_limit=1000)
    for some in (rows, rows[::-1], rows[2:5]):
        await fed.clickhouse.insert(TABLE, lines_of(some))
    ingestion = ingestion_of(fed, settings)
    await ingestion._ingest_next()
    await ingestion._lease.end()
    assert (await analytics.standing(fed)).facts_count == len(rows)
    assert not (await analytics.verify(fed, nothing)).differences


async def test_watermark_stays_when_clickhouse_does_not_take_a_batch(
    fed: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop ends with the error and gives its lease up; the next one begins with the same batch."""

    async def refuse(table: str, lines: bytes) -> None:
        raise AnalyticsUnavailable

    before = await behind(fed)
    assert before >= 7
    monkeypatch.setattr(type(fed.clickhouse), "insert", lambda self, table, lines: refuse(table, lines))
    with pytest.raises(AnalyticsUnavailable):
        await ingestion_of(fed, settings).run()
    monkeypatch.undo()
    assert await behind(fed) == before
    ingestion = ingestion_of(fed, settings)
    await ingestion._ingest_next()
    await ingestion._lease.end()
    assert await behind(fed) == 0


async def test_one_process_ingests_when_two_run(fed: Database, settings: Settings, relay_db: Database) -> None:
    """The other stands by, and one that lost its lease cannot move the watermark."""
    first, second = ingestion_of(fed, settings, batch_size=1), ingestion_of(relay_db, settings, batch_size=1)
    await first._ingest_next()
    before = await behind(fed)
    assert await second._lease.hold() is None
    await asyncio.sleep(1.5 * LEASE_MS / 1000)
    await second._ingest_next()
    assert await behind(fed) == before - 1
    with pytest.raises(LeaseLost):
        await first._lease.advance(1)
    await second._lease.end()


async def test_comparison_names_what_is_missing_when_facts_are_lost(
    fed: Database, settings: Settings, organization_id: UUID
) -> None:
    """An event that is no fact, and a fact that is no event; filling again brings the first."""
    rows = await fed.queries.facts.list_after(after_position=0, row_limit=1000)
    lost, stray = rows[-2], msgspec.json.decode(rows[-1]["fact"])
    stray["event_id"] = str(UUID(int=7))
    lines = [row["fact"] for row in rows if row is not lost] + [msgspec.json.encode(stray).decode()]
    await fed.clickhouse.insert(TABLE, "\n".join(lines).encode())
    proof = ingestion_of(fed, settings)._lease
    assert await proof.hold() is not None
    await proof.advance(rows[-1]["position"])
    await proof.end()
    lost_id = UUID(msgspec.json.decode(lost["fact"])["event_id"])
    [difference] = (await analytics.verify(fed, nothing)).differences
    assert (difference.organization_id, difference.type) == (organization_id, "trial.happened")
    assert (difference.missing_ids, difference.surplus_ids) == ((lost_id,), (UUID(int=7),))
    await analytics.rebuild(fed, settings, events=nothing, partitions=nothing, is_emptied=True)
    assert not (await analytics.verify(fed, nothing)).differences


async def test_reports_have_nothing_to_merge_when_all_was_taken_again(fed: Database, settings: Settings) -> None:
    """Many small inserts leave many parts; who asks next does not merge them."""
    rows = await fed.queries.facts.list_after(after_position=0, row_limit=1000)
    for row in rows:
        await fed.clickhouse.insert(TABLE, row["fact"].encode())
    assert await fed.clickhouse.query(own("list_unmerged"), {})
    told: list[tuple[int, int]] = []
    await analytics.rebuild(
        fed, settings, events=nothing, partitions=lambda done, of: told.append((done, of)), is_emptied=False
    )
    assert told[0][0] == 0 and told[-1][0] == told[-1][1] > 0
    assert not await fed.clickhouse.query(own("list_unmerged"), {})


async def test_fact_holds_nothing_that_a_person_wrote_when_an_event_is_taken(fed: Database, admin: Admin) -> None:
    """Its members are those of the table, whatever the event says."""
    canary = "Canary-7f3a"
    await admin(
        "UPDATE events SET data = data || jsonb_build_object('note', %(canary)s, 'name', %(canary)s)", canary=canary
    )
    rows: list[Any] = list(await fed.queries.facts.list_after(after_position=0, row_limit=1000))
    assert rows and not any(canary in row["fact"] for row in rows)


async def test_comparison_names_a_history_when_a_step_is_there_twice(
    fed: Database, settings: Settings, organization_id: UUID
) -> None:
    """As an event leaves it that is told in another way when it comes again."""
    [row, *_] = await fed.queries.facts.list_after(after_position=0, row_limit=1)
    fact = msgspec.json.decode(row["fact"]) | {"type": "application.stage_changed", "application_id": str(UUID(int=9))}
    for kind in ("review", "screen"):
        await fed.clickhouse.insert(TABLE, msgspec.json.encode(fact | {"stage_kind": kind}))
    [wrong] = (await analytics.verify(fed, nothing)).histories
    assert (wrong.organization_id, wrong.steps_count, wrong.doubles_count) == (organization_id, 2, 1)
    await analytics.rebuild(fed, settings, events=nothing, partitions=nothing, is_emptied=True)
    assert not (await analytics.verify(fed, nothing)).histories


async def test_everything_below_the_watermark_is_there_when_all_is_taken_again(
    fed: Database, settings: Settings, relay_db: Database, add_events: AddEvents
) -> None:
    """While all facts are dropped and a worker goes on, at every moment: who reads up to there skips nothing."""
    await add_events("trial.happened", 3_000)
    await sequenced(fed, settings)
    own = msgspec.structs.replace(settings, ingestion=msgspec.structs.replace(settings.ingestion, batch_size=200))
    positions = [row["position"] for row in await fed.queries.facts.list_after(after_position=0, row_limit=10_000)]
    stop, looks = asyncio.Event(), list[int]()

    async def work() -> None:
        await supervise("ingestion", Ingestion(relay_db, own, stop).run, stop, expected=(LeaseLost,))

    async def look() -> None:
        while not stop.is_set():
            position = (await analytics.standing(fed)).position
            days = await fed.analytics.facts.count_by_day(up_to_position=position)
            if (await analytics.standing(fed)).position < position:  # they were dropped between the two
                continue
            assert sum(day["facts_count"] for day in days) >= sum(each <= position for each in positions), position
            looks.append(position)

    tasks = [asyncio.create_task(each()) for each in (work, look)]
    while (await analytics.standing(fed)).position < positions[-1] // 2:  # noqa: ASYNC110, a watermark has no event
        await asyncio.sleep(0.01)
    for _ in range(3):
        assert await analytics.rebuild(fed, own, events=nothing, partitions=nothing, is_emptied=True) == len(positions)
    stop.set()
    await asyncio.gather(*tasks)
    assert len(set(looks)) > 3 and not (await analytics.verify(fed, nothing)).differences
