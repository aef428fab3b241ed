"""A PostgreSQL of the tool's own: made in a moment, migrated, reached by a socket in its folder alone, then gone."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import NamedTuple

import psycopg

from sqlproof.configuration import Project

BINARIES = Path("/usr/lib/postgresql")
SERVICE_USER = "postgres"
"""Runs the server where root asks, whom PostgreSQL refuses; Debian's package makes this user."""
PORT = 5432
START_S = 30.0
STOP_S = 10.0
POLL_S = 0.02
COMMAND_S = 300
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "", "port": str(PORT), "autovacuum": "off", "fsync": "off", "full_page_writes": "off",
    "synchronous_commit": "off", "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB",
}  # fmt: skip
"""What is lost with a crash is nothing here. The project adds the settings that its plans depend on."""
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV")
"""What the project's commands see of the caller's environment: nothing that names another server."""


class ServerMissing(Exception):
    """There is no PostgreSQL on this machine to make a server with."""


class MigrationFailed(Exception):
    """A command that should migrate the database failed; the text is what it said."""


class Scratch(NamedTuple):
    """A running server: the folder of its socket, the database that the commands have made."""

    socket: Path
    database: str

    @property
    def variables(self) -> dict[str, str]:
        """What a project's commands and their environment call the parts of its address."""
        return {"socket": str(self.socket), "port": str(PORT), "user": SERVICE_USER, "database": self.database}

    def connect(self, database: str | None = None) -> "psycopg.Connection[tuple[object, ...]]":
        """A superuser's connection, which commits each statement by itself. Raises: psycopg.Error."""
        return psycopg.connect(
            host=str(self.socket), port=PORT, user=SERVICE_USER, dbname=database or self.database, autocommit=True,
            prepare_threshold=None,
        )  # fmt: skip


@contextmanager
def scratch_server(settings: Mapping[str, str], database: str = "postgres") -> Iterator[Scratch]:
    """A server with nothing in it. Raises: ServerMissing, OSError."""
    binaries = newest_binaries()
    with TemporaryDirectory(prefix="sqlproof-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            user = pwd.getpwnam(SERVICE_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        _run(binaries / "initdb", "-D", folder / "data", "-U", SERVICE_USER, "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
        options = [f"-c{name}={value}" for name, value in {**OPTIONS, **settings}.items()]
        command: list[str | Path] = [
            *_as_service_user(),
            binaries / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            *options,
        ]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
            try:
                _wait_for(folder, server)
                yield Scratch(folder, database)
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(STOP_S)


@contextmanager
def migrated_server(project: Project) -> Iterator[Scratch]:
    """A server with the project's schema, which its own commands have made.

    Raises: ServerMissing, MigrationFailed, OSError.
    """
    with scratch_server(project.server.settings, project.server.database) as server:
        for words in project.server.migrate:
            done = subprocess.run(
                arguments(words, server), cwd=project.root, env=environment(project, server), capture_output=True,
                text=True, timeout=COMMAND_S, check=False,
            )  # fmt: skip
            if done.returncode:
                raise MigrationFailed(done.stderr.strip())
        yield server


@contextmanager
def scratch_database(project: Project) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A superuser's connection to a migrated database. Raises: as `migrated_server`."""
    with migrated_server(project) as server, server.connect() as connection:
        yield connection


def environment(project: Project, server: Scratch) -> dict[str, str]:
    """What a command of the project is started with, so that it reaches the server and no other."""
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    given = project.server.environment.items()
    return inherited | {name: Template(text).safe_substitute(server.variables) for name, text in given}


def arguments(words: Sequence[str], server: Scratch) -> list[str]:
    """A command of the project; a program that is installed beside this Python is run from there."""
    program, *rest = (Template(word).safe_substitute(server.variables) for word in words)
    beside = Path(sys.executable).with_name(program)
    return [str(beside) if beside.exists() else program, *rest]


def newest_binaries() -> Path:
    """The folder of the newest server's programs. Raises: ServerMissing."""
    found = sorted(BINARIES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).parent
    raise ServerMissing("there is no PostgreSQL server on this machine: on Debian, apt-get install postgresql")


def _as_service_user() -> list[str]:
    """What makes a command end with us, and makes it somebody else's where we are root."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        words += ["--reuid", SERVICE_USER, "--regid", SERVICE_USER, "--init-groups", "--inh-caps=-all"]
    return words


def _run(*words: str | Path) -> None:
    """Runs a program of the server's. Raises: OSError, with what it said."""
    done = subprocess.run([*_as_service_user(), *words], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise OSError(f"{words[0]} failed: {done.stderr.strip()}")


def _wait_for(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    """Returns when the server answers. Raises: OSError, with its last words."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(host=str(folder), port=PORT, user=SERVICE_USER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(POLL_S)
        else:
            return
    raise OSError(f"PostgreSQL does not start: {(folder / 'log').read_text(errors='replace')[-2000:]}")
