"""`hiring worker`: relay and consumers."""

import typer

from hiring.config import load_settings

app = typer.Typer()


@app.command()
def worker() -> None:
    """Relay events to the broker and consume them until SIGTERM; running messages are finished first."""
    settings = load_settings()
    from hiring.worker import main  # after the settings: a wrong start is told at once

    main(settings)
