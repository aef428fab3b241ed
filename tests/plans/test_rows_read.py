"""A page costs what a page costs, in an organization of any size: rows are counted, not milliseconds."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.asked import EMPLOYERS, LISTS, QUERIES, actor_of, asked, queries, recorded, told
from benchmarks.commanded import COMMANDS
from benchmarks.costs import explaining, nodes, rows_read
from hiring.cli.sql_explain import ServiceSession
from hiring.connectors import postgres
from hiring.connectors.postgres_session import Statement
from hiring.errors import ApiError, Invalid
from sqlproof.configuration import read_project
from sqlproof.explain.plans import tree
from sqlproof.explain.session import types_of
from sqlproof.explain.values import Refused, choose
from sqlproof.reading.statements import statements_of

MAXIMUM_ROWS_READ = 3_000
"""By all scans of a statement together, with the index probes that found nothing. The largest employer has 40,000
applications; the manager's teams have hundreds of them, and a hundred files cost thirty rows each."""

READ_MORE = {
    "queries/jobs.find_pipeline_as_of", "queries/jobs.list_by_custom_value", "queries/principal_changes.find_since",
}  # fmt: skip
"""All that has happened in the largest job, jobs by a field of applications, which is none of theirs, and all changes
there are: the values found ask for everything."""

REFUSED = {
    "commands/api_keys.rotate", "commands/bulk_operations.claim_item", "commands/bulk_operations.record_item",
    "commands/consent_texts.add", "commands/custom_fields.add", "commands/duplicates.merge", "commands/job_boards.add",
    "commands/jobs.add", "commands/organizations.register", "commands/posts.add", "commands/sender_identities.add",
    "commands/sessions.end", "commands/users.invite", "commands/users.request_reset", "queries/boards.require_state",
    "queries/events.require_visible", "queries/vocabularies.require_state",
}  # fmt: skip
"""What the values of another row do not suit: they are taken already."""

PROJECT = read_project(Path(__file__).resolve().parents[2] / "sql" / "rules.toml")
TENANT = PROJECT.tenants.column
READ = {statement.name: statement for statement in statements_of(PROJECT)}


BEFORE_A_PAGE = "queries/custom_fields.find_filter"
"""What a filter by a custom field asks first: the field of the key."""


async def test_page_is_one_statement_whatever_is_shown_within_it() -> None:
    """Every list with every combination of its filters and everything expanded, by every kind of reader."""
    db, sent = recorded()
    for reader in ("administrator", "manager"):
        actor = actor_of(reader, EMPLOYERS["largest"])
        for reading, query_type in LISTS:
            for query in queries(reading.noun, query_type, limit=25):
                try:
                    await reading.run(db, actor, query)
                except Invalid:
                    continue
                finally:
                    names = [statement.name for message in sent for statement, _ in message]
                    sent.clear()
                assert len([name for name in names if name != BEFORE_A_PAGE]) == 1, (reading.noun, query, names)


async def explained(planner: postgres.Connection, statement: Statement, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What PostgreSQL did to answer."""
    cursor = await planner.send(explaining(statement, "ANALYZE, TIMING OFF, FORMAT JSON"), values)
    plan: Mapping[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan


async def test_rows_read_are_bounded_by_the_page_when_any_filter_is_given(prepared: postgres.Connection) -> None:
    """Every list, as the service sends it, in each kind of employer; none reads a growing table from end to end."""
    done: set[tuple[str, str]] = set()
    wrong: dict[str, str] = {}
    async for reader, message in asked():
        statement, values = message[-1]
        key = (statement.name, told(values))
        if key not in done:
            done.add(key)
            plan = await explained(prepared, statement, values)
            for complaint in complaints(plan):
                wrong.setdefault(f"{statement.name}: {complaint}", f"{reader} {told(values)}")
    assert not wrong, "\n".join(f"{what} ({how})" for what, how in wrong.items())


async def test_rows_read_are_bounded_when_any_statement_is_sent(prepared: postgres.Connection) -> None:
    """Every query and command, undone, with the values that `hiring sql explain` finds in each kind of employer."""
    wrong: list[str] = []
    refused: set[str] = set()
    for statement in (each for folder in (QUERIES, COMMANDS) for file in folder.values() for each in file.values()):
        for employer in EMPLOYERS if TENANT in statement.parameters else ("largest",):
            try:
                plan = await undone(prepared, statement, {TENANT: str(EMPLOYERS[employer])})
            except (ApiError, Refused):
                refused.add(statement.name)
            else:
                wrong += [f"{statement.name}: {complaint} ({employer})" for complaint in complaints(plan)]
    assert not [each for each in wrong if each.partition(":")[0] not in READ_MORE], "\n".join(wrong)
    assert refused <= REFUSED


async def undone(planner: postgres.Connection, statement: Statement, given: Mapping[str, str]) -> Mapping[str, Any]:
    """What PostgreSQL did for a statement behind its locks, rolled back. Raises: ApiError, Refused."""
    session = ServiceSession(planner)
    types = await types_of(session, READ[statement.name])
    text = f"SET plan_cache_mode = force_generic_plan; EXPLAIN (FORMAT JSON) {statement.execute}"
    plan = (await planner.send(text, dict.fromkeys(types))).fetchone()[0][0]["Plan"]
    values = {value.name: value.text for value in await choose(session, PROJECT, tree(plan), types, given)}
    await planner.send("BEGIN")
    try:
        for lock in statement.locks:
            await planner.send(lock.execute, values)
        return await explained(planner, statement, values)
    finally:
        await planner.send("ROLLBACK")


def complaints(plan: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a plan."""
    if (count := rows_read(plan)) > MAXIMUM_ROWS_READ:
        yield f"read {count} rows"
    for node in nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] not in PROJECT.small_tables:
            yield f"scans {node['Relation Name']} from end to end"
