"""Fails when our service has become slower than it was, measured by a peer in the same run: a part of `make check`.

It makes a small database, lets both servers take turns, and compares processor time: the machine's speed does not
count, and what else runs on it slows both.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from rich.console import Console

from benchmarks import volume
from benchmarks.bench import FAILURES, compared
from benchmarks.figures import ratios
from benchmarks.load import Run
from benchmarks.processes import OURS
from benchmarks.works import works_of
from hiring.config import load_settings

PEER = "fastapi_models"
AT_MOST: Mapping[str, float] = {"list": 0.57, "command": 0.78}
"""Our processor time as a part of the peer's: a sixth and more above those of a quiet machine (0.48, 0.65)."""
APPLICATIONS = 2_000
ROUNDS = 3
SECONDS = 1.5


def main() -> int:
    """Measures, prints the ratios and returns the exit status."""
    console, settings = Console(), volume.with_database(load_settings(), volume.DATABASE)
    asyncio.run(volume.make(settings, APPLICATIONS, Console(quiet=True)))
    works = [work for work in asyncio.run(works_of(settings, volume.DATABASE)) if work.name in AT_MOST]
    with TemporaryDirectory() as folder:
        try:
            runs = list(
                compared(settings, volume.DATABASE, works, [PEER], Path(folder), rounds=ROUNDS, seconds=SECONDS)
            )
        except FAILURES as error:
            console.print(str(error), style="red", markup=False)
            return 1
    return verdict(runs, console)


def verdict(runs: Sequence[Run], console: Console) -> int:
    """Prints the median ratio of each work and returns the exit status: 1 where one is above its limit."""
    status = 0
    for work, most in AT_MOST.items():
        ours, theirs = ([run for run in runs if run.work == work and run.server == name] for name in (OURS, PEER))
        ratio = median(ratios(ours, theirs, lambda run: run.server_us))
        status = max(status, int(ratio > most))
        style = "red" if ratio > most else "green"
        console.print(f"{work}: {ratio:.2f} of the processor time of {PEER}, at most {most}", style=style)
    return status


if __name__ == "__main__":
    sys.exit(main())
