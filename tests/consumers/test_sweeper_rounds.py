"""Rounds of the sweep: when they begin, how long what they delete was kept, and what ends them early."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from hiring.config import Settings
from hiring.connectors import postgres
from hiring.connectors.files import FileStore
from hiring.database import Database
from hiring.errors import FilesUnavailable
from hiring.sweeper import Sweeper
from tests.background import until
from tests.client import Client
from tests.consumers.test_sweeper import COUNTED, NOW, add, files, stored, sweeper
from tests.databases import Admin, superuser_session

__all__ = ["files", "sweeper"]

DAY = timedelta(days=1)
ROUNDS = ("sweep", "sweep of files")


def counted(name: str, kind: str) -> float:
    """A metric of the sweep."""
    return REGISTRY.get_sample_value(f"hiring_{name}", {"kind": kind}) or 0.0


def aged(folder: Path, name: str, age: timedelta) -> Path:
    """The path of a file that was written so long ago."""
    then = time.time() - age.total_seconds()
    os.utime(folder / name, times=(then, then))
    return folder / name


def files_in(folder: Path) -> set[Path]:
    """What is stored."""
    return {path for path in folder.rglob("*") if path.is_file()}


@asynccontextmanager
async def sweeping(sweeper: Sweeper) -> AsyncIterator[None]:
    """Runs rounds until the end of the block."""
    task = asyncio.create_task(sweeper.run())
    try:
        yield
    finally:
        sweeper._stop.set()
        async with asyncio.timeout(60):
            await task


async def begun_ago(admin: Admin, name: str, age: timedelta) -> None:
    """Makes the last round of a kind so old."""
    await admin("UPDATE heartbeats SET beaten_at = now() - %(age)s WHERE name = %(name)s", name=name, age=age)


def test_row_is_kept_as_long_as_it_may_be_asked_for(settings: Settings, worker_db: Database, files: FileStore) -> None:
    """Answers for the 48 hours that are promised, changes of rights for an hour, the rest as the settings say."""
    given = msgspec.structs.replace(
        settings.sweep, uploads_s=11, inbox_s=12, sessions_s=13, mailed_links_s=14, bulk_operations_s=15
    )
    kept = Sweeper(worker_db, files, msgspec.structs.replace(settings, sweep=given), asyncio.Event()).kept()
    assert {kind: each.total_seconds() for kind, each in kept.items()} == {
        "idempotency_keys": 48 * 3600, "principal_changes": 3600,
        "uploads": 11, "inbox": 12, "sessions": 13, "mailed_links": 14, "bulk_operations": 15,
    }  # fmt: skip


async def test_round_comes_after_the_interval_and_that_of_files_once_a_day(
    ada: Client, admin: Admin, settings: Settings, worker_db: Database, files: FileStore, tmp_path: Path
) -> None:
    """Whoever looked last; a file without a row is young for a day."""
    await admin("DELETE FROM heartbeats WHERE name = ANY (%(names)s)", names=list(ROUNDS))
    organization_id = UUID(ada.organization["id"])
    given = msgspec.structs.replace(settings.sweep, interval_s=1, batch_size=2)
    sweeper = Sweeper(worker_db, files, msgspec.structs.replace(settings, sweep=given), asyncio.Event())

    async def gone(ids: list[UUID]) -> None:
        async def is_gone() -> bool:
            return await admin(COUNTED["inbox"], ids=ids) == [(0,)]

        await until(is_gone)

    async def has_gone(path: Path) -> bool:
        return path not in files_in(tmp_path)

    names = [await stored(files, organization_id) for _ in range(3)]
    old, young = aged(tmp_path, names[0], DAY + timedelta(minutes=1)), aged(tmp_path, names[1], DAY * 0.99)
    async with sweeping(sweeper):
        await until(lambda: has_gone(old))
        await gone(await add(admin, "inbox", ada, datetime.now(UTC) - DAY * 31, 3))  # the walk is over by then
        later = aged(tmp_path, names[2], DAY * 2)
        await gone(await add(admin, "inbox", ada, datetime.now(UTC) - DAY * 31, 3))
        await begun_ago(admin, "sweep of files", DAY * 0.99)
        await gone(await add(admin, "inbox", ada, datetime.now(UTC) - DAY * 31, 3))
        await asyncio.sleep(1.5)
        assert {later, young} <= files_in(tmp_path)
        await begun_ago(admin, "sweep of files", DAY * 1.01)
        await until(lambda: has_gone(later))
        assert young in files_in(tmp_path)


async def test_round_waits_for_its_interval_when_another_has_begun_one(
    ada: Client, admin: Admin, worker_db: Database, sweeper: Sweeper
) -> None:
    """A worker that starts anew does not sweep again."""
    for name in ROUNDS:
        await worker_db.commands.sweeps.begin_round(name=name, interval_s=600)
        await begun_ago(admin, name, timedelta(seconds=550))
    ids = await add(admin, "inbox", ada, datetime.now(UTC) - DAY * 31, 1)
    async with sweeping(sweeper):
        await asyncio.sleep(0.5)
    assert await admin(COUNTED["inbox"], ids=ids) == [(1,)]


async def test_other_tables_are_swept_when_one_cannot_be(
    ada: Client, admin: Admin, sweeper: Sweeper, settings: Settings
) -> None:
    """Nor can be measured then; the next round makes up for it, and tells how far behind each one is."""
    answers = await add(admin, "idempotency_keys", ada, NOW - DAY * 3, 3)
    messages = await add(admin, "inbox", ada, NOW - DAY * 31, 3)
    async with superuser_session(settings) as other:
        await postgres.send(other, "BEGIN; LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE")
        await sweeper.sweep(NOW)
        await postgres.send(other, "ROLLBACK")
    assert await admin(COUNTED["inbox"], ids=messages) == [(0,)]
    assert await admin(COUNTED["idempotency_keys"], ids=answers) == [(3,)]
    before = counted("swept_total", "idempotency_keys"), counted("swept_total", "inbox")
    await sweeper.sweep(NOW)
    assert await admin(COUNTED["idempotency_keys"], ids=answers) == [(0,)]
    assert (counted("swept_total", "idempotency_keys"), counted("swept_total", "inbox")) == (before[0] + 3, before[1])


async def test_sweep_is_told_by_kind_and_number(ada: Client, admin: Admin, sweeper: Sweeper) -> None:
    """Where there was something to sweep."""
    await sweeper.sweep(NOW)
    await add(admin, "inbox", ada, NOW - DAY * 31, 3)
    with capture_logs() as lines:
        await sweeper.sweep(NOW)
    told = [line for line in lines if line.get("kind") == "inbox"]
    assert told == [{"event": "sweep.done", "log_level": "info", "kind": "inbox", "count": 3}]


async def test_failure_of_a_sweep_is_told_by_its_kind(
    ada: Client, sweeper: Sweeper, settings: Settings, files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a table, of the measuring behind them, of the walk through the files."""
    async with superuser_session(settings) as other:
        await postgres.send(other, "BEGIN; LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE")
        with capture_logs() as lines:
            await sweeper.sweep(NOW)
        await postgres.send(other, "ROLLBACK")
    aged(tmp_path, await stored(files, UUID(ada.organization["id"])), DAY * 2)
    with capture_logs() as walked:
        await sweep_in_vain(sweeper, monkeypatch)
    failed = {"event": "sweep.failed", "log_level": "warning"}
    assert [line for line in lines if line["event"] != "sweep.done"] == [
        failed | {"kind": kind, "error": "StatementStopped"} for kind in ("idempotency_keys", "measure")
    ]
    assert walked == [failed | {"kind": "files", "error": "FilesUnavailable"}]


