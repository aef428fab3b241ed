"""Explains a statement on a server as the service would run it: its role, its session, its one plan for all values."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from hiring.config import Address, Postgres, Role
from hiring.connectors.postgres import Connection, Pool
from hiring.connectors.postgres_session import Statement
from sqlproof.explain.plans import Node, tree
from sqlproof.explain.values import Value, choose

SESSION = "hiring sql explain"
QUERY_TIMEOUT_MS = 30_000
"""A query may take longer than in the service: slow ones are what is asked about. A command, which locks, may not."""
MARGIN_MS = 2_000
PARAMETER = re.compile(r"%\((\w+)\)s")
TYPES = "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = %(name)s"
MEASURED = "ANALYZE, BUFFERS, FORMAT JSON"


class Server(NamedTuple):
    """Where a statement is explained, and as which role."""

    name: str
    address: Address
    role: Role
    is_read_only: bool


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


async def explain(settings: Postgres, statement: Statement, server: Server, asked: Asked) -> Explained:
    """Plans a statement and, where it is to be measured, runs it in a transaction that is rolled back.

    Of a command remain dead rows for vacuum and gaps in the outbox's numbers. Its locks are taken first, as the service
    does, and held until it ends. Raises: as `Session.run`.
    """
    async with _session(settings, server) as session:
        for each in (*statement.locks, statement):
            await session.send(each.prepare)
        types = await _types(session, statement)
        generic = await _plan(session, statement, dict.fromkeys(types), "FORMAT JSON")
        if asked.is_generic and not asked.is_run:
            return Explained(tree(generic["Plan"]), generic, ())
        values = await choose(session, tree(generic["Plan"]), types, asked.given)
        texts = {value.name: value.text for value in values}
        if not asked.is_generic:
            await session.send("SET plan_cache_mode = force_custom_plan")
        timeout_ms = await _begin(session, settings, server)
        try:
            for lock in statement.locks if asked.is_run else ():
                await session.send(lock.execute, texts)
            options = MEASURED if asked.is_run else "FORMAT JSON"
            told = await _plan(session, statement, texts, options, timeout_ms=timeout_ms)
        finally:
            await session.leave_transaction()
        return Explained(tree(told["Plan"]), told, tuple(values))


def parameters_of(statement: Statement) -> list[str]:
    """The parameters in the order of the signature."""
    return PARAMETER.findall(statement.execute)


@asynccontextmanager
async def _session(settings: Postgres, server: Server) -> AsyncIterator[Connection]:
    """A session as the service's pools open it, closed at the end."""
    pool = Pool(
        settings, name=SESSION, address=server.address, role=server.role, size=1, is_read_only=server.is_read_only
    )
    session = await pool.take()
    try:
        yield session
    finally:
        pool.close()


async def _types(session: Connection, statement: Statement) -> dict[str, str]:
    """The type of each parameter, as PostgreSQL decided."""
    found = (await session.send(TYPES, {"name": statement.name})).fetchone()
    return dict(zip(parameters_of(statement), found[0], strict=True))


async def _begin(session: Connection, settings: Postgres, server: Server) -> int:
    """Opens the transaction, and returns how long its statement may take."""
    await session.send("BEGIN")
    if not server.is_read_only:
        return settings.message_timeout_ms
    await session.send(f"SET LOCAL statement_timeout = '{QUERY_TIMEOUT_MS}ms'")
    return QUERY_TIMEOUT_MS + MARGIN_MS


async def _plan(
    session: Connection, statement: Statement, values: Mapping[str, Any], options: str, *, timeout_ms: int | None = None
) -> Mapping[str, Any]:
    cursor = await session.send(f"EXPLAIN ({options}) {statement.execute}", values, timeout_ms=timeout_ms)
    told: Mapping[str, Any] = cursor.fetchone()[0][0]
    return told
