"""A test that hangs is ended: the run prints where it stands and fails."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
HANGS = {
    "await": "async def test_hangs():\n    await asyncio.Event().wait()\n",
    "fixture": "@pytest.fixture\nasync def never():\n    await asyncio.Event().wait()\n\ndef test_hangs(never): ...\n",
}
LOOP = "def pytest_asyncio_loop_factories():\n    return {'uvloop': uvloop.new_event_loop}\n"


@pytest.mark.parametrize("name", HANGS)
def test_run_ends_when_a_test_hangs(tmp_path: Path, name: str) -> None:
    """On the loop of the service, with the settings of the project, and a shorter limit."""
    (tmp_path / "conftest.py").write_text(f"import uvloop\n\n{LOOP}", encoding="utf-8")
    (tmp_path / "test_hanging.py").write_text(f"import asyncio, pytest\n\n{HANGS[name]}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-c", str(CHECKOUT / "pyproject.toml"), "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "--rootdir", tmp_path, "-o", "timeout=0.5", tmp_path],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "Timeout" in run.stdout
    assert "Stack of MainThread" in run.stdout


def test_every_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    """The plugin is installed, and the project sets a limit for it."""
    assert pytestconfig.pluginmanager.has_plugin("timeout")
    assert 0 < float(pytestconfig.getini("timeout")) <= 600
