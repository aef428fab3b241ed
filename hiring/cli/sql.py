"""`hiring sql`: the rules that hold for every SQL statement, and what statements cost."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hiring.cli.development import told_when_missing
from hiring.cli.sql_explain import explain_statement

if TYPE_CHECKING:
    from sqlproof.findings import Finding

ROOT = Path(__file__).resolve().parents[2]
SQL, MIGRATIONS, PACKAGE = ROOT / "sql", ROOT / "migrations", ROOT / "hiring"
VOLUME = ROOT / "benchmarks" / "volume.sql"
FINDINGS = 1

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
        from sqlproof.migrations.check_migrations import check_migrations
        from sqlproof.rules.check_all import check as check_all
        from sqlproof.schema.facts import gather

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
        from sqlproof.types.stubs import write_stubs

        findings = write_stubs(SQL, MIGRATIONS, PACKAGE)
    _show(findings)
    if findings:
        raise typer.Exit(FINDINGS)


@app.command()
def record() -> None:
    """Write the plan of every statement to sql/plans, where a change of one is seen in review."""
    with told_when_missing():
        from sqlproof.explain.recorded import write
        from sqlproof.reading.statements import read_files
        from sqlproof.schema.facts import gather

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


def _show(findings: "Sequence[Finding]") -> None:
    for finding in findings:
        typer.echo(str(finding._replace(path=finding.path.relative_to(ROOT))), err=True)
