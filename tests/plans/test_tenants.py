"""Beside a thousand small employers a page costs the largest one what it costs alone: `n_distinct` holds its plan."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest

from benchmarks.asked import EMPLOYERS, QUERIES, asked
from benchmarks.commanded import COMMANDS
from benchmarks.costs import buffers_seen, explaining
from hiring.config import Settings
from hiring.connectors import postgres
from hiring.connectors.postgres_session import Statement
from hiring.errors import ApiError
from hiring.queries.base import HIGHEST_ID
from sqlproof.explain.plans import lines, tree
from tests.databases import superuser_session

TENANT = "organization_id"
PINNED = """
SELECT a.attrelid::regclass::text FROM pg_attribute AS a
WHERE a.attname = %(column)s AND a.attoptions = ARRAY['n_distinct=2'] ORDER BY 1
"""
"""The tables that are planned for their largest tenant: all that `sqlproof check` asks it of."""
ESTIMATES = """
SELECT s.tablename, s.n_distinct
FROM pg_stats AS s
WHERE s.schemaname = 'public' AND s.attname = %(column)s AND s.tablename = ANY (%(tables)s)
"""
LIST = "queries/applications.list"
MAXIMUM_PAGE_BUFFERS = 600
"""For 26 rows, and beside each those that say what it is, who may see it and what is shown within it."""
REPLAY_S = 60
POLL_S = 0.1

Costs = Mapping[tuple[str, str], int]


@pytest.fixture(scope="module")
async def pages() -> Mapping[tuple[str, str], tuple[Statement, Mapping[str, Any]]]:
    """The first page of each list without a filter, as an administrator of each kind of employer asks for it."""
    found: dict[tuple[str, str], tuple[Statement, Mapping[str, Any]]] = {}
    async for reader, message in asked():
        statement, values = message[-1]
        is_first = statement.name.endswith(".list") and values.get("before_id") == HIGHEST_ID
        if is_first and reader.startswith("administrator "):
            found.setdefault((statement.name, reader.split()[3]), message[-1])
    assert {employer for name, employer in found if name == LIST} == EMPLOYERS.keys()
    return found


async def costs(prepared: postgres.Connection, pages: Any) -> Costs:
    """The buffers that each page looks at."""
    found = {}
    for place, (statement, values) in pages.items():
        text = explaining(statement, "ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON")
        found[place] = buffers_seen((await prepared.send(text, values)).fetchone()[0][0]["Plan"])
    return found


async def plans(prepared: postgres.Connection) -> Mapping[str, str]:
    """The plan for all values of every statement that a tenant sends."""
    found = {}
    for statement in (each for folder in (QUERIES, COMMANDS) for file in folder.values() for each in file.values()):
        if TENANT in statement.parameters and not statement.is_planned_each_time:
            values = dict.fromkeys(statement.parameters)
            text = f"SET plan_cache_mode = force_generic_plan; EXPLAIN (FORMAT JSON) {statement.execute}"
            told = (await prepared.send(text, values)).fetchone()[0][0]
            found[statement.name] = "\n".join(lines(tree(told["Plan"])))
    return found


async def pinned(connection: postgres.Connection) -> list[str]:
    """The tables that have the setting."""
    found = [name for (name,) in (await connection.send(PINNED, {"column": TENANT})).fetchall()]
    assert len(found) > 25
    return found


@asynccontextmanager
async def without_the_setting(connection: postgres.Connection) -> AsyncIterator[None]:
    """Statistics are for a while those of a schema that says nothing about its tenants."""
    tables = await pinned(connection)
    resets = "".join(f"ALTER TABLE {table} ALTER {TENANT} RESET (n_distinct);" for table in tables)
    await postgres.send(connection, f"BEGIN; {resets} ANALYZE {', '.join(tables)}", timeout_ms=60_000)
    try:
        yield
    finally:
        await connection.send("ROLLBACK")


async def test_page_costs_the_page_when_small_tenants_are_many(prepared: postgres.Connection, pages: Any) -> None:
    """Page one of every list, in each kind of employer."""
    found = await costs(prepared, pages)
    assert not {place: cost for place, cost in found.items() if cost > MAXIMUM_PAGE_BUFFERS}


async def test_page_costs_the_whole_organization_when_the_setting_is_missing(
    prepared: postgres.Connection, pages: Any
) -> None:
    """The control: without it page one of GET /applications reads all jobs and stages, and dozens of plans change."""
    with_setting, plans_with = await costs(prepared, pages), await plans(prepared)
    async with without_the_setting(prepared):
        without, plans_without = await costs(prepared, pages), await plans(prepared)
    place = (LIST, "largest")
    assert without[place] > 3 * with_setting[place]  # beside 3,000 of 200, with a million of its own: 126 times
    assert sum(plans_with[name] != plans_without[name] for name in plans_with) > 30
    assert (await costs(prepared, pages))[place] < MAXIMUM_PAGE_BUFFERS


async def test_every_server_plans_for_the_largest_tenant_when_statistics_are_gathered(
    settings: Settings, prepared: postgres.Connection, pages: Any
) -> None:
    """The replica has the effect of the setting with the rows."""
    tables = await pinned(prepared)
    written = (await prepared.send("SELECT pg_current_wal_lsn()::text")).fetchone()[0]
    place = (LIST, "largest")
    statement, _ = pages[place]
    for port in (settings.postgres.primary.port, settings.postgres.replicas[0].port):
        async with asyncio.timeout(REPLAY_S):
            await replay(settings, port, written)
        async with superuser_session(settings, port=port) as session:
            estimates = (await session.send(ESTIMATES, {"column": TENANT, "tables": tables})).fetchall()
            assert dict(estimates) == dict.fromkeys(tables, 2)
            await session.send(f"SET plan_cache_mode = force_generic_plan; {statement.prepare}")
            assert (await costs(session, {place: pages[place]}))[place] < MAXIMUM_PAGE_BUFFERS


async def replay(settings: Settings, port: int, position: str) -> None:
    """Returns when a server has everything up to a position of the primary's log."""
    text = "SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= %(position)s::pg_lsn"
    is_there = False
    while not is_there:
        await asyncio.sleep(POLL_S)
        with suppress(ApiError):  # its database is not there yet
            async with superuser_session(settings, port=port) as session:
                is_there = (await session.send(text, {"position": position})).fetchone()[0]