async def test_delay_of_the_oldest_row_is_told(ada: Client, admin: Admin, sweeper: Sweeper, settings: Settings) -> None:
    """From the moment when it should have gone; nothing where nothing is overdue."""
    cutoff = NOW - sweeper.kept()["uploads"]
    ids = await add(admin, "uploads", ada, cutoff - DAY * 2, 1)
    async with superuser_session(settings) as other:
        await postgres.send(other, "BEGIN; SELECT FROM uploads WHERE id = %(id)s FOR UPDATE", {"id": ids[0]})
        await sweeper.sweep(NOW)
        await postgres.send(other, "ROLLBACK")
    assert counted("sweep_overdue_seconds", "uploads") == 2 * 86_400
    assert counted("sweep_overdue_seconds", "inbox") == counted("sweep_overdue_seconds", "sessions") == 0
    await sweeper.sweep(NOW)
    assert counted("sweep_overdue_seconds", "uploads") == 0


async def test_round_ends_between_two_batches_when_the_worker_stops(
    ada: Client, admin: Admin, sweeper: Sweeper
) -> None:
    """What is left is the next round's."""
    ids = await add(admin, "inbox", ada, NOW - DAY * 31, 60)

    async def has_begun() -> bool:
        return await admin(COUNTED["inbox"], ids=ids) != [(60,)]

    task = asyncio.create_task(sweeper.sweep(NOW))
    await until(has_begun)
    sweeper._stop.set()
    async with asyncio.timeout(10):
        await task
    assert 0 < (await admin(COUNTED["inbox"], ids=ids))[0][0] < 60


