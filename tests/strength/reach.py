"""Which tests run a line: one run of the suite under coverage, kept until it is made anew."""

import os
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from coverage.numbits import numbits_to_nums

FOLDER = Path(".strength")
DATA = FOLDER / "coverage"
FAILING = FOLDER / "failing.xml"
SUITES = (
    "tests/domain", "tests/commands", "tests/queries", "tests/http", "tests/services", "tests/connectors",
    "tests/config", "tests/sql", "tests/migrations", "tests/relay", "tests/consumers", "tests/api",
)  # fmt: skip
"""The tests of behaviour, the quickest first; those of the checkout's form and of killed servers are left out."""
PROCESSES = ("tests/config/test_command_line.py", "tests/cli", "tests/faults/test_stopped.py")
"""Those that run `hiring` as processes of its own, where coverage does not look."""
QUICK_SUITES = 4
"""The tests of the first suites take seconds all together: they are tried whatever their number, since a line that runs
when its module is imported, such as a limit, is in the reach of all that import it."""
MAXIMUM_TESTS = 60
"""So many tests of the other suites are tried on one slip, the most specific first."""


class Reach:
    """For each line of the service the tests that run it."""

    def __init__(self, tests: dict[tuple[str, int], set[str]], breadth: dict[str, int]) -> None:
        self._tests, self._breadth = tests, breadth

    def tests_of(self, path: Path, line: int) -> list[str]:
        """The tests that run a line, else its module; the quickest suite and the narrowest test first.

        Where none does, the module runs in processes of its own.
        """
        found = self._tests.get((str(path), line)) or {
            test for (name, _), tests in self._tests.items() if name == str(path) for test in tests
        }
        narrowest = sorted(found, key=lambda test: (suite_of(test), self._breadth[test], test))
        quick_count = sum(suite_of(test) < QUICK_SUITES for test in narrowest)
        return narrowest[: quick_count + MAXIMUM_TESTS] or list(PROCESSES)


def suite_of(test: str) -> int:
    """The place of a test's suite."""
    return next((place for place, suite in enumerate(SUITES) if test.startswith(f"{suite}/")), len(SUITES))


def measure() -> None:
    """Runs the suites under coverage; what fails without any slip can notice none, and is left out later."""
    FOLDER.mkdir(exist_ok=True)
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--cov=hiring", "--cov-context=test",
        "--cov-report=", f"--junit-xml={FAILING}", *SUITES,
    ]  # fmt: skip
    subprocess.run(command, env=os.environ | {"COVERAGE_FILE": str(DATA)}, check=False)


def failing() -> set[str]:
    """The tests that fail without any slip."""
    cases = ET.parse(FAILING).iter("testcase")
    return {
        f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }


def load(root: Path) -> Reach:
    """What the last run under coverage found."""
    tests: dict[tuple[str, int], set[str]] = defaultdict(set)
    breadth: dict[str, int] = defaultdict(int)
    left_out = failing()
    for path, test, lines in rows(root):
        if test in left_out:
            continue
        breadth[test] += len(lines)
        for line in lines:
            tests[path, line].add(test)
    return Reach(tests, breadth)


def rows(root: Path) -> Iterator[tuple[str, str, list[int]]]:
    """A file, a test and the lines of the file that it runs."""
    connection = sqlite3.connect(DATA)
    text = (
        "SELECT f.path, c.context, b.numbits FROM line_bits AS b JOIN file AS f ON f.id = b.file_id"
        " JOIN context AS c ON c.id = b.context_id WHERE c.context <> ''"
    )
    for path, context, numbits in connection.execute(text):
        test = context.rpartition("|")[0]
        yield str(Path(path).relative_to(root)), test, numbits_to_nums(numbits)
    connection.close()
