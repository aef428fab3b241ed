"""A page costs what a page costs, in an organization of any size: rows are counted, not milliseconds."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pytest

from hiring.connectors import postgres
from hiring.connectors.postgres_session import Statement
from hiring.sql_check.asked import QUERIES, asked, direct, told
from hiring.sql_check.costs import nodes, rows_read

MAXIMUM_ROWS_READ = 2_000
"""By all scans of a statement together, with the index probes that found nothing. There are 40,000 applications; the
manager's teams have hundreds of them, whose files cost three rows each."""

OTHERS = frozenset({"events", "feed", "idempotency_keys", "messages", "replication"})
"""Files of the machinery: their tables are not filled here."""

SMALL = frozenset(
    {
        "organizations",
        "departments",
        "offices",
        "reasons",
        "sources",
        "pipeline_templates",
        "job_boards",
        "permission_groups",
    }
)
"""Tables that an organization fills by hand, and not with every job or candidate."""


async def explained(planner: postgres.Connection, statement: Statement, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What PostgreSQL did to answer."""
    cursor = await planner.send(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement.execute}", values)
    plan: Mapping[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


@pytest.fixture(scope="session")
async def prepared(planner: postgres.Connection) -> postgres.Connection:
    """The session with every query of the service prepared."""
    for statements in QUERIES.values():
        for statement in statements.values():
            await planner.send(statement.prepare)
    return planner


async def test_rows_read_are_bounded_by_the_page_when_any_filter_is_given(prepared: postgres.Connection) -> None:
    """Every statement that lists or finds, as the service sends it; none reads a growing table from end to end."""
    seen: set[str] = set()
    done: set[tuple[str, str]] = set()
    wrong: dict[str, str] = {}
    async for reader, message in asked():
        statement, values = message[-1]
        seen.add(statement.name)
        key = (statement.name, told(values))
        if key not in done:
            done.add(key)
            plan = await explained(prepared, statement, values)
            for complaint in complaints(plan):
                wrong.setdefault(f"{statement.name}: {complaint}", f"{reader} {told(values)}")
    for statement in unseen(seen):
        plan = await explained(prepared, statement, {name: direct(name) for name in statement.parameters})
        wrong |= {f"{statement.name}: {complaint}": "directly" for complaint in complaints(plan)}
    assert not wrong, "\n".join(f"{what} ({how})" for what, how in wrong.items())


def unseen(seen: Collection[str]) -> Iterator[Statement]:
    """The statements that no list chooses among."""
    for noun, statements in QUERIES.items():
        for statement in statements.values():
            if statement.name not in seen and noun not in OTHERS:
                yield statement


def complaints(plan: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a plan."""
    if (count := rows_read(plan)) > MAXIMUM_ROWS_READ:
        yield f"read {count} rows"
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] not in SMALL:
            yield f"scans {node['Relation Name']} from end to end"
