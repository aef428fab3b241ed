"""What commands of development need beside the service: a second driver, a PostgreSQL to make one with."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

DRIVER = "psycopg"
MISSING = 2


@contextmanager
def told_when_missing() -> Iterator[None]:
    """Ends with a sentence and exit status 2 where this machine lacks what a command needs, or the schema fails."""
    try:
        from hiring.migration_files import MigrationError
        from sqlproof.schema.scratch import ServerMissing

        try:
            yield
        except (ServerMissing, MigrationError) as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(MISSING) from None
    except ModuleNotFoundError as error:
        if error.name != DRIVER:
            raise
        typer.echo(f"this needs {DRIVER}, which is not installed: pip install -e '.[dev]'", err=True)
        raise typer.Exit(MISSING) from None
