"""`hiring config`: what is in force, and who said so."""

from collections.abc import Iterator
from typing import Any

import typer
import yaml

from hiring.config import load_settings_with_sources
from hiring.config_sources import KeyPath, Sources, masked

COMMENT_COLUMN = 60

app = typer.Typer()


@app.callback()
def config() -> None:
    """Show the settings in force."""


@app.command()
def show() -> None:
    """Print the settings as YAML, secrets masked, each with the file or variable that gave it."""
    settings, sources = load_settings_with_sources()
    for line in _lines(masked(settings), sources, ()):
        typer.echo(line)


def _lines(section: dict[str, Any], sources: Sources, path: KeyPath) -> Iterator[str]:
    indent = "  " * len(path)
    for key, value in section.items():
        inner = (*path, key)
        if isinstance(value, dict):
            yield f"{indent}{key}:"
            yield from _lines(value, sources, inner)
            continue
        text = yaml.safe_dump(value, default_flow_style=True, width=10_000, allow_unicode=True)
        text = text.removesuffix("...\n").strip()
        yield f"{f'{indent}{key}: {text}':<{COMMENT_COLUMN}} # {sources[inner]}"
