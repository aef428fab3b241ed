"""The tables and views of ClickHouse: up, down, what was edited, and a runner that was killed half-way."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from hiring import clickhouse_migrations as migrations
from hiring.connectors.clickhouse import ClickHouse
from hiring.migration_files import MigrationError, read_migrations
from tests.conftest import clickhouse, clickhouse_settings
from tests.reports.events import Event, facts

__all__ = ["clickhouse", "clickhouse_settings"]
TABLES = ("facts", "applications", "openings", "jobs")


def unheard(sentence: str) -> None:
    """What is done that nobody listens to."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations, which a test may change."""
    shutil.copytree(migrations.MIGRATIONS, tmp_path / "clickhouse")
    return tmp_path / "clickhouse"


async def states(server: ClickHouse, folder: Path) -> list[str]:
    """How each migration stands."""
    return [each.state for each in await migrations.status(server, folder=folder)]


async def test_schema_is_there_once_when_it_is_applied_twice(clickhouse: ClickHouse, folder: Path) -> None:
    """And gone when it is taken back; then it comes again."""
    assert "applied" not in await states(clickhouse, folder)
    count = len(await states(clickhouse, folder))
    for _ in range(2):
        assert await migrations.up(clickhouse, unheard, folder=folder) == count
        assert await migrations.up(clickhouse, unheard, folder=folder) == 0
        assert await states(clickhouse, folder) == ["applied"] * count
        for table in TABLES:
            await clickhouse.query(f"SELECT count() AS n FROM {table}", {})
        for _ in range(count):
            assert await migrations.down(clickhouse, unheard, folder=folder) == 1
        assert await migrations.down(clickhouse, unheard, folder=folder) == 0
        assert "applied" not in await states(clickhouse, folder)


async def test_schema_is_whole_when_a_runner_was_killed_half_way(clickhouse: ClickHouse, folder: Path) -> None:
    """Its file was not noted, so all of it runs again; what was made already stays."""
    [first, *_] = read_migrations(folder)
    for statement in first.up.statements[:3]:
        await clickhouse.run(statement.text)
    await migrations.up(clickhouse, unheard, folder=folder)
    assert set(await states(clickhouse, folder)) == {"applied"}
    while await migrations.down(clickhouse, unheard, folder=folder):
        pass


async def test_merged_application_is_withdrawn_when_its_migration_is_taken_back(
    clickhouse: ClickHouse, folder: Path
) -> None:
    """And what comes afterwards, which the version before calls the same."""
    await migrations.up(clickhouse, unheard, folder=folder)
    await clickhouse.insert("facts", merge_of(UUID(int=1)))
    assert await changes(clickhouse) == ["merged"]
    assert await migrations.down(clickhouse, unheard, folder=folder) == 1
    await clickhouse.insert("facts", merge_of(UUID(int=2)))
    assert await changes(clickhouse) == ["withdrawn", "withdrawn"]
    while await migrations.down(clickhouse, unheard, folder=folder):
        pass


def merge_of(application_id: UUID) -> bytes:
    """The fact that a merge ended an application."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    event = Event(
        id=application_id, type="application.withdrawn", aggregate_id=application_id, version=2, occurred_at=at,
        job_id=UUID(int=3), stage_kind="review", status="merged",
    )  # fmt: skip
    return b"\n".join(facts([event], organization_id=UUID(int=4)))


async def changes(server: ClickHouse) -> list[str]:
    """The last change of each application."""
    sql = "SELECT CAST(last.2, 'String') AS change FROM applications FINAL ORDER BY application_id"
    return [row["change"] for row in await server.query(sql, {})]


async def test_nothing_is_done_when_a_file_was_edited_or_is_missing(clickhouse: ClickHouse, folder: Path) -> None:
    """Whether it goes up or down; the sentence names the file."""
    await migrations.up(clickhouse, unheard, folder=folder)
    edit(folder)
    assert (await states(clickhouse, folder))[0] == "edited"
    for run in (migrations.up, migrations.down):
        with pytest.raises(MigrationError, match="0001 was applied, and its file is edited"):
            await run(clickhouse, unheard, folder=folder)
    remove(folder)
    assert (await states(clickhouse, folder))[0] == "missing"
    with pytest.raises(MigrationError, match="0001 was applied, and its file is missing"):
        await migrations.up(clickhouse, unheard, folder=folder)
    while await migrations.down(clickhouse, unheard):
        pass


def edit(folder: Path) -> None:
    """Adds a comment to the first migration."""
    [path] = (path for path in folder.glob("0001_*.sql") if ".down." not in path.name)
    path.write_text(path.read_text(encoding="utf-8") + "-- Edited.\n", encoding="utf-8")


def remove(folder: Path) -> None:
    """Removes the first migration."""
    for path in folder.glob("0001_*.sql"):
        path.unlink()
