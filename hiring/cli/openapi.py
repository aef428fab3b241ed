"""`hiring openapi`: the API's description, and what in it would break clients of the committed one."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from hiring.handlers.routes import OPERATIONS
from hiring.openapi.changes import breaking
from hiring.openapi.document import document

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
BREAKS = 1

app = typer.Typer()


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Compare with the committed description instead.")] = False,
    committed: Annotated[Path, typer.Option(help="The committed description.")] = COMMITTED,
) -> None:
    """Print the API's description (OpenAPI 3.1); with --check, exit status 1 when it breaks clients."""
    now = json.loads(json.dumps(document(OPERATIONS, "/")))  # what is written, so that both sides are plain JSON
    if check and not committed.is_file():
        typer.echo(f"there is no {committed.name} to compare with: make openapi", err=True)
        raise typer.Exit(BREAKS)
    if check:
        _check(json.loads(committed.read_text()), now, committed.name)
    else:
        typer.echo(json.dumps(now, indent=1, sort_keys=True, ensure_ascii=False))


def _check(before: dict[str, Any], now: dict[str, Any], name: str) -> None:
    lines = list(breaking(before, now))
    for line in lines:
        typer.echo(line, err=True)
    if lines:
        typer.echo(
            f"changes since {name} that break clients: {len(lines)}; where that is meant: make openapi", err=True
        )
        raise typer.Exit(BREAKS)
    typer.echo(f"{name}: nothing breaks" + ("" if before == now else "; newer is what the code says: make openapi"))
