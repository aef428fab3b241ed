"""Measures every statement that states a budget in the benchmark database, at its worst: `make benchmark-sql`.

What the statements do is undone. Exit status 1 with a breach.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.asked import EMPLOYERS, asked
from benchmarks.commanded import commanded, volume_of
from benchmarks.costs import Cost, Measured
from benchmarks.volume import DATABASE
from hiring.config import load_settings
from hiring.connectors import postgres
from hiring.migration_session import session
from hiring.queries.base import MAXIMUM_PAGE_ROWS
from hiring.statement_files import SQL_FOLDER
from sqlproof.configuration import read_project
from sqlproof.rules.files import Budget, stated_budgets

BREACHED = 1
RULES = SQL_FOLDER / "rules.toml"
WIDTH = 160
"""Width of the table where there is no terminal."""

app = typer.Typer()


class Judged(NamedTuple):
    """A statement with its budget, and the worst that it cost; None where nothing sends it."""

    name: str
    budget: Budget
    cost: Cost | None

    def breaches(self, application_count: int, *, with_ms: bool) -> list[str]:
        """What is over its budget; a database that is larger than the budget says is none's fault."""
        if self.cost is None:
            return ["not measured"]
        if application_count > self.budget.size:
            return []
        fields = ("rows", "buffers", "ms") if with_ms else ("rows", "buffers")
        return [field for field in fields if getattr(self.cost, field) > getattr(self.budget, field)]


@app.command()
def budgets(
    database: Annotated[str, typer.Option(help="Where `python -m benchmarks.volume` has made rows.")] = DATABASE,
    milliseconds: Annotated[bool, typer.Option("--milliseconds", help="Judge the time, too: machines differ.")] = False,
) -> None:
    """Measure every statement that states a budget, at its worst, undoing what it does; exit status 1 with a breach."""
    application_count, judged = asyncio.run(_judge(database, stated_budgets(read_project(RULES))))
    breaches = [each.breaches(application_count, with_ms=milliseconds) for each in judged]
    _print(judged, breaches)
    breach_count = sum(map(bool, breaches))
    typer.echo(f"{application_count:,} applications, {len(judged)} budgets, {breach_count} breached")
    if breach_count:
        raise typer.Exit(BREACHED)


async def judge(connection: postgres.Connection, budgets: Mapping[str, Budget]) -> tuple[int, list[Judged]]:
    """How many applications the largest employer has, and each statement with a budget as it stands at its worst.

    Raises: as `Session.run`.
    """
    volumes, measured = {each: await volume_of(connection, each) for each in EMPLOYERS.values()}, Measured(connection)
    for source in (asked(limit=MAXIMUM_PAGE_ROWS), commanded(volumes)):
        async for _, message in source:
            await measured.measure(message, budgets.keys())
    judged = [Judged(name, budget, measured.worst.get(name)) for name, budget in sorted(budgets.items())]
    return volumes[EMPLOYERS["largest"]]["application_count"], judged


async def _judge(database: str, stated: Mapping[str, Budget]) -> tuple[int, list[Judged]]:
    settings = load_settings()
    async with session(settings, settings.postgres.roles.owner, database=database) as connection:
        return await judge(connection, stated)


def _print(judged: Sequence[Judged], breaches: Sequence[Sequence[str]]) -> None:
    table = Table("statement", "rows", "buffers", "ms", "budget", "verdict", title="Budgets", title_justify="left")
    for column in table.columns[1:4]:
        column.justify = "right"
    for (name, budget, cost), over in zip(judged, breaches, strict=True):
        numbers = (f"{cost.rows:,}", f"{cost.buffers:,}", f"{cost.ms:.1f}") if cost else ("", "", "")
        verdict = f"[bold red]{', '.join(over)}[/]" if over else "[green]kept[/]"
        table.add_row(name, *numbers, str(budget), verdict)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


if __name__ == "__main__":
    app()
