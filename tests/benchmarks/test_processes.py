"""What benchmarks start ends with them, however they end."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.background import until

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, sys, time
from pathlib import Path
from benchmarks.cluster import cluster
from benchmarks.processes import Server, free_port, running
from hiring.config import load_settings

port = free_port()
server = Server("files", [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"], {}, port)
with cluster(load_settings(), 1) as own, running([server], Path(sys.argv[1])):
    print(json.dumps([port, own.postgres.primary.port, own.postgres.replicas[0].port]), flush=True)
    time.sleep(600)
"""


def listens(port: int) -> bool:
    """Whether a port of this machine is answered."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_no_server_is_left_when_a_benchmark_is_killed(tmp_path: Path) -> None:
    """PostgreSQL, its replica and what else was started; only their folder stays."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where root asks
        command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
        environment = os.environ | {"TMPDIR": folder, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as benchmark:
            assert benchmark.stdout is not None
            ports: list[int] = json.loads(benchmark.stdout.readline())
            assert all(map(listens, ports))
            benchmark.kill()

        async def are_gone() -> bool:
            return not any(map(listens, ports))

        asyncio.run(until(are_gone, 20))
