"""`hiring asyncapi`: the description of the events."""

import json

import typer

from hiring.openapi.events import asyncapi as document

app = typer.Typer()


@app.command()
def asyncapi() -> None:
    """Print the description of the events that the broker carries (AsyncAPI 3)."""
    typer.echo(json.dumps(document(), indent=1, ensure_ascii=False))
