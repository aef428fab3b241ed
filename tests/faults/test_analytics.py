"""kill -9 of ClickHouse, of the worker and of the broker, while people hire: every event becomes a fact, once."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from uuid import UUID

import msgspec
import pytest

from hiring import analytics
from hiring.config import Settings
from hiring.database import Database
from hiring.errors import AnalyticsUnavailable
from hiring.ingestion import TABLE, Ingestion, lines_of
from hiring.relay import Sequencer
from tests.background import AddEvents, until
from tests.client import Client
from tests.databases import Admin, make_analytics
from tests.faults.canary import CANARY, columns_with_it, files_with_it, plant
from tests.faults.conftest import DATABASE, Record
from tests.faults.hirers import Hirers, funnel, funnel_of_postgres
from tests.faults.processes import Service
from tests.relay.own_broker import OwnBroker
from tests.services.clickhouse_process import PASSWORD, USER, ClickHouseProcess

KILLS = 10
COMMANDS_BETWEEN = 5
EVENTS = 12
WRITES = 100
MAXIMUM_P99_S = 5.0


def nothing(done: int, total: int) -> None:
    """A progress that nobody watches."""


@pytest.fixture
async def clickhouse(settings: Settings, tmp_path: Path) -> AsyncIterator[ClickHouseProcess]:
    """A server with the tables and nothing in them."""
    async with ClickHouseProcess.running(tmp_path / "clickhouse") as process:
        await make_analytics(msgspec.structs.replace(process.settings(settings.clickhouse), database=DATABASE))
        yield process


@pytest.fixture
def environ(environ: dict[str, str], clickhouse: ClickHouseProcess) -> dict[str, str]:
    """That of the other tests here, with this ClickHouse."""
    return environ | {
        "HIRING__CLICKHOUSE__HOST": "127.0.0.1", "HIRING__CLICKHOUSE__PORT": str(clickhouse.port),
        "HIRING__CLICKHOUSE__USER": USER, "HIRING_CLICKHOUSE_PASSWORD": PASSWORD,
    }  # fmt: skip


@pytest.fixture
async def db(settings: Settings, clickhouse: ClickHouseProcess) -> AsyncIterator[Database]:
    """Statements, as `hiring analytics` sends them."""
    own = msgspec.structs.replace(clickhouse.settings(settings.clickhouse), database=DATABASE)
    db = await Database.open(msgspec.structs.replace(settings, clickhouse=own), role="relay")
    yield db
    await db.close()


@pytest.fixture
async def load(api: Service, api_port: int, empty: None) -> AsyncIterator[Hirers]:
    async with Hirers.prepared(f"http://127.0.0.1:{api_port}") as load:
        yield load


async def everything_is_a_fact(db: Database, admin: Admin) -> float:
    """Waits until ClickHouse is where the feed ends, and nothing is on its way there; returns how long that took."""

    async def has_arrived() -> bool:
        [(waiting,)] = await admin("SELECT count(*) FROM outbox WHERE due_at <= now()")
        at = await analytics.standing(db)
        return waiting == 0 and at.position == at.end_position

    return await until(has_arrived)


class Killer:
    """Kills a server, and lets it start again when some commands were answered without it; the next dies meanwhile."""

    def __init__(self, load: Hirers, clickhouse: ClickHouseProcess, worker: Service, broker: OwnBroker) -> None:
        self._load, self._clickhouse, self._worker, self._broker = load, clickhouse, worker, broker
        self._starts: dict[str, asyncio.Task[None]] = {}

    async def clickhouse(self) -> None:
        """Meanwhile there are no reports."""
        await self.are_back("clickhouse")
        await self._clickhouse.end(signal.SIGKILL)
        await self._commands_go_on()
        answer = await self._load.reader.get("/api/v1/reports/funnel", headers={"Consistency-Token": ""})
        assert (answer.status_code, answer.json()["code"]) == (503, "analytics_unavailable")
        self._starts["clickhouse"] = asyncio.create_task(self._clickhouse.start())

    async def worker(self) -> None:
        """Another one takes its leases."""
        await self.are_back("worker")
        self._worker.kill()
        await self._commands_go_on()
        self._starts["worker"] = asyncio.create_task(self._worker.start())

    async def broker(self) -> None:
        """The feed goes on without it."""
        await self.are_back("broker")
        self._broker.kill()
        await self._commands_go_on()
        self._starts["broker"] = asyncio.create_task(self._broker.start())

    async def are_back(self, *names: str) -> None:
        """Waits until these have started."""
        for name in names:
            if name in self._starts:
                await self._starts.pop(name)

    async def _commands_go_on(self) -> None:
        goal = self._load.command_count + COMMANDS_BETWEEN

        async def reached() -> bool:
            return self._load.command_count >= goal

        await until(reached)


async def facts_come(db: Database) -> None:
    """Waits until something has been ingested."""
    before = (await analytics.standing(db)).position

    async def moved() -> bool:
        return (await analytics.standing(db)).position > before

    await until(moved)


async def test_every_event_is_a_fact_once_when_clickhouse_worker_and_broker_are_killed(
    load: Hirers, worker: Service, clickhouse: ClickHouseProcess, own_broker: OwnBroker, db: Database, admin: Admin,
    record_property: Record,
) -> None:  # fmt: skip
    """Ten times in turn; no command fails, a report says 503 while ClickHouse is gone, and then all is there."""
    began = time.monotonic()
    async with load.running():
        killer = Killer(load, clickhouse, worker, own_broker)
        try:
            for number, kill in enumerate(islice(cycle((killer.clickhouse, killer.worker, killer.broker)), KILLS)):
                if number % 3 == 0:
                    await killer.are_back("clickhouse", "worker")
                    await facts_come(db)
                await kill()
        finally:
            await killer.are_back("clickhouse", "worker", "broker")
    killed_s = time.monotonic() - began
    caught_up_s = await everything_is_a_fact(db, admin)
    assert load.failures == {} and load.retry_count == 0
    assert load.hired and load.ended and load.applied
    verdict = await analytics.verify(db, nothing)
    assert verdict.position == verdict.end_position and verdict.events_count > load.command_count
    assert not verdict.differences and not verdict.histories
    [(changes,)] = await admin(
        "SELECT count(*) FROM stage_changes WHERE organization_id = %(id)s", id=UUID(load.ada.organization["id"])
    )
    steps = {row["organization_id"]: row["steps_count"] for row in await db.analytics.facts.count_steps()}
    assert steps == {UUID(load.ada.organization["id"]): changes}
    assert await funnel(load) == await funnel_of_postgres(admin, load)
    record_property(
        "measured", f"{KILLS} kills in {killed_s:.1f} s, {load}, {verdict.events_count} facts, {caught_up_s=}"
    )


class Careless(Ingestion):
    """The control: it moves the watermark before ClickHouse has confirmed."""

    async def _ingest_next(self) -> None:
        position = await self._lease.hold()
        assert position is not None
        rows = await self._db.queries.facts.list_after(after_position=position, row_limit=self._settings.batch_size)
        await self._lease.advance(rows[-1]["position"])
        await self._db.clickhouse.insert(TABLE, lines_of(rows))


@pytest.mark.parametrize(("kind", "is_lossy"), [(Ingestion, False), (Careless, True)])
async def test_events_are_lost_when_the_watermark_goes_first_and_otherwise_not(
    kind: type[Ingestion], is_lossy: bool, db: Database, settings: Settings, clickhouse: ClickHouseProcess,
    empty: None, add_events: AddEvents,
) -> None:  # fmt: skip
    """The comparison names each of them; taking all again brings them."""
    ids, stop = await add_events("trial.happened", EVENTS), asyncio.Event()
    sequencer = Sequencer(db, settings, stop, asyncio.Event())
    while await sequencer.sequence():
        pass
    await clickhouse.end(signal.SIGKILL)
    with pytest.raises(AnalyticsUnavailable):
        await kind(db, settings, stop).run()
    await clickhouse.start()
    next_one = Ingestion(db, settings, stop)
    await next_one._ingest_next()
    await next_one._lease.end()
    verdict = await analytics.verify(db, nothing)
    assert verdict.position == verdict.end_position and verdict.events_count == EVENTS
    missing = {each for difference in verdict.differences for each in difference.missing_ids}
    assert missing == (set(ids) if is_lossy else set())
    await analytics.rebuild(db, settings, events=nothing, partitions=nothing, is_emptied=False)
    assert not (await analytics.verify(db, nothing)).differences


async def test_report_shows_a_command_within_seconds(load: Hirers, worker: Service, record_property: Record) -> None:
    """From a command's answer until the funnel counts it, without a token."""
    body = {"job_id": load.job["id"]}
    candidates = [await load.ada.made("/candidates", {"first_name": "Kim"}) for _ in range(WRITES)]
    answered_at: list[float] = []
    waits_s: list[float] = []

    async def write() -> None:
        for each in candidates:
            await load.ada.made("/applications", body | {"candidate_id": each["id"]})
            answered_at.append(time.monotonic())

    async def look() -> None:
        while len(waits_s) < WRITES:
            rows = await funnel(load)
            seen_at = time.monotonic()
            shown = rows[0]["reached"] if rows else 0
            waits_s.extend(max(0.0, seen_at - at) for at in answered_at[len(waits_s) : shown])
            await asyncio.sleep(0.02)

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        group.create_task(write())
        group.create_task(look())
    cuts = quantiles(waits_s, n=100)
    record_property("event to report, s", f"p50 {cuts[49]:.2f}, p99 {cuts[98]:.2f}, most {max(waits_s):.2f}")
    assert cuts[98] < MAXIMUM_P99_S


