"""`hiring ready`: what it makes of what API and worker answer."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.cli.command import hiring

Answering = Callable[[int, str], str]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Serves one answer to every GET, and gives its address."""
    servers: list[HTTPServer] = []

    def served(status: int, body: str) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


def worker(address: str) -> dict[str, str]:
    """The environment in which the worker's metrics are at an address."""
    host, port = address.removeprefix("http://").split(":")
    return {"HIRING__WORKER__METRICS": f"{{host: {host}, port: {port}}}"}


def loops(**works: int) -> str:
    """Metrics that say which loops work."""
    return "".join(f'hiring_loop_works{{loop="{name}"}} {value}.0\n' for name, value in works.items())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (loops(relay=1, mailer=1), None), (loops(relay=1, mailer=0, sweeper=0), "not working: mailer, sweeper"),
        ("", "no loop has started"),
    ],
)  # fmt: skip
def test_worker_is_ready_when_every_loop_works(answering: Answering, body: str, told: str | None) -> None:
    """The loops that do not are named."""
    address = answering(200, body)
    done = hiring("ready", "--worker", **worker(address))
    if told is None:
        assert (done.returncode, done.stdout) == (0, f"ready: {address}/metrics\n")
    else:
        assert (done.returncode, done.stderr) == (1, f"not ready: {address}/metrics: {told}\n")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [(200, "{}", None), (503, '{"status": "unready"}', '503 {"status": "unready"}'), (502, "<html>", "502 ")],
)
def test_api_is_ready_when_it_says_so(answering: Answering, status: int, body: str, told: str | None) -> None:
    """What it says instead is told."""
    address = answering(status, body)
    done = hiring("ready", "--url", address)
    if told is None:
        assert (done.returncode, done.stdout) == (0, f"ready: {address}\n")
    else:
        assert (done.returncode, done.stderr) == (1, f"not ready: {address}: {told}\n")


def test_nothing_is_ready_when_nobody_listens() -> None:
    """One line, also for the worker."""
    for words in (("--url", "http://127.0.0.1:1"), ("--worker",)):
        done = hiring("ready", *words, **worker("http://127.0.0.1:1"))
        assert done.returncode == 1 and done.stderr.startswith("not ready: http://127.0.0.1:1")
        assert "refused" in done.stderr and done.stderr.count("\n") == 1
