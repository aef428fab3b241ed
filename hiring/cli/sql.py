"""`hiring sql`: the rules that hold for every SQL statement."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from hiring.sql_check.findings import Finding

ROOT = Path(__file__).resolve().parents[2]
SQL, MIGRATIONS, PACKAGE = ROOT / "sql", ROOT / "migrations", ROOT / "hiring"
VOLUME = ROOT / "tests" / "plans" / "volume.sql"
FINDINGS = 1
MISSING = 2

app = typer.Typer()


@app.callback()
def sql() -> None:
    """Check every SQL statement and every migration."""


@app.command()
def check(
    static: Annotated[bool, typer.Option("--static", help="The text alone, without a PostgreSQL.")] = False,
) -> None:
    """Check migrations and statements, these on a PostgreSQL made for the check, too; exit status 1 with findings."""
    try:
        from hiring.migration_files import MigrationError
        from hiring.sql_check.check import check as check_all
        from hiring.sql_check.facts import gather
        from hiring.sql_check.migrations import check_migrations
        from hiring.sql_check.scratch import ServerMissing
    except ModuleNotFoundError as error:
        if error.name not in ("pglast", "psycopg"):
            raise
        typer.echo(f"hiring sql needs {error.name}, which is not installed: pip install -e '.[dev]'", err=True)
        raise typer.Exit(MISSING) from None
    migration_count, of_migrations = check_migrations(MIGRATIONS, SQL)
    _show(of_migrations)
    ask = None if static else partial(gather, migrations=MIGRATIONS, volume=VOLUME)
    try:
        count, findings = check_all(SQL, MIGRATIONS, PACKAGE, ask)
    except (ServerMissing, MigrationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(MISSING) from None
    _show(findings)
    found = len(of_migrations) + len(findings)
    typer.echo(f"{migration_count} migrations, {count} statements, {found} findings")
    if found:
        raise typer.Exit(FINDINGS)


def _show(findings: "Sequence[Finding]") -> None:
    for finding in findings:
        typer.echo(str(finding._replace(path=finding.path.relative_to(ROOT))), err=True)
