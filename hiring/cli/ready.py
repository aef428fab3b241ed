"""`hiring ready`: waits until API or worker works, for scripts and health checks of containers."""

import json
import re
import time
import urllib.error
import urllib.request
from typing import Annotated, Any

import typer

from hiring.config import Address, Api, Settings, SettingsError, load_settings

REQUEST_TIMEOUT_S = 5.0
POLL_S = 0.2
NOT_READY = 1
LOOP = re.compile(r'^hiring_loop_works\{loop="([^"]+)"\} (\S+)$', re.MULTILINE)

app = typer.Typer()


@app.command()
def ready(
    *,
    wait_s: Annotated[float, typer.Option(help="Keep asking this many seconds; 0 asks once.", min=0, max=3600)] = 0,
    url: Annotated[
        str | None, typer.Option(help="Where to ask the API, when not where the settings let it listen.")
    ] = None,
    worker: Annotated[
        bool, typer.Option("--worker", help="Ask the worker, at worker.metrics of the settings.")
    ] = False,
) -> None:
    """Wait until the API answers that it and everything it needs is ready; exit status 1 when it does not in time.

    With --worker: until every loop of the worker works.
    """
    if worker:
        address, failure_of = _worker_address(load_settings()), _worker_failure
    else:
        address, failure_of = url or _address(load_settings().api, "/readyz"), _failure
    give_up_at = time.monotonic() + wait_s
    while (failure := failure_of(address)) is not None:
        if time.monotonic() >= give_up_at:
            typer.echo(f"not ready: {address}: {failure}", err=True)
            raise typer.Exit(NOT_READY)
        time.sleep(POLL_S)
    typer.echo(f"ready: {address}")


def _address(server: Api | Address, path: str) -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(server.host, server.host)  # noqa: S104, asks, does not listen
    return f"http://{host}:{server.port}{path}"


def _worker_address(settings: Settings) -> str:
    if settings.worker.metrics is None:
        raise SettingsError("worker.metrics: expected an address, where the worker can be asked; found none")
    return _address(settings.worker.metrics, "/metrics")


def _worker_failure(address: str) -> str | None:
    """Which loops of the worker do not work, None when all do."""
    try:
        with urllib.request.urlopen(address, timeout=REQUEST_TIMEOUT_S) as answer:  # noqa: S310, of the settings
            loops = dict(LOOP.findall(answer.read().decode()))
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
    failing = sorted(name for name, works in loops.items() if float(works) != 1)
    return f"not working: {', '.join(failing)}" if failing else None if loops else "no loop has started"


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
