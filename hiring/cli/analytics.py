"""`hiring analytics`: ClickHouse's schema, how far its facts are, whether they are all there, and all of them again."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from hiring import analytics, clickhouse_migrations
from hiring.config import load_settings
from hiring.connectors.clickhouse import ClickHouse
from hiring.database import Database

NOT_SOUND = 1
T = TypeVar("T")

app = typer.Typer()
migrate = typer.Typer(help="Bring ClickHouse's tables and views to this version, or back.")
app.add_typer(migrate, name="migrate")
console = Console(stderr=True)


@migrate.command()
def up() -> None:
    """Apply what is pending, in order, and make the views; nothing where analytics is off."""
    _stop_where_off()
    count = asyncio.run(_at_clickhouse(lambda server: clickhouse_migrations.up(server, typer.echo)))
    typer.echo(f"{count} applied" if count else "nothing to apply")


@migrate.command()
def down(yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False) -> None:
    """Undo the newest migration. What it held is lost until `hiring analytics rebuild`."""
    if not yes:
        database = load_settings().clickhouse.database
        typer.confirm(f"Undo the newest migration of ClickHouse's {database}, with the facts in it?", abort=True)
    count = asyncio.run(_at_clickhouse(lambda server: clickhouse_migrations.down(server, typer.echo)))
    typer.echo(f"{count} undone" if count else "nothing to undo")


@migrate.command("status")
def migrate_status() -> None:
    """Print each migration and how it stands; exit status 1 when one was edited or is missing."""
    _stop_where_off()
    states = asyncio.run(_at_clickhouse(clickhouse_migrations.status))
    table = Table("version", "name", "state", "applied at")
    for each in states:
        at = f"{each.applied_at:%Y-%m-%d %H:%M:%S %Z}" if each.applied_at else ""
        table.add_row(each.version, each.name, each.state, at)
    Console().print(table)
    if any(each.state in ("edited", "missing") for each in states):
        raise typer.Exit(NOT_SOUND)


@app.command()
def status() -> None:
    """Print how far ClickHouse is behind the feed."""
    at = asyncio.run(_at_both(analytics.standing))
    behind = at.end_position - at.position
    age_s = max(0.0, (datetime.now(UTC) - at.fresh_at).total_seconds())
    typer.echo(f"position {at.position} of {at.end_position}, {max(0, behind)} behind; {at.facts_count} facts")
    typer.echo(f"has everything before {at.fresh_at:%Y-%m-%d %H:%M:%S.%f %Z}, {age_s:.1f} s ago")


@app.command()
def rebuild(
    empty: Annotated[bool, typer.Option("--empty", help="Drop all facts first; reports show less meanwhile.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Take every event to ClickHouse again: what is missing comes, what is there stays. The worker may go on."""
    if empty and not yes:
        typer.confirm("Drop all facts of ClickHouse and take them from the feed again?", abort=True)
    with Progress(console=console, transient=True) as progress:
        events, partitions = _shown(progress, "events"), _shown(progress, "merges")
        again = functools.partial(
            analytics.rebuild, settings=load_settings(), events=events, partitions=partitions, is_emptied=empty
        )
        count = asyncio.run(_at_both(again))
    typer.echo(f"{count} facts, from every event of the feed")


@app.command()
def verify() -> None:
    """Compare events with facts, by organization, day and type; exit status 1 where they differ."""
    with Progress(console=console, transient=True) as progress:
        events = _shown(progress, "events")
        verdict = asyncio.run(_at_both(lambda db: analytics.verify(db, events)))
    for each in verdict.differences:
        typer.echo(
            f"organization {each.organization_id}, {each.occurred_on}, {each.type}: {each.events_count} events, "
            f"{each.facts_count} facts"
        )
        for name, ids in (("missing", each.missing_ids), ("surplus", each.surplus_ids)):
            if ids:
                typer.echo(f"  {name}: {', '.join(map(str, ids))}")
    for wrong in verdict.histories:
        typer.echo(
            f"organization {wrong.organization_id}: {wrong.events_count} events of applications, {wrong.steps_count} "
            f"steps in histories, {wrong.doubles_count} of them twice"
        )
    typer.echo(f"{verdict.events_count} events compared, up to position {verdict.position} of {verdict.end_position}")
    if verdict.differences or verdict.histories:
        typer.echo("hiring analytics rebuild brings what is missing; with --empty, what is too much goes", err=True)
        raise typer.Exit(NOT_SOUND)


def _stop_where_off() -> None:
    """Ends the command where there is no ClickHouse, so that one line of a deployment does for both."""
    if load_settings().clickhouse.host is None:
        typer.echo("analytics is off: clickhouse.host is not set")
        raise typer.Exit


def _shown(progress: Progress, what: str) -> clickhouse_migrations.ProgressReport:
    task = progress.add_task(what, total=None)
    return lambda done, total: progress.update(task, completed=done, total=total)


async def _at_clickhouse(ask: Callable[[ClickHouse], Awaitable[T]]) -> T:
    server = ClickHouse.open(load_settings().clickhouse)
    try:
        return await ask(server)
    finally:
        await server.close()


async def _at_both(ask: Callable[[Database], Awaitable[T]]) -> T:
    db = await Database.open(load_settings(), role="relay")
    try:
        return await ask(db)
    finally:
        await db.close()
