"""`hiring seed`: fill a development database."""

import asyncio
from typing import Annotated

import typer

from hiring.config import Settings, demo_password, load_settings

FAILED = 1
app = typer.Typer()


@app.callback()
def seed() -> None:
    """Fill a database with believable data."""


@app.command()
def demo(
    password: Annotated[
        str | None, typer.Option(help="What its administrator logs in with; else HIRING_DEMO_PASSWORD (or …_FILE).")
    ] = None,
) -> None:
    """Make the demo organization of hiring/demo.yaml; what is there already is left alone."""
    settings = load_settings()
    if settings.deployment == "production":
        typer.echo("hiring seed: not in production", err=True)
        raise typer.Exit(FAILED)
    password = password or demo_password()
    if not password:
        typer.echo(
            "hiring seed: no password: give --password, HIRING_DEMO_PASSWORD or HIRING_DEMO_PASSWORD_FILE", err=True
        )
        raise typer.Exit(FAILED)
    asyncio.run(_fill(settings, password))


async def _fill(settings: Settings, password: str) -> None:
    from rich.progress import Progress

    from hiring.database import Database
    from hiring.demo import open_demo
    from hiring.services.passwords import Passwords
    from hiring.services.threads import Threads

    db, passwords = await Database.open(settings, role="command"), Passwords(settings.passwords)
    threads = Threads("demo", count=1, queue_limit=1)
    try:
        demo = await open_demo(db, settings, passwords, threads, password)
        if await demo.is_complete():
            typer.echo("the demo organization is there")
            return
        with Progress(transient=True) as progress:
            steps = list(demo.steps())
            task = progress.add_task("demo organization", total=len(steps))
            for name, step in steps:
                progress.update(task, description=name)
                await step()
                progress.advance(task)
        typer.echo(f"demo organization: {len(demo.plan['jobs'])} jobs, {len(demo.plan['people'])} applicants")
    finally:
        threads.close()
        passwords.close()
        await db.close()
