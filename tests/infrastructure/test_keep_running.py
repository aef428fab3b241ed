"""What keeps native processes running: started again after a crash, stopped when asked, silent about wrong settings."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.background import wait_until

KEEP_RUNNING = Path(__file__).resolve().parents[2] / "conf/native/keep_running.sh"
PATIENCE_S = 15


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A keeper of a process that only sleeps."""
    with subprocess.Popen([KEEP_RUNNING, tmp_path / "pid", "TERM", "sleep", "600"]) as process:
        wait_until(lambda: pid_in(tmp_path) > 0)
        yield process
        process.terminate()


def pid_in(folder: Path) -> int:
    """The recorded pid, 0 while there is none."""
    file = folder / "pid"
    return int((file.read_text(encoding="ascii") or "0").split()[0]) if file.exists() else 0


def is_alive(pid: int) -> bool:
    """Whether a process has this pid."""
    return Path(f"/proc/{pid}").exists()


def test_process_is_started_again_when_killed(keeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """A crash is answered with a new process, whose pid is recorded."""
    first = pid_in(tmp_path)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: pid_in(tmp_path) not in (0, first) and is_alive(pid_in(tmp_path)))
    assert keeper.poll() is None


def test_process_and_keeper_end_when_terminated(keeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """Stopping the keeper stops the process, and nothing is started again."""
    child = pid_in(tmp_path)
    keeper.terminate()
    assert keeper.wait(PATIENCE_S) == 0
    assert not is_alive(child)


def test_process_is_not_started_again_when_its_settings_are_wrong(tmp_path: Path) -> None:
    """Exit status 78 says that trying again would not help."""
    runs = tmp_path / "runs"
    command = ["sh", "-c", f"echo run >>{runs}; exit 78"]
    finished = subprocess.run([KEEP_RUNNING, tmp_path / "pid", "TERM", *command], timeout=PATIENCE_S, check=False)
    assert finished.returncode == 78
    assert runs.read_text(encoding="ascii") == "run\n"
