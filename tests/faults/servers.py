"""The PostgreSQL servers of the tests' stack, which a test may kill and bring back."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from tests.faults.processes import ROOT

STACK_FOLDER = os.environ.get("HIRING_STACK_FOLDER", "")
"""Of the native stack; empty where there is another one."""
KillServer = Callable[[Literal["primary", "replica"]], None]


def kill_server(name: Literal["primary", "replica"]) -> None:
    """kill -9 of the first process of a server."""
    pid_file = Path(STACK_FOLDER) / "postgres" / name / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)


def bring_back() -> None:
    """Starts what of the tests' stack does not run."""
    environ = {**os.environ, "PROFILE": "test"}  # with TEST_STACK and TEST_PORT_BASE of the stack's env file
    command = [str(ROOT / "conf/native/stack.sh"), "up"]
    result = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=90, check=False)
    assert result.returncode == 0, result.stderr
