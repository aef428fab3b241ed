"""`hiring sql`: the rules that hold for every SQL statement."""

from pathlib import Path

import typer

ROOT = Path(__file__).resolve().parents[2]
FINDINGS = 1
MISSING = 2

app = typer.Typer()


@app.callback()
def sql() -> None:
    """Check every SQL statement."""


@app.command()
def check() -> None:
    """Check every statement by PostgreSQL's grammar, without a server; exit status 1 with findings."""
    try:
        from hiring.sql_check.check import check as check_all
    except ModuleNotFoundError as error:
        if error.name != "pglast":
            raise
        typer.echo("hiring sql check needs pglast, which is not installed: pip install -e '.[dev]'", err=True)
        raise typer.Exit(MISSING) from None
    count, findings = check_all(ROOT / "sql", ROOT / "migrations", ROOT / "hiring")
    for finding in findings:
        typer.echo(str(finding._replace(path=finding.path.relative_to(ROOT))), err=True)
    typer.echo(f"{count} statements, {len(findings)} findings")
    if findings:
        raise typer.Exit(FINDINGS)
