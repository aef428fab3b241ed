"""Runs `hiring` as its users do: a process of its own, with the environment of the tests' stack."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 180


def hiring(*arguments: str, given: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command to its end; `given` is its standard input."""
    return run(sys.executable, "-m", "hiring", *arguments, given=given, **environ)


def sqlproof(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command of the SQL checker to its end."""
    return run(str(Path(sys.executable).with_name("sqlproof")), *arguments, **environ)


def run(*words: str, given: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Runs a program in the checkout to its end."""
    return subprocess.run(
        words,
        env={**os.environ, **environ}, cwd=ROOT, input=given, capture_output=True, text=True, timeout=TIMEOUT_S,
        check=False,
    )  # fmt: skip


async def hiring_beside(*arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """The same, while the API of this process goes on answering."""
    return await asyncio.to_thread(hiring, *arguments, given=given)