async def test_clickhouse_has_no_word_that_a_person_wrote(
    api: Service,
    api_port: int,
    worker: Service,
    empty: None,
    clickhouse: ClickHouseProcess,
    db: Database,
    admin: Admin,
    settings: Settings,
) -> None:
    """In no file and no column, even where every event has it. The control, a table with the word, is found."""
    async with await Client.register(f"http://127.0.0.1:{api_port}") as ada:
        least = await plant(ada)
    await everything_is_a_fact(db, admin)
    worker.kill()
    assert (await analytics.standing(db)).facts_count > least
    assert await columns_with_it(db.clickhouse) == [] and await files_with_it(clickhouse.folder) == []
    await admin("UPDATE events SET data = data || jsonb_build_object('name', %(word)s, 'note', %(word)s)", word=CANARY)
    assert await analytics.rebuild(db, settings, events=nothing, partitions=nothing, is_emptied=True) > least
    assert await columns_with_it(db.clickhouse) == [] and await files_with_it(clickhouse.folder) == []
    await db.clickhouse.run("CREATE TABLE trial (text String) ENGINE = MergeTree ORDER BY tuple()")
    await db.clickhouse.insert("trial", msgspec.json.encode({"text": CANARY}))
    assert await columns_with_it(db.clickhouse) == ["trial.text"] and await files_with_it(clickhouse.folder)
