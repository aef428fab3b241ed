"""`hiring keys`: the keys that sign access tokens, listed and rotated."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import NoReturn, TypeVar

import typer
from cryptography.exceptions import UnsupportedAlgorithm
from rich.console import Console
from rich.table import Table

from hiring.config import Tokens, load_settings
from hiring.services.signing_keys import ACTIVATION_S, SigningKey, State, read_keys, rotate, states

FAILED = 1
STYLES = {"signing": "green", "upcoming": "yellow", "verifying": "", "expired": "dim"}

T = TypeVar("T")
app = typer.Typer()


@app.command("list")
def list_() -> None:
    """Print each key and what it is good for now: upcoming, signing, verifying, expired."""
    tokens = load_settings().tokens
    table = Table("key id", "state", "made at")
    for key, state in _in_the_folder(tokens, lambda folder: _states(folder, tokens.access_ttl_s)):
        made_at = datetime.fromtimestamp(key.created_at, UTC)
        table.add_row(str(key.id), f"[{STYLES[state]}]{state}[/]" if STYLES[state] else state, f"{made_at:%F %T} UTC")
    Console().print(table)


@app.command("rotate")
def rotate_() -> None:
    """Make a new key; the one before verifies until its last token has expired, then the next rotation deletes it."""
    tokens = load_settings().tokens
    _refuse_for_another(Path(tokens.keys_folder))
    key_id = _in_the_folder(tokens, lambda folder: rotate(folder, access_ttl_s=tokens.access_ttl_s))
    typer.echo(f"{key_id} signs in {ACTIVATION_S:.0f} s; the one before verifies for {tokens.access_ttl_s} s more")


def _states(folder: Path, access_ttl_s: int) -> list[tuple[SigningKey, State]]:
    keys = list(read_keys(folder, {}).values())
    return states(keys, now=time(), access_ttl_s=access_ttl_s) if keys else []


def _refuse_for_another(folder: Path) -> None:
    """A key that root makes for another user could not be read by the service, which would go on with the old ones."""
    if os.geteuid() == 0 and folder.is_dir() and folder.stat().st_uid != 0:
        _stop(f"{folder} belongs to another user: run this as that one (uid {folder.stat().st_uid})")


def _in_the_folder(tokens: Tokens, work: Callable[[Path], T]) -> T:
    folder = Path(tokens.keys_folder)
    try:
        return work(folder)
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        _stop(f"expected Ed25519 keys in {folder}, found: {error}")


def _stop(sentence: str) -> NoReturn:
    typer.echo(f"hiring keys: {sentence}", err=True)
    raise typer.Exit(FAILED)
