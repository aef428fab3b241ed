"""A ClickHouse of the tool's own: started by the project's command on a free port of loopback, then gone."""

import json
import os
import secrets
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sqlproof.configuration import Analytics, Project
from sqlproof.schema.scratch_server import INHERITED

HOST = "127.0.0.1"
USER = "sqlproof"
START_S = 60.0
STOP_S = 30.0
POLL_S = 0.05
ANSWER_S = 60


class EngineMissing(Exception):
    """There is no ClickHouse on this machine, or it does not start; the sentence says what to do."""


class Refused(Exception):
    """ClickHouse's sentence about a statement."""


class Engine(NamedTuple):
    """A database of a running engine."""

    url: str
    password: str
    database: str = "default"

    def run(self, sql: str, values: Mapping[str, str] | None = None) -> str:
        """The answer as text; `values` fill the `{name:Type}` of the statement. Raises: Refused, OSError."""
        asked = {"database": self.database, "default_format": "TSVRaw"}
        asked |= {f"param_{name}": value for name, value in (values or {}).items()}
        headers = {"X-ClickHouse-User": USER, "X-ClickHouse-Key": self.password}
        address = f"{self.url}/?{urllib.parse.urlencode(asked)}"
        request = urllib.request.Request(address, sql.encode(), headers)  # noqa: S310  # it begins with http
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            raise Refused(error.read().decode().strip()) from None

    def rows(self, sql: str, values: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
        """The answer as rows. Raises: Refused, OSError."""
        return [json.loads(line) for line in self.run(f"{sql}\nFORMAT JSONEachRow", values).splitlines()]


@contextmanager
def started(project: Project, analytics: Analytics) -> Iterator[Engine]:
    """An engine with nothing in it. Raises: EngineMissing, OSError."""
    program, *words = analytics.engine
    if not (project.root / program).exists():
        raise EngineMissing(f"{program} is missing, by which {analytics.folder}/ is checked: {analytics.install}")
    engine = Engine(f"http://{HOST}:{_free_port()}", secrets.token_hex())
    with TemporaryDirectory(prefix="sqlproof-") as name:
        folder = Path(name)
        told = {"folder": name, "port": engine.url.rpartition(":")[2], "user": USER, "password": engine.password}
        words = [Template(word).safe_substitute(told) for word in words]
        command: list[str | Path] = ["setpriv", "--pdeathsig", "TERM", project.root / program, *words]
        environment = {key: os.environ[key] for key in INHERITED if key in os.environ}
        environment |= {key: Template(text).safe_substitute(told) for key, text in analytics.environment.items()}
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, cwd=project.root, env=environment, stdout=log, stderr=log) as process,
        ):
            try:
                _wait_for(engine, process, folder / "log")
                yield engine
            finally:
                process.terminate()
                process.wait(STOP_S)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _wait_for(engine: Engine, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Returns when the engine answers. Raises: EngineMissing, with its last words."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            engine.run("SELECT 1")
        except OSError:
            time.sleep(POLL_S)
        else:
            return
    raise EngineMissing(f"ClickHouse does not start: {log.read_text(errors='replace')[-2000:]}")
