"""Clients that generators make of `/openapi.json`, with their default options, go from registration to hire."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.client import DESCRIBED
from tests.clients.node import FOLDER, TIMEOUT_S, run_node, run_program

PYTHON = FOLDER / ".venv" / "bin"
"""The environment of openapi-python-client, which has what its clients need."""


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The document as the code makes it."""
    file = tmp_path_factory.mktemp("described") / "openapi.json"
    file.write_text(json.dumps(DESCRIBED), encoding="utf-8")
    return file


async def test_typescript_client_goes_from_registration_to_hire(address: str, document: Path, tmp_path: Path) -> None:
    """Types by openapi-typescript, strictly checked by tsc; requests by openapi-fetch."""
    types = tmp_path / "hiring-api.d.ts"
    generated = await asyncio.to_thread(run_program, "openapi-typescript", document, "--output", types)
    assert generated.returncode == 0 and "warn" not in generated.stdout.lower(), generated.stdout
    project = {
        "extends": str(FOLDER / "tsconfig.json"), "files": [str(FOLDER / "walk.ts")],
        "compilerOptions": {"paths": {"hiring-api": [str(types)]}, "typeRoots": [str(FOLDER / "node_modules/@types")]},
    }  # fmt: skip
    (tmp_path / "tsconfig.json").write_text(json.dumps(project), encoding="utf-8")
    checked, walked = await asyncio.gather(
        asyncio.to_thread(run_program, "tsc", "--project", tmp_path),
        asyncio.to_thread(run_node, FOLDER / "walk.ts", address),
    )
    assert checked.returncode == 0, checked.stdout
    assert walked.returncode == 0, walked.stdout


async def test_python_client_goes_from_registration_to_hire(address: str, document: Path, tmp_path: Path) -> None:
    """By openapi-python-client, which warns of nothing; mypy finds the walk right, and so does the service."""
    generate = ("-m", "openapi_python_client", "generate", "--path", str(document), "--fail-on-warning")
    told = ("--config", str(FOLDER / "generator.yaml"))
    generated = await asyncio.to_thread(run_python, PYTHON / "python", *generate, *told, folder=tmp_path)
    assert generated.returncode == 0 and "warning" not in generated.stdout.lower(), generated.stdout
    client, walk = tmp_path / "hiring-api-client", str(FOLDER / "walk.py")
    strictly = (
        "-m",
        "mypy",
        "--config-file=",
        "--strict",
        "--follow-imports=silent",
        "--cache-dir",
        str(tmp_path),
        walk,
    )
    checked, walked = await asyncio.gather(
        asyncio.to_thread(run_python, Path(sys.executable), *strictly, folder=client),
        asyncio.to_thread(run_python, PYTHON / "python", walk, address, folder=client),
    )
    assert checked.returncode == 0, checked.stdout
    assert walked.returncode == 0, walked.stdout


def run_python(python: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a Python with the packages in a folder; generators find their formatter beside it."""
    paths = {"MYPYPATH": str(folder), "PYTHONPATH": str(folder), "PATH": f"{python.parent}:{os.environ['PATH']}"}
    return subprocess.run(
        [str(python), *arguments], cwd=folder, timeout=TIMEOUT_S, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ | paths,
    )  # fmt: skip
