"""A replica that is cut off, silent, late or promoted serves no read that it should not, and no client notices."""

import asyncio
import time
from typing import Any
from uuid import uuid4

import pytest

from hiring.connectors import postgres_replica
from hiring.connectors.postgres_replica import DOWN, SUSPICION_PAUSE_S, Health, judge
from hiring.errors import ApiError, DatabaseUnavailable

ROW = {"is_replica": True, "receiver_pid": 7, "is_caught_up": True, "heartbeat_age_ms": 60_000}


@pytest.mark.parametrize(
    ("changes", "known_receiver_pid", "expected"),
    [
        ({}, 7, Health(is_serving=True, is_fresh=True, lag_ms=0)),
        ({"heartbeat_age_ms": None}, 7, Health(is_serving=True, is_fresh=True, lag_ms=0)),
        ({}, 6, Health(is_serving=False, is_fresh=False, lag_ms=60_000)),
        ({"receiver_pid": None}, None, Health(is_serving=False, is_fresh=False, lag_ms=60_000)),
        ({"is_caught_up": False}, 7, Health(is_serving=False, is_fresh=False, lag_ms=60_000)),
        ({"is_caught_up": False, "heartbeat_age_ms": 400}, 7, Health(is_serving=True, is_fresh=True, lag_ms=400)),
        ({"receiver_pid": None, "heartbeat_age_ms": 7_000}, 7, Health(is_serving=True, is_fresh=False, lag_ms=7_000)),
        ({"receiver_pid": None, "heartbeat_age_ms": 5_000}, 7, Health(is_serving=True, is_fresh=True, lag_ms=5_000)),
        ({"receiver_pid": None, "heartbeat_age_ms": 5_001}, 7, Health(is_serving=True, is_fresh=False, lag_ms=5_001)),
        ({"receiver_pid": None, "heartbeat_age_ms": 9_999}, 7, Health(is_serving=True, is_fresh=False, lag_ms=9_999)),
        (
            {"receiver_pid": None, "heartbeat_age_ms": 10_000},
            7,
            Health(is_serving=False, is_fresh=False, lag_ms=10_000),
        ),
        ({"receiver_pid": None, "heartbeat_age_ms": -50}, 7, Health(is_serving=True, is_fresh=True, lag_ms=0)),
        ({"receiver_pid": None, "heartbeat_age_ms": None}, 7, DOWN),
        ({"is_replica": False, "heartbeat_age_ms": 10}, 7, DOWN),
    ],
)
def test_health_is_judged_when_a_replica_was_asked(
    changes: dict[str, Any], known_receiver_pid: int | None, expected: Health
) -> None:
    """A receiver that stays, with nothing left to replay, or a young heartbeat; a slot that is lost has neither."""
    assert judge(ROW | changes, known_receiver_pid, 5_000) == expected


async def test_primary_answers_at_once_when_the_replica_is_killed(
    open_database: Any, link_to: Any, replica_port: int, until: Any
) -> None:
    """Every read under way and after is answered; when the replica is back, it serves again."""
    link = await link_to(replica_port)
    db = await open_database(replicas=(link.address,))
    failures: list[ApiError] = []
    nodes: list[bool] = []
    is_done = False

    async def reader() -> None:
        while not is_done:
            try:
                nodes.append((await db.on_replica().queries.trial_notes.tell_node())["is_replica"])
            except ApiError as error:
                failures.append(error)
            await asyncio.sleep(0.002)

    readers = [asyncio.create_task(reader()) for _ in range(8)]
    await asyncio.sleep(0.3)
    link.cut()
    await asyncio.sleep(0.5)
    assert not nodes[-1]
    with pytest.raises(DatabaseUnavailable):
        await db.check_replicas()
    await link.mend()

    async def is_back() -> bool:
        return bool(nodes[-1])

    assert await until(is_back) < 4
    is_done = True
    await asyncio.gather(*readers)
    assert failures == []
    await db.check_replicas()


async def test_reads_are_let_go_when_the_replica_falls_silent(
    open_database: Any, link_to: Any, replica_port: int
) -> None:
    """A paused server keeps its connections: the watch notices within two seconds and the primary answers."""
    link = await link_to(replica_port)
    db = await open_database(replicas=(link.address,))
    link.silence()
    began = time.monotonic()
    rows = await asyncio.gather(*(db.on_replica().queries.trial_notes.tell_node() for _ in range(4)))
    assert not any(row["is_replica"] for row in rows)
    assert time.monotonic() - began < 2.8
    began = time.monotonic()
    await db.on_replica().queries.trial_notes.tell_node()
    assert time.monotonic() - began < 0.2


