"""`hiring ready`: waits for /readyz, for scripts and container health checks."""

import json
import time
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer

from hiring.config import Api, load_settings

REQUEST_TIMEOUT_S = 5.0
POLL_S = 0.2
NOT_READY = 1

app = typer.Typer()


@app.command()
def ready(
    wait_s: Annotated[float, typer.Option(help="Keep asking this many seconds; 0 asks once.", min=0, max=3600)] = 0,
    url: Annotated[
        str | None, typer.Option(help="Where to ask, when not where the settings let the API listen.")
    ] = None,
) -> None:
    """Wait until the API answers that it and everything it needs is ready; exit status 1 when it does not in time."""
    address = url or _address(load_settings().api)
    give_up_at = time.monotonic() + wait_s
    while (failure := _failure(address)) is not None:
        if time.monotonic() >= give_up_at:
            typer.echo(f"not ready: {address}: {failure}", err=True)
            raise typer.Exit(NOT_READY)
        time.sleep(POLL_S)
    typer.echo(f"ready: {address}")


def _address(api: Api) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(api.host, api.host)  # noqa: S104, asks, does not listen
    return f"http://{host}:{api.port}/readyz"


def _failure(address: str) -> str | None:
    """Why the service is not ready, None when it is."""
    try:
        with urllib.request.urlopen(address, timeout=REQUEST_TIMEOUT_S):  # noqa: S310, the operator's own URL
            return None
    except urllib.error.HTTPError as error:
        return f"{error.code} {_short(error.read())}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def _short(body: bytes) -> str:
    try:
        answer: Any = json.loads(body)
    except ValueError:
        return ""
    return json.dumps(answer)
