"""`sqlproof explain`: the plan of a statement on a server that a connection string names, with what it cost."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from rich.console import Console

from sqlproof.configuration import Project
from sqlproof.explain.report import page
from sqlproof.explain.session import Asked, Explained, explain
from sqlproof.explain.values import Refused
from sqlproof.reading.statements import Statement, find

PLANNED_FOR_ALL = "SET plan_cache_mode = force_generic_plan"


class PsycopgSession:
    """A connection of psycopg, as the room `explain` is handed it."""

    def __init__(self, connection: psycopg.AsyncConnection[tuple[Any, ...]]) -> None:
        self._cursor = psycopg.AsyncClientCursor(connection)

    async def rows(
        self, text: str, values: Mapping[str, Any] | None = None, *, timeout_ms: int | None = None
    ) -> Sequence[Sequence[Any]]:
        """The rows of the answer. Raises: Refused."""
        try:
            async with asyncio.timeout(timeout_ms and timeout_ms / 1000):
                await self._cursor.execute(text.encode(), values)
            return await self._cursor.fetchall() if self._cursor.description else ()
        except (psycopg.Error, TimeoutError) as error:
            raise Refused(str(error).strip() or "the server did not answer in time") from error


def explain_on(project: Project, typed: str, server: str, asked: Asked) -> None:
    """Prints the page about a statement. Raises: NoSuchStatement, Refused."""
    statement, locks = find(project, typed)
    if unknown := asked.given.keys() - set(statement.parameters):
        parameters = ", ".join(statement.parameters)
        raise Refused(f"{statement.name} has no parameter {', '.join(sorted(unknown))}; it has {parameters}")
    explained = asyncio.run(_explained(project, statement, locks, server, asked))
    console = Console(highlight=False, soft_wrap=True)
    console.print(statement.name, style="bold")
    for line in page(explained, width=console.width):
        console.print(line)


async def _explained(
    project: Project, statement: Statement, locks: Sequence[Statement], server: str, asked: Asked
) -> Explained:
    try:
        connection = await psycopg.AsyncConnection.connect(server, autocommit=True)
    except psycopg.Error as error:
        raise Refused(str(error).strip()) from error
    async with connection:
        session = PsycopgSession(connection)
        await session.rows(PLANNED_FOR_ALL)
        return await explain(session, project, statement, locks, asked)
