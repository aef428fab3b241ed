"""`hiring mail-catcher`: takes the mails of development."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hiring.config import load_settings

FAILED = 1
app = typer.Typer()


@app.command()
def mail_catcher(
    folder: Annotated[Path, typer.Option(help="Where each mail is written as an .eml file.")],
    host: Annotated[str | None, typer.Option(help="Where to listen; else smtp.host of the settings.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="Likewise; else smtp.port.")] = None,
) -> None:
    """Catch mail in development and write each as an .eml file, until SIGTERM."""
    settings = load_settings()
    from hiring.foundation.logs import configure
    from hiring.mail_catcher import main

    configure(settings.logs.level, settings.logs.format)
    try:
        main(folder, host or settings.smtp.host, port or settings.smtp.port)
    except OSError as error:
        print(f"hiring mail-catcher: {error}", file=sys.stderr)
        sys.exit(FAILED)
