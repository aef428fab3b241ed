"""A native stack of the tests of the infrastructure, driven by its script."""

import os
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
PORT_BASE = int(os.environ.get("TEST_PORT_BASE", "16400")) + 40
SERVERS = ("primary", "replica", "redis-sessions", "redis-cache", "rabbitmq", "epmd", "clickhouse")


class Stack:
    """A third stack beside the developer's and the tests' own, with folders and ports of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        self.environments = folder / "environments"
        self.port_base = PORT_BASE

    def run(self, *arguments: str, sql: str | None = None) -> subprocess.CompletedProcess[str]:
        """Calls the stack's script."""
        environment = os.environ | {
            "PROFILE": "test",
            "HTTP_PORT": str(self.port_base + 11),
            "TEST_PORT_BASE": str(self.port_base),
            "TEST_DATA_DIR": str(self.folder),
            "TEST_ENVIRONMENTS": str(self.environments),
        }
        return subprocess.run(
            [CHECKOUT / "conf/native/stack.sh", *arguments],
            env=environment, input=sql or "", capture_output=True, text=True, timeout=180, check=False,
        )  # fmt: skip

    def up(self) -> None:
        """Starts what does not run."""
        result = self.run("up")
        assert result.returncode == 0, result.stderr

    def ask(self, server: str, sql: str) -> str:
        """The answer of the superuser's psql on primary or replica, values only."""
        result = self.run(
            "console",
            server,
            "postgres",
            sql=f"\\pset tuples_only on\n\\pset format unaligned\n{sql}",
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.splitlines()[-1]

    def pid(self, name: str) -> int:
        """The recorded pid of a server."""
        is_postgres = name in ("primary", "replica")
        file = self.folder / (f"postgres/{name}/postmaster.pid" if is_postgres else f"pids/{name}.pid")
        return int(file.read_text(encoding="ascii").split()[0])
