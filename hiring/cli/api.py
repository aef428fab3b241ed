"""`hiring api`: the HTTP server."""

import typer

from hiring.config import load_settings

app = typer.Typer()


@app.command()
def api() -> None:
    """Serve the HTTP API until SIGTERM; running requests are finished first."""
    settings = load_settings()
    from hiring.api import main  # after the settings: a wrong start is told at once

    main(settings)
