"""A PostgreSQL of the check's own: made in a moment, migrated, reached by a socket in its folder alone, then gone."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from hiring.config import Settings, load_settings
from hiring.database_roles import make_roles
from hiring.migrations import up

BINARIES = Path("/usr/lib/postgresql")
SERVICE_USER = "postgres"
"""Who runs the server where root asks, whom PostgreSQL refuses; Debian's package makes this user."""
PORT = 5432
DATABASE = "hiring"
START_S = 30.0
STOP_S = 10.0
POLL_S = 0.02
OPTIONS: Mapping[str, str] = {
    "listen_addresses": "", "port": str(PORT), "autovacuum": "off",
    "fsync": "off", "full_page_writes": "off", "synchronous_commit": "off",
    "wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB", "shared_buffers": "256MB",
    "shared_preload_libraries": "pg_stat_statements", "jit": "off", "default_statistics_target": "1000",
    "dynamic_shared_memory_type": "mmap", "random_page_cost": "1.1", "effective_cache_size": "1GB", "work_mem": "8MB",
}  # fmt: skip
"""What is lost with a crash is nothing here. Statistics are of all rows, so that plans do not depend on a sample; costs
are those of `conf/postgres/common.conf`."""
SECRETS = (
    "POSTGRES_OWNER_PASSWORD", "POSTGRES_COMMAND_PASSWORD", "POSTGRES_QUERY_PASSWORD", "POSTGRES_WORKER_PASSWORD",
    "POSTGRES_RELAY_PASSWORD", "POSTGRES_SUPERUSER_PASSWORD", "REDIS_SESSIONS_PASSWORD", "REDIS_CACHE_PASSWORD",
    "RABBITMQ_PASSWORD", "TOKENS_SECRET",
)  # fmt: skip
"""That the settings must have; nobody is asked for one: the socket is the service user's and root's alone."""


class ServerMissing(Exception):
    """There is no PostgreSQL on this machine to make a server with."""


@contextmanager
def scratch_server() -> Iterator[Path]:
    """A server without a database of ours; gives the folder of its socket. Raises: ServerMissing, OSError."""
    binaries = newest_binaries()
    with TemporaryDirectory(prefix="hiring-sql-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            user = pwd.getpwnam(SERVICE_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
        run(binaries / "initdb", "-D", folder / "data", "-U", SERVICE_USER, "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
        options = (f"-c{name}={value}" for name, value in OPTIONS.items())
        command: list[str | Path] = [
            *as_service_user(),
            binaries / "postgres",
            "-D",
            folder / "data",
            "-k",
            folder,
            *options,
        ]
        with (folder / "log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:
            try:
                wait_for(folder, server)
                yield folder
            finally:
                server.send_signal(signal.SIGINT)
                server.wait(STOP_S)


def newest_binaries() -> Path:
    """The folder of the newest server's programs. Raises: ServerMissing."""
    found = sorted(BINARIES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    if on_path := shutil.which("postgres"):
        return Path(on_path).parent
    raise ServerMissing("there is no PostgreSQL server here: apt-get install postgresql-15, or `make test`, which does")


def as_service_user() -> list[str]:
    """What makes a command end with us, and makes it somebody else's where we are root."""
    words = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        words += ["--reuid", SERVICE_USER, "--regid", SERVICE_USER, "--init-groups", "--inh-caps=-all"]
    return words


def run(*words: str | Path) -> None:
    """Runs a program of the server's. Raises: OSError, with what it said."""
    done = subprocess.run([*as_service_user(), *words], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise OSError(f"{words[0]} failed: {done.stderr.strip()}")


def wait_for(folder: Path, server: "subprocess.Popen[bytes]") -> None:
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


def scratch_settings(folder: Path) -> Settings:
    """The service's settings with the scratch server as its primary."""
    secrets = {f"HIRING_{name}": "not a secret: a socket that nobody else reaches" for name in SECRETS}
    address = f"{{host: '{folder}', port: {PORT}}}"
    return load_settings(
        environ={
            **secrets, "HIRING_DEPLOYMENT": "test", "HIRING_POSTGRES_SUPERUSER": SERVICE_USER,
            "HIRING__POSTGRES__PRIMARY": address, "HIRING__POSTGRES__REPLICAS": f"[{address}]",
            "HIRING__POSTGRES__DATABASE": DATABASE,
        }
    )  # fmt: skip


@contextmanager
def migrated_server(migrations: Path) -> Iterator[Settings]:
    """A server with roles and schema; gives the settings that reach it. Raises: ServerMissing, MigrationError."""
    with scratch_server() as folder:
        settings = scratch_settings(folder)

        async def make() -> None:
            await make_roles(settings, lambda _: None)
            await up(settings, lambda _: None, folder=migrations)

        asyncio.run(make())
        yield settings


@contextmanager
def scratch_database(migrations: Path) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A superuser's connection to a migrated database. Raises: ServerMissing, MigrationError."""
    with migrated_server(migrations) as settings:
        host = settings.postgres.primary.host
        with psycopg.connect(
            host=host, port=PORT, user=SERVICE_USER, dbname=DATABASE, autocommit=True, prepare_threshold=None
        ) as connection:
            yield connection
