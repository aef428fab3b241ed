"""A PostgreSQL primary and replicas of a benchmark's own, configured as `conf/postgres` says, on loopback.

They end with the benchmark, however it ends. Their temporary folder holds nothing that anybody needs, and stays only
where the benchmark is killed.
"""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.processes import CHECKOUT, free_port
from hiring.config import Address, Settings
from sqlproof.schema.scratch_server import newest_binaries

CONFIGURATION = CHECKOUT / "conf" / "postgres"
SERVICE_USER = "postgres"
"""Runs the servers where root asks, whom PostgreSQL refuses; Debian's package makes this user."""
SUPERUSER = "postgres"
PROGRAM_S = 60
START_S = 30.0
STOP_S = 30.0
POLL_S = 0.05


@contextmanager
def cluster(settings: Settings, replicas: int) -> Iterator[Settings]:
    """The settings with the addresses of a new primary and its replicas, which run during the block.

    The superuser's password is that of the settings. Raises: ServerMissing, OSError.
    """
    binaries, password = newest_binaries(), settings.postgres.superuser.password or ""
    with TemporaryDirectory(prefix="hiring-cluster-") as temporary, ExitStack() as servers:
        folder = Path(temporary)
        for file in ("common", "primary", "replica"):
            shutil.copy(CONFIGURATION / f"{file}.conf", folder)
        (folder / "password").write_text(password, encoding="utf-8")
        if os.geteuid() == 0:
            user = pwd.getpwnam(SERVICE_USER)
            for path in (folder, *folder.iterdir()):
                os.chown(path, user.pw_uid, user.pw_gid)
        _run(binaries / "initdb", "-D", folder / "primary", "-U", SUPERUSER, "-A", "scram-sha-256",
             "--pwfile", folder / "password", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions")  # fmt: skip
        primary = servers.enter_context(_server(binaries, folder, "primary", "primary"))
        addresses = []
        for number in range(1, replicas + 1):
            name = f"replica{number}"
            _run(binaries / "pg_basebackup", "-h", primary.host, "-p", str(primary.port), "-U", SUPERUSER, "-R",
                 "-C", "-S", name, "-D", folder / name, "-c", "fast", password=password)  # fmt: skip
            addresses.append(servers.enter_context(_server(binaries, folder, name, "replica")))
        postgres = msgspec.structs.replace(settings.postgres, primary=primary, replicas=tuple(addresses))
        yield msgspec.structs.replace(settings, postgres=postgres)


@contextmanager
def _server(binaries: Path, folder: Path, name: str, kind: str) -> Iterator[Address]:
    """A server that runs on the data in `name`, as `kind`.conf says. Raises: OSError."""
    address = Address(host="127.0.0.1", port=free_port())
    words: list[str | Path] = [
        *_as_service_user(), binaries / "postgres", "-D", folder / name, f"-cconfig_file={folder / kind}.conf",
        f"-cport={address.port}", f"-clisten_addresses={address.host}", "-cunix_socket_directories=",
        "-cdynamic_shared_memory_type=mmap",
    ]  # fmt: skip
    with (folder / f"{name}.log").open("wb") as log, subprocess.Popen(words, stdout=log, stderr=log) as server:
        try:
            _wait_for(binaries, address, server, folder / f"{name}.log")
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(STOP_S)


def _as_service_user() -> list[str]:
    """What makes a command end with us, and makes it somebody else's where we are root."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        words += ["--reuid", SERVICE_USER, "--regid", SERVICE_USER, "--init-groups", "--inh-caps=-all"]
    return words


def _run(*words: str | Path, password: str = "") -> None:
    """Runs a program of the server's. Raises: OSError, with what it said."""
    done = subprocess.run(
        [*_as_service_user(), *words], capture_output=True, text=True, timeout=PROGRAM_S, check=False,
        env=os.environ | {"PGPASSWORD": password}, cwd="/",
    )  # fmt: skip
    if done.returncode:
        raise OSError(f"{words[0]} failed: {done.stderr.strip()}")


def _wait_for(binaries: Path, address: Address, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Returns when the server takes connections. Raises: OSError, with its last words."""
    words = [str(binaries / "pg_isready"), "--quiet", "--host", address.host, "--port", str(address.port)]
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.poll() is None:
        if subprocess.run(words, timeout=PROGRAM_S, check=False).returncode == 0:
            return
        time.sleep(POLL_S)
    raise OSError(f"PostgreSQL does not start: {log.read_text(errors='replace')[-2000:]}")
