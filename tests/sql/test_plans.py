"""Prepared statements: named, and prepared anew when a migration or a DEALLOCATE came between."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from hiring.connectors.postgres_session import Returns, Statement
from hiring.database import Database

STATEMENT = Statement(
    "queries/changing.find", frozenset({"id"}), Returns.ROW,
    'PREPARE "queries/changing.find" AS /* queries/changing.find */ SELECT id, body FROM changing WHERE id = $1',
    'EXECUTE "queries/changing.find"(%(id)s)',
)  # fmt: skip


@pytest.fixture
async def single(open_database: Any, admin: Any) -> Any:
    """A database with one connection for commands, and a table that changes."""
    await admin(
        "DROP TABLE IF EXISTS changing; CREATE TABLE changing (id int, body text);"
        " INSERT INTO changing VALUES (1, 'a'); GRANT SELECT ON changing TO hiring_command"
    )
    return await open_database(pools={"command": 1})


@pytest.mark.parametrize(
    ("change", "repeats"),
    [
        ("ALTER TABLE changing ADD COLUMN more text DEFAULT 'x'", 0),
        ("ALTER TABLE changing ALTER COLUMN body TYPE varchar(40)", 1),
        ("ALTER TABLE changing ALTER COLUMN id TYPE bigint", 1),
        ("ALTER TABLE changing ALTER COLUMN id TYPE text", 1),
    ],
)
async def test_statement_is_prepared_anew_when_a_migration_outdated_it(
    single: Database, admin: Any, change: str, repeats: int
) -> None:
    """0A000 and 42883: once more, and nobody notices."""
    pool = single.servers.primary
    assert (await pool.run((STATEMENT, {"id": 1})))["body"] == "a"
    await admin(change)
    assert (await pool.run((STATEMENT, {"id": 1})))["body"] == "a"
    assert pool.statistics.repeated_count == repeats


async def test_statement_is_prepared_anew_when_somebody_deallocated_it(single: Database) -> None:
    """26000, also in a message that opens a transaction."""
    pool = single.servers.primary
    await single.commands.trial_notes.sleep(seconds=0)
    for times in (1, 2):
        session = await pool.take()
        await session.send("DEALLOCATE ALL")
        pool.give(session)
        async with single.once(principal="p", key=str(uuid4()), fingerprint="f", organization_id=None) as once:
            assert await once.commands.trial_notes.sleep(seconds=0)
            once.answer = "done"
        assert pool.statistics.repeated_count == times


@pytest.mark.parametrize("is_planned_each_time", [True, False])
async def test_statement_has_a_plan_for_each_call_when_it_says_so(single: Database, is_planned_each_time: bool) -> None:
    """Custom plans for it alone; what comes after it on the same connection has one plan for all values."""
    pool = single.servers.primary
    for _ in range(7):
        await pool.run((replace(STATEMENT, is_planned_each_time=is_planned_each_time), {"id": 1}))
    await single.commands.trial_notes.sleep(seconds=0)
    session = await pool.take()
    cursor = await session.send("SELECT name, generic_plans, custom_plans FROM pg_prepared_statements")
    counted = {name: (generic, custom) for name, generic, custom in cursor.fetchall()}
    pool.give(session)
    assert counted[STATEMENT.name] == ((0, 7) if is_planned_each_time else (7, 0))
    assert counted["commands/trial_notes.sleep"] == (1, 0)


async def test_names_are_visible_when_a_dba_looks(single: Database, admin: Any) -> None:
    """In the message that runs, and in the list of prepared statements."""
    pool = single.servers.primary
    await single.commands.trial_notes.sleep(seconds=0)
    rows = await admin(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'hiring command' AND query LIKE '%%sleep%%'"
    )
    assert rows == [('EXECUTE "commands/trial_notes.sleep"(0)',)]
    session = await pool.take()
    cursor = await session.send("SELECT name, statement FROM pg_prepared_statements WHERE name LIKE '%%sleep'")
    assert cursor.fetchall() == [
        (
            "commands/trial_notes.sleep",
            'PREPARE "commands/trial_notes.sleep" AS /* commands/trial_notes.sleep */ SELECT pg_sleep($1);',
        )
    ]
    pool.give(session)
