"""`hiring sql catalog`: the page about every statement and table."""

from datetime import UTC, datetime
from pathlib import Path

import typer

from hiring.cli.development import MISSING
from hiring.config import SettingsError, load_settings
from sqlproof.catalogue.catalog import Refused, gather
from sqlproof.catalogue.page import page
from sqlproof.catalogue.statistics import Server, read_statistics

REFUSED = 1


def write(
    output: Path, *, statistics: bool | None, sql_folder: Path, migrations: Path, package: Path, volume: Path
) -> None:
    """Writes the page; `statistics`: whether servers are asked, None for where they answer.

    Raises: SettingsError, ServerMissing, MigrationError, OSError.
    """
    servers, silence = _asked(statistics)
    try:
        found = gather(
            sql_folder=sql_folder, migrations=migrations, package=package, volume=volume, servers=servers,
            silence=silence, made_at=datetime.now(UTC),
        )  # fmt: skip
    except Refused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from None
    written = output.with_name(f".{output.name}.new")
    written.write_text(page(found), encoding="utf-8")
    written.replace(output)
    counts = f"{len(found.statements)} statements, {len(found.tables)} tables"
    typer.echo(
        f"{output.absolute()}: {counts}; " + (f"without statistics: {silence}" if silence else "with statistics")
    )


def _asked(is_wanted: bool | None) -> tuple[list[Server], str]:
    """What the configured servers tell, and why nothing is told; None wants it where it can be had."""
    if is_wanted is False:
        return [], "they were not asked for."
    try:
        servers = read_statistics(load_settings())
    except SettingsError as error:
        if is_wanted:
            raise
        return [], f"{error}."
    if any(server.usages or not server.refusal for server in servers):
        return servers, ""
    silence = "; ".join(f"{server.label} {server.address}: {server.refusal}" for server in servers) + "."
    if is_wanted:
        typer.echo(silence, err=True)
        raise typer.Exit(MISSING)
    return [], silence
