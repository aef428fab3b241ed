"""`hiring sql`: the rules that hold for every SQL statement."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

ROOT = Path(__file__).resolve().parents[2]
SQL, MIGRATIONS, PACKAGE = ROOT / "sql", ROOT / "migrations", ROOT / "hiring"
VOLUME = ROOT / "tests" / "plans" / "volume.sql"
FINDINGS = 1
MISSING = 2

app = typer.Typer()


@app.callback()
def sql() -> None:
    """Check every SQL statement."""


@app.command()
def check(
    static: Annotated[bool, typer.Option("--static", help="The text alone, without a PostgreSQL.")] = False,
) -> None:
    """Check every statement by its text, and on a PostgreSQL made for the check; exit status 1 with findings."""
    try:
        from hiring.migration_files import MigrationError
        from hiring.sql_check.check import check as check_all
        from hiring.sql_check.facts import gather
        from hiring.sql_check.scratch import ServerMissing
    except ModuleNotFoundError as error:
        if error.name not in ("pglast", "psycopg"):
            raise
        typer.echo(f"hiring sql needs {error.name}, which is not installed: pip install -e '.[dev]'", err=True)
        raise typer.Exit(MISSING) from None
    ask = None if static else partial(gather, migrations=MIGRATIONS, volume=VOLUME)
    try:
        count, findings = check_all(SQL, MIGRATIONS, PACKAGE, ask)
    except (ServerMissing, MigrationError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(MISSING) from None
    for finding in findings:
        typer.echo(str(finding._replace(path=finding.path.relative_to(ROOT))), err=True)
    typer.echo(f"{count} statements, {len(findings)} findings")
    if findings:
        raise typer.Exit(FINDINGS)