async def test_one_lost_connection_is_survived_when_the_replica_is_well(
    open_database: Any, add_note: Any, admin: Any, replica_port: int, until: Any
) -> None:
    """A read whose backend is terminated is asked again elsewhere, and the replica is back after a look."""
    db = await open_database()
    found = await add_note(db)
    before = db.servers.reads.on_primary_count
    task = asyncio.create_task(db.on_replica().queries.trial_notes.find_slowly(**found, seconds=0.8))
    running = "FROM pg_stat_activity WHERE application_name = 'hiring query' AND query LIKE '%%find_slowly%%'"

    async def some() -> bool:
        return bool(await admin(f"SELECT count(*) {running}", port=replica_port) == [(1,)])

    async def is_back() -> bool:
        return bool(db.servers.replicas[0].health.is_serving)

    await until(some)
    await admin(f"SELECT pg_terminate_backend(pid) {running}", port=replica_port)
    assert await task == 1
    assert db.servers.reads.on_primary_count == before + 1
    assert await until(is_back) < 1


async def test_replica_is_looked_at_soon_when_readers_complain(
    open_database: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without waiting for the next look of the watch, not once for each complaint, and no more when they are over."""
    monkeypatch.setattr(postgres_replica, "WATCH_INTERVAL_S", 600.0)
    db = await open_database()
    [replica] = db.servers.replicas

    async def is_back() -> bool:
        return bool(replica.health.is_serving)

    for _ in range(3):
        replica.suspect()
        assert not await is_back()
        await until(is_back)
    before, began_s = replica._probe.statistics.message_count, time.monotonic()
    while time.monotonic() - began_s < 1:
        replica.suspect()
        await asyncio.sleep(0.002)
    looked = replica._probe.statistics.message_count - before
    assert 0 < looked <= (time.monotonic() - began_s) / SUSPICION_PAUSE_S + 1
    await until(is_back)
    before = replica._probe.statistics.message_count
    await asyncio.sleep(5 * SUSPICION_PAUSE_S)
    assert replica._probe.statistics.message_count <= before + 1


async def test_reads_leave_the_replica_when_it_lags(open_database: Any, hold_replay: Any, until: Any) -> None:
    """Those without a token: with one, age does not matter."""
    db = await open_database(max_replica_lag_ms=1_500)
    replica = db.servers.replicas[0]
    assert replica.health.is_fresh
    async with hold_replay():
        await db.commands.heartbeats.beat(minimum_age_ms=0)

        async def lags() -> bool:
            return not replica.health.is_fresh

        await until(lags, 6)
        assert replica.health.is_serving
        assert replica.health.lag_ms > 1_500
        assert not (await db.on_replica().queries.trial_notes.tell_node())["is_replica"]

    async def is_back() -> bool:
        return bool(replica.health.is_fresh)

    await until(is_back)
    assert (await db.on_replica().queries.trial_notes.tell_node())["is_replica"]


async def test_heart_beats_when_a_database_is_open(open_database: Any, admin: Any) -> None:
    """Once a second, however many processes there are."""
    await open_database()
    await open_database(role="worker")
    await open_database(role="relay")
    before = await admin("SELECT xmin::text::bigint, beaten_at FROM heartbeats")
    await asyncio.sleep(1.3)
    age = await admin("SELECT extract(epoch FROM clock_timestamp() - beaten_at) FROM heartbeats")
    assert age[0][0] < 1.2
    assert (await admin("SELECT count(*), max(beaten_at) FROM heartbeats"))[0][1] > before[0][1]


async def test_idle_process_asks_once_a_second_while_another_beats(open_database: Any, admin: Any) -> None:
    """A heartbeat that another has just sent will do: it does not try again before the next second."""
    db = await open_database()
    await asyncio.sleep(0.5)
    statistics, began = db.servers._keeper.statistics, time.monotonic()
    before = statistics.message_count
    while time.monotonic() - began < 3:
        await admin("UPDATE heartbeats SET beaten_at = clock_timestamp()")
    assert 1 <= statistics.message_count - before <= 4


async def test_change_is_settled_soon_when_a_command_has_ended(
    own_db: Any, add_note: Any, admin: Any, until: Any
) -> None:
    """A heartbeat follows each command: if only the one of each second did, five would take as many seconds."""
    found, began = await add_note(own_db), time.monotonic()
    for _ in range(5):
        await own_db.commands.trial_notes.touch(event_id=uuid4(), **found)
        [(written_at,)] = await admin("SELECT clock_timestamp()")

        async def is_settled(written_at: Any = written_at) -> bool:
            return bool(await admin("SELECT settled_at > %(at)s FROM heartbeats", at=written_at) == [(True,)])

        await until(is_settled)
    assert time.monotonic() - began < 3.5
