"""`make test-strength`: how many slips the tests notice, layer by layer. Reads the environment of the tests' stack."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.progress import Progress

from tests.strength import reach, slips

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = Path(__file__).with_name("explained.yaml")
LIMIT_S = 300
"""A run that takes longer hangs: the slip is noticed."""
BAR = 0.9
console = Console()


def main(
    layer: Annotated[list[str] | None, typer.Option(help="domain, queries, commands, consumers, handlers, …")] = None,
    count: Annotated[int, typer.Option(help="Slips of each layer.")] = 20,
    seed: Annotated[int, typer.Option(help="Another seed, other slips.")] = 1,
    fresh: Annotated[bool, typer.Option(help="Ask again which tests run which lines.")] = False,
    report: Annotated[Path | None, typer.Option(help="Where to write the survivors, as JSON Lines.")] = None,
) -> None:
    """Puts slips into a copy of the code, one at a time, and tells which the tests did not notice.

    Fails where a layer's tests notice less than nine of ten, without those that `explained.yaml` explains.
    """
    os.chdir(ROOT)
    reasons = explained()
    if fresh or not reach.DATA.exists():
        reach.measure()
    reached, failed = reach.load(ROOT), False
    with copied() as copy, Progress(console=console) as progress:
        for name in layer or slips.LAYERS:
            chosen = [slip for slip in slips.sample(copy, name, count, seed) if not is_explained(slip, copy, reasons)]
            survivors = []
            for slip in progress.track(chosen, description=name):
                if not is_noticed(slip, copy, reached.tests_of(slip.path, slip.line)):
                    survivors.append(slip)
                    tell(slip, copy, report)
            failed |= len(survivors) > len(chosen) * (1 - BAR)
            progress.console.print(f"{name}: {len(chosen) - len(survivors)} of {len(chosen)} noticed")
    raise SystemExit(failed)


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of what git knows, to be spoilt."""
    with tempfile.TemporaryDirectory(prefix="hiring-strength-") as folder:
        copy = Path(folder) / "checkout"
        listed = subprocess.run(
            ["git", "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=True
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        yield copy


def is_noticed(slip: slips.Slip, copy: Path, tests: list[str]) -> bool:
    """Whether a test fails with the slip in place and passes without it: on a busy machine some fail by themselves."""
    original, text = (copy / slip.path).read_text("utf-8"), slip.text(copy)
    assert text is not None
    left = tests
    while left:
        try:
            (copy / slip.path).write_text(text, "utf-8")
            failing = first_failing(copy, left)
        finally:
            (copy / slip.path).write_text(original, "utf-8")
        if failing is None:
            return False
        if first_failing(copy, [failing]) is None:
            return True
        left = left[left.index(failing) + 1 :]
    return False


def first_failing(copy: Path, tests: list[str]) -> str | None:
    """The first of some tests that fails on the copy, or cannot be run; one that hangs is taken for the last one."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "no:cacheprovider", "-p", "no:cov", *tests]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        told, _ = process.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return tests[-1]
    if process.returncode == 0:
        return None
    named = {line.split(" ")[1] for line in told.splitlines() if line.startswith(("FAILED ", "ERROR "))}
    return next((test for test in tests if test in named), tests[-1])


def explained() -> list[dict[str, str]]:
    """The slips that no test can notice: `file`, `line`, `operator` and `reason` of each."""
    found: list[dict[str, str]] = yaml.safe_load(EXPLAINED.read_text("utf-8"))
    return found


def is_explained(slip: slips.Slip, copy: Path, reasons: Sequence[Mapping[str, str]]) -> bool:
    """Whether somebody has said why no test can notice a slip."""
    line = (copy / slip.path).read_text("utf-8").splitlines()[slip.line - 1].strip()
    return any(
        each["file"] == str(slip.path) and each["line"] == line and each["operator"] in {slip.operator, "any"}
        for each in reasons
    )


def tell(slip: slips.Slip, copy: Path, report: Path | None) -> None:
    """Prints a slip that nobody noticed."""
    console.print(f"\nnot noticed: {slip.name}", slip.difference(copy), sep="\n", markup=False, highlight=False)
    if report is not None:
        with report.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"slip": slip.name, "difference": slip.difference(copy)}) + "\n")


if __name__ == "__main__":
    typer.run(main)
