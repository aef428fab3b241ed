"""`hiring sql`: the rules that hold for every SQL statement, and what statements cost."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hiring.cli.development import told_when_missing
from hiring.cli.sql_explain import explain_statement

if TYPE_CHECKING:
    from hiring.sql_check.benchmark import Judged
    from hiring.sql_check.budgets import Budget
    from hiring.sql_check.findings import Finding

ROOT = Path(__file__).resolve().parents[2]
SQL, MIGRATIONS, PACKAGE = ROOT / "sql", ROOT / "migrations", ROOT / "hiring"
VOLUME = ROOT / "benchmarks" / "volume.sql"
FINDINGS = 1
BENCHMARK = "hiring_benchmark"
WIDTH = 160
"""Of the table where no terminal has one."""

app = typer.Typer()
app.command("explain")(explain_statement)


@app.callback()
def sql() -> None:
    """Check every SQL statement and migration, and what they cost; explain, record, show plans; tell mypy of types."""


@app.command()
def check(
    static: Annotated[bool, typer.Option("--static", help="The text alone, without a PostgreSQL.")] = False,
) -> None:
    """Check migrations and statements, these on a PostgreSQL made for the check, too; exit status 1 with findings."""
    with told_when_missing():
        from hiring.sql_check.check import check as check_all
        from hiring.sql_check.facts import gather
        from hiring.sql_check.migrations import check_migrations

        migration_count, of_migrations = check_migrations(MIGRATIONS, SQL)
        _show(of_migrations)
        ask = None if static else partial(gather, migrations=MIGRATIONS, volume=VOLUME)
        count, findings = check_all(SQL, MIGRATIONS, PACKAGE, ask)
    _show(findings)
    found = len(of_migrations) + len(findings)
    typer.echo(f"{migration_count} migrations, {count} statements, {found} findings")
    if found:
        raise typer.Exit(FINDINGS)


@app.command()
def stubs() -> None:
    """Write what every statement takes and gives as types for mypy; exit status 1 where the schema refuses one."""
    with told_when_missing():
        from hiring.sql_check.stubs import write_stubs

        findings = write_stubs(SQL, MIGRATIONS, PACKAGE)
    _show(findings)
    if findings:
        raise typer.Exit(FINDINGS)


@app.command()
def record() -> None:
    """Write the plan of every statement to sql/plans, where a change of one is seen in review."""
    with told_when_missing():
        from hiring.sql_check.facts import gather
        from hiring.sql_check.recorded import write
        from hiring.sql_check.statements import read_files

        statements = [each for _, found, _ in read_files(SQL) for each in found if each.tree is not None]
        facts, findings = gather(statements, MIGRATIONS, VOLUME)
    _show(findings)
    if findings:
        raise typer.Exit(FINDINGS)
    changed = write(SQL, facts.plans)
    for path in changed:
        typer.echo(path.relative_to(ROOT))
    typer.echo(f"{len(facts.plans)} plans, {len(changed)} files changed")


@app.command()
def catalog(
    output: Annotated[Path, typer.Option(help="The HTML file to write; what is there is replaced.")],
    statistics: Annotated[
        bool | None,
        typer.Option(help="What pg_stat_statements of primary and replicas tells.", show_default="where they answer"),
    ] = None,
) -> None:
    """Write every statement and table with all that is known of it on one page, from a PostgreSQL made for it."""
    with told_when_missing():
        from hiring.cli.sql_catalog import write

        write(
            output, statistics=statistics, sql_folder=SQL, migrations=MIGRATIONS, package=PACKAGE, volume=VOLUME
        )  # fmt: skip


@app.command()
def budgets(
    database: Annotated[str, typer.Option(help="Where `python -m benchmarks.volume` has made rows.")] = BENCHMARK,
    milliseconds: Annotated[bool, typer.Option("--milliseconds", help="Judge the time, too: machines differ.")] = False,
) -> None:
    """Measure every statement that states a budget, at its worst, undoing what it does; exit status 1 with a breach."""
    from hiring.sql_check.budgets import stated

    application_count, judged = asyncio.run(_judge(database, stated(SQL)))
    breaches = [each.breaches(application_count, with_ms=milliseconds) for each in judged]
    _print(judged, breaches)
    breach_count = sum(map(bool, breaches))
    typer.echo(f"{application_count:,} applications, {len(judged)} budgets, {breach_count} breached")
    if breach_count:
        raise typer.Exit(FINDINGS)


async def _judge(database: str, stated: "Mapping[str, Budget]") -> "tuple[int, list[Judged]]":
    from hiring import migrations
    from hiring.config import load_settings
    from hiring.sql_check.benchmark import judge

    settings = load_settings()
    async with migrations.session(settings, settings.postgres.roles.owner, database=database) as connection:
        return await judge(connection, stated)


def _print(judged: "Sequence[Judged]", breaches: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("statement", "rows", "buffers", "ms", "budget", "verdict", title="Budgets", title_justify="left")
    for column in table.columns[1:4]:
        column.justify = "right"
    for (name, budget, cost), over in zip(judged, breaches, strict=True):
        numbers = (f"{cost.rows:,}", f"{cost.buffers:,}", f"{cost.ms:.1f}") if cost else ("", "", "")
        verdict = f"[bold red]{', '.join(over)}[/]" if over else "[green]kept[/]"
        table.add_row(name, *numbers, str(budget), verdict)
    Console(width=None if sys.stdout.isatty() else WIDTH).print(table)


def _show(findings: "Sequence[Finding]") -> None:
    for finding in findings:
        typer.echo(str(finding._replace(path=finding.path.relative_to(ROOT))), err=True)