async def test_file_stays_when_an_attachment_alone_names_it(
    ada: Client, admin: Admin, sweeper: Sweeper, files: FileStore, tmp_path: Path
) -> None:
    """Its upload has gone long ago. What lies in no organization's folder belongs to nobody, and goes."""
    organization_id, candidate_id = UUID(ada.organization["id"]), uuid4()
    names = {case: await stored(files, organization_id) for case in ("attached", "unknown", "another's")}
    await admin(
        """INSERT INTO candidates (organization_id, id, name) VALUES (%(organization_id)s, %(candidate_id)s, 'Kim');
           INSERT INTO attachments (organization_id, id, candidate_id, kind, file_name, media_type, size, sha256,
                                    storage_name)
           VALUES (%(organization_id)s, %(id)s, %(candidate_id)s, 'resume', 'a.txt', 'text/plain', 1, '', %(name)s)""",
        organization_id=organization_id, id=uuid4(), candidate_id=candidate_id, name=names["attached"],
    )  # fmt: skip
    (tmp_path / "checks").mkdir()
    names["check"] = "checks/left"
    (tmp_path / names["check"]).write_bytes(b"check")
    (tmp_path / str(uuid4())).mkdir()
    before = counted("swept_total", "files")
    for name in names.values():
        aged(tmp_path, name, DAY * 2)
    await sweeper.sweep_files(datetime.now(UTC))
    assert {case for case, name in names.items() if tmp_path / name in files_in(tmp_path)} == {"attached"}
    assert counted("swept_total", "files") == before + 3


async def sweep_in_vain(sweeper: Sweeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """Walks through a store that deletes nothing."""

    async def fail(store: FileStore, name: str) -> None:
        raise FilesUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(FileStore, "delete", fail)
        await sweeper.sweep_files(datetime.now(UTC))


async def test_walk_through_the_files_ends_when_the_store_fails_or_the_worker_stops(
    ada: Client, sweeper: Sweeper, files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quietly: the next day's goes on."""
    for _ in range(7):
        aged(tmp_path, await stored(files, UUID(ada.organization["id"])), DAY * 2)
    await sweep_in_vain(sweeper, monkeypatch)
    assert len(files_in(tmp_path)) == 7
    sweeper._stop.set()
    await sweeper.sweep_files(datetime.now(UTC))
    assert len(files_in(tmp_path)) == 5
