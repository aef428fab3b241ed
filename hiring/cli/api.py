"""`hiring api`: the HTTP server."""

from typing import Annotated

import typer

from hiring.config import load_settings

MAXIMUM_PROCESSES = 64

app = typer.Typer()


@app.command()
def api(
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, max=MAXIMUM_PROCESSES,
            help="Processes on the port, such as one for each core. SIGHUP exchanges them without losing a request.",
        ),
    ] = None,
    number: Annotated[int, typer.Option(hidden=True)] = 0,
    supervisor: Annotated[int | None, typer.Option(hidden=True)] = None,
    listener: Annotated[list[int] | None, typer.Option(hidden=True)] = None,
) -> None:  # fmt: skip
    """Serve the HTTP API until SIGTERM; running requests are finished first. Without --processes in this process."""
    settings = load_settings()
    if processes is not None:
        from hiring import supervisor as several

        try:
            several.main(settings, processes)
        except several.NotStarted as error:
            raise typer.Exit(abs(error.status)) from None
        return
    from hiring.api import Place, main  # after the settings: a wrong start is told at once

    main(settings, Place(number, supervisor, tuple(listener or ())))
