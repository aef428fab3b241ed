"""Runs `hiring` as its users do: a process of its own, with the environment of the tests' stack."""

import asyncio
import os
import pty
import subprocess
import sys
from collections.abc import Sequence
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


async def hiring_on_a_terminal(*arguments: str, typed: Sequence[tuple[str, str]]) -> "subprocess.CompletedProcess[str]":
    """The same on a terminal, where each line is typed when its prompt is there; the API goes on answering."""
    terminal, standard_input = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hiring", *arguments, cwd=ROOT, start_new_session=True,
        stdin=standard_input, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            for prompt, line in typed:
                await process.stderr.readuntil(prompt.encode())
                os.write(terminal, f"{line}\n".encode())
            stdout, stderr = await process.communicate()
    finally:
        os.close(standard_input)
        os.close(terminal)
    assert process.returncode is not None
    return subprocess.CompletedProcess(arguments, process.returncode, stdout.decode(), stderr.decode().lstrip("\n"))


async def hiring_beside(*arguments: str, given: str = "") -> "subprocess.CompletedProcess[str]":
    """The same, while the API of this process goes on answering."""
    return await asyncio.to_thread(hiring, *arguments, given=given)
