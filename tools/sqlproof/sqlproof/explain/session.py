"""Explains a statement over a session that is handed in, with one plan for all values or one for those at hand."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sqlproof.configuration import Project
from sqlproof.explain.plans import Node, tree
from sqlproof.explain.values import Refused, Session, Value, choose
from sqlproof.reading.statements import Statement

QUERY_TIMEOUT_MS = 30_000
"""A query may take longer than in the service: slow ones are what is asked about. A command, which locks, may not."""
MARGIN_MS = 2_000
TYPES = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = %(name)s"
MEASURED = "ANALYZE, BUFFERS, FORMAT JSON"


class Asked(NamedTuple):
    """How: values by parameter, the rest is chosen; `is_generic`: one plan for all values; `is_run`: with ANALYZE."""

    given: Mapping[str, str]
    is_generic: bool = True
    is_run: bool = True


class Explained(NamedTuple):
    """What EXPLAIN says, as nodes and as it was told, and the values that it was asked with."""

    plan: Node
    told: Mapping[str, Any]
    values: tuple[Value, ...]


async def explain(
    session: Session, project: Project, statement: Statement, locks: Sequence[Statement], asked: Asked
) -> Explained:
    """Plans a statement and, where it is to be measured, runs it in a transaction that is rolled back.

    Of a command remain dead rows for vacuum and gaps in sequences. Its locks are taken first, in the same transaction,
    and held until it ends. The session must plan for all values (`plan_cache_mode = force_generic_plan`).
    Raises: Refused.
    """
    for each in (*locks, statement):
        await session.rows(prepare(each))
    types = await types_of(session, statement)
    generic = await _plan(session, statement, dict.fromkeys(types), "FORMAT JSON")
    if asked.is_generic and not asked.is_run:
        return Explained(tree(generic["Plan"]), generic, ())
    values = await choose(session, project, tree(generic["Plan"]), types, asked.given)
    texts = {value.name: value.text for value in values}
    if statement.is_planned_each_time or not asked.is_generic:
        await session.rows("SET plan_cache_mode = force_custom_plan")
    await session.rows("BEGIN")
    try:
        timeout_ms = await _limit(session, statement)
        for lock in locks if asked.is_run else ():
            await session.rows(execute(lock), texts)
        options = MEASURED if asked.is_run else "FORMAT JSON"
        told = await _plan(session, statement, texts, options, timeout_ms=timeout_ms)
    finally:
        with suppress(Refused):  # a session that is lost has nothing to undo
            await session.rows("ROLLBACK")
    return Explained(tree(told["Plan"]), told, tuple(values))


def prepare(statement: Statement) -> str:
    """The text that prepares a statement under its name."""
    return f'PREPARE "{statement.name}" AS {statement.text}'


def execute(statement: Statement) -> str:
    """The text that runs a prepared statement with named values."""
    arguments = ", ".join(f"%({parameter})s" for parameter in statement.parameters)
    return f'EXECUTE "{statement.name}"' + (f"({arguments})" if arguments else "")


async def types_of(session: Session, statement: Statement) -> dict[str, str]:
    """The type of each parameter of a prepared statement, as PostgreSQL decided. Raises: Refused."""
    [(types,)] = await session.rows(TYPES, {"name": statement.name})
    return dict(zip(statement.parameters, types, strict=True))


async def _limit(session: Session, statement: Statement) -> int | None:
    """Lets a query take its time in the transaction that is open, and returns how long it may take."""
    if not statement.is_query:
        return None
    await session.rows(f"SET LOCAL statement_timeout = '{QUERY_TIMEOUT_MS}ms'")
    return QUERY_TIMEOUT_MS + MARGIN_MS


async def _plan(
    session: Session, statement: Statement, values: Mapping[str, Any], options: str, *, timeout_ms: int | None = None
) -> Mapping[str, Any]:
    [(told,)] = await session.rows(f"EXPLAIN ({options}) {execute(statement)}", values, timeout_ms=timeout_ms)
    plan: Mapping[str, Any] = told[0]
    return plan
