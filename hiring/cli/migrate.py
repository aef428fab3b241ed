"""`hiring migrate`: roles, schema up and down, plan and status, new files."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hiring.config import load_settings
from hiring.database_roles import make_roles
from hiring.migration_files import create_migration
from hiring.migration_session import MIGRATIONS
from hiring.migrations import NOTHING, State
from hiring.migrations import down as undo
from hiring.migrations import status as read_status
from hiring.migrations import up as apply
from hiring.schema_dump import dump_schema

if TYPE_CHECKING:
    from hiring.migration_plan import PlannedMigration

NOT_SOUND = 1
STYLES = {"applied": "green", "pending": "yellow", "edited": "bold red", "missing": "bold red"}

Folder = Annotated[Path, typer.Option(help="Folder of the migration files.")]
Version = Annotated[str | None, typer.Option(metavar="NNNN", help="The last migration to have afterwards.")]

app = typer.Typer()


@app.command()
def up(to: Version = None, folder: Folder = MIGRATIONS) -> None:
    """Apply what is pending, in order; safe when two start at once."""
    count = asyncio.run(apply(load_settings(), typer.echo, folder=folder, to=to))
    typer.echo(f"{count} applied" if count else "nothing to apply")


@app.command()
def down(
    to: Version = None,
    everything: Annotated[bool, typer.Option("--all", help="Undo all.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    folder: Folder = MIGRATIONS,
) -> None:
    """Undo the newest migration, or all after a version. What it held is lost."""
    settings = load_settings()
    to = NOTHING if everything else to
    what = "the newest migration" if to is None else "ALL migrations" if everything else f"all migrations after {to}"
    if not yes:
        typer.confirm(f"Undo {what} of database {settings.postgres.database}, with the data in it?", abort=True)
    count = asyncio.run(undo(settings, typer.echo, folder=folder, to=to))
    typer.echo(f"{count} undone" if count else "nothing to undo")


@app.command()
def status(folder: Folder = MIGRATIONS) -> None:
    """Print each migration and how it stands; exit status 1 when one was edited, is missing or unfinished."""
    states, unfinished = asyncio.run(read_status(load_settings(), folder=folder))
    console = Console()
    console.print(_table(states))
    for sentence in unfinished:
        console.print(f"[bold red]unfinished[/]: {sentence}")
    if unfinished or any(state.state in ("edited", "missing") for state in states):
        raise typer.Exit(NOT_SOUND)


@app.command()
def plan(to: Version = None, folder: Folder = MIGRATIONS) -> None:
    """Print what `up` would do: its locks, on which tables of which size, and who waits; change nothing."""
    from hiring.migration_plan import lasting
    from hiring.migration_plan import plan as read_plan

    migrations = asyncio.run(read_plan(load_settings(), folder=folder, to=to))
    console = Console()
    for migration in migrations:
        console.print(_planned(migration))
    for sentence in lasting(migrations):
        console.print(f"[bold red]waits[/]: {sentence}", highlight=False, soft_wrap=True)
    typer.echo(f"{len(migrations)} pending" if migrations else "nothing is pending")


@app.command()
def schema() -> None:
    """Print the schema of the database, without what differs from server to server: docs/schema.sql is such a text."""
    typer.echo(dump_schema(load_settings()), nl=False)


@app.command()
def create(
    verb_object: Annotated[str, typer.Argument(help="What it does, such as add_offers.")], folder: Folder = MIGRATIONS
) -> None:
    """Write the two files of a new migration under the next free number."""
    for path in create_migration(folder, verb_object):
        typer.echo(path)


@app.command()
def roles() -> None:
    """Create or update the database, its roles and their limits, as HIRING_POSTGRES_SUPERUSER; may be repeated."""
    asyncio.run(make_roles(load_settings(), typer.echo))


def _planned(migration: "PlannedMigration") -> Table:
    table = Table(title=migration.name, title_justify="left", caption=migration.limits, caption_justify="left")
    for heading in ("line", "statement", "lock", "table", "size", "rows, about", "does", "waiting meanwhile"):
        table.add_column(heading, justify="right" if heading in ("line", "size", "rows, about") else "left")
    line = 0
    for planned in migration.locks:
        is_repeated, line = planned.line == line, planned.line
        style = "bold red" if planned.is_lasting else None
        first = ("", "") if is_repeated else (str(planned.line), escape(planned.statement))
        table.add_row(*first, *planned[2:], style=style)
    return table


def _table(states: list[State]) -> Table:
    table = Table("version", "name", "state", "applied at", "ms", title="Migrations", title_justify="left")
    table.columns[-1].justify = "right"
    for state in states:
        style = STYLES[state.state]
        at = f"{state.applied_at:%Y-%m-%d %H:%M:%S %Z}" if state.applied_at else ""
        duration = "" if state.duration_ms is None else str(state.duration_ms)
        table.add_row(state.version, state.name, f"[{style}]{state.state}[/]", at, duration)
    return table
