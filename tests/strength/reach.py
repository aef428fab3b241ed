"""Which tests run a line: one run of the suite under coverage, kept until it is made anew."""

import ast
import os
import re
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from coverage.numbits import numbits_to_nums

FOLDER = Path(".strength")
DATA = FOLDER / "coverage"
FAILING = FOLDER / "failing.xml"
SUITES = (
    "tests/domain", "tests/commands", "tests/queries", "tests/http", "tests/services", "tests/connectors",
    "tests/config", "tests/sql", "tests/migrations", "tests/relay", "tests/consumers",
    "tests/analytics", "tests/reports", "tests/pictures", "tests/api",
)  # fmt: skip
"""The tests of behaviour, the quickest first; those of the checkout's form and of killed servers are left out."""
PROCESSES = (
    "tests/config/test_command_line.py", "tests/cli", "tests/consumers/test_dead_letters.py",
    "tests/migrations/test_migrate_command.py", "tests/faults/test_stopped.py",
)  # fmt: skip
"""Those that run `hiring` as processes of its own, where coverage does not look."""
COMMAND = re.compile(r"hiring/(cli/\w+|__main__)\.py")
QUICK_S = 0.05
"""Tests that take less are tried whatever their number."""
MAXIMUM_TESTS = 60
"""So many of the slower tests are tried on one slip."""
FAR = 99
"""The distance of a test from a module that it does not import."""


class Reach:
    """For each line of the service the tests that run it.

    `seconds` has all tests, also those that run no line of any function. `imports` says for each file of tests which
    modules it imports, and in how many steps.
    """

    def __init__(
        self, root: Path, tests: Mapping[tuple[str, int], set[str]], seconds: Mapping[str, float],
        imports: Mapping[str, Mapping[str, int]],
    ) -> None:  # fmt: skip
        self._root, self._tests, self._seconds, self._imports = root, tests, seconds, imports
        self._breadth = Counter(test for of_line in tests.values() for test in of_line)

    def tests_of(self, path: Path, line: int) -> list[str]:
        """The tests in whose reach a line is: quick ones first, then those that run it, of these the nearest.

        Also those whose file imports the module: they may run it in a process of its own. A line that no test runs may
        have run when its module was imported, as limits and the descriptions of endpoints do: it is in the reach of all
        tests that run or import the module, first of those that run the function that it describes. Where there are
        none, and for a command always, the module runs in processes of its own.
        """
        first = self._tests_of(path, [line])
        if first:
            found = first | self._importers(path, 0)
        else:
            first = self._tests_of(path, lines_described((self._root / path).read_text("utf-8"), line))
            found = self._tests_of_module(path) | self._importers(path, FAR - 1)

        def order(test: str) -> tuple[object, ...]:
            return (
                self._is_slow(test), test not in first, self._distance(test, path), self._breadth[test],
                suite_of(test), test,
            )  # fmt: skip

        nearest = sorted(found, key=order)
        quick_count = sum(not self._is_slow(test) for test in nearest)
        chosen = nearest[: quick_count + MAXIMUM_TESTS]
        return [*chosen, *PROCESSES] if not chosen or COMMAND.match(str(path)) else chosen

    def _tests_of(self, path: Path, lines: Iterable[int]) -> set[str]:
        return set[str]().union(*(self._tests.get((str(path), line), ()) for line in lines))

    def _tests_of_module(self, path: Path) -> set[str]:
        return self._tests_of(path, [line for name, line in self._tests if name == str(path)])

    def _importers(self, path: Path, most: int) -> set[str]:
        return {test for test in self._seconds if self._distance(test, path) <= most}

    def _is_slow(self, test: str) -> bool:
        return self._seconds.get(test, 1.0) >= QUICK_S

    def _distance(self, test: str, path: Path) -> int:
        return self._imports.get(test.partition("::")[0], {}).get(module_of(path), FAR)


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


def cases() -> tuple[dict[str, float], set[str]]:
    """All tests with the seconds that they took, and those that fail without any slip."""
    seconds, failing = dict[str, float](), set[str]()
    for case in ET.parse(FAILING).iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        seconds[name] = float(case.get("time", "1"))
        if case.find("failure") is not None or case.find("error") is not None:
            failing.add(name)
    return seconds, failing


def load(root: Path) -> Reach:
    """What the last run under coverage found."""
    tests: dict[tuple[str, int], set[str]] = defaultdict(set)
    seconds, left_out = cases()
    for path, test, lines in rows(root):
        if test not in left_out:
            for line in lines:
                tests[path, line].add(test)
    able = {test: each for test, each in seconds.items() if test not in left_out}
    return Reach(root, tests, able, imports_of_tests(root))


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


def imports_of_tests(root: Path) -> dict[str, dict[str, int]]:
    """For each file of the tests the modules that it imports, with the number of steps: 0 where it does so itself."""
    files = [path for folder in ("hiring", "tests") for path in root.glob(f"{folder}/**/*.py")]
    direct = {module_of(path.relative_to(root)): imported_names(path.read_text("utf-8")) for path in files}
    return {
        str(path.relative_to(root)): steps_to_imports(module_of(path.relative_to(root)), direct)
        for path in files
        if path.name.startswith("test_")
    }


def steps_to_imports(start: str, direct: Mapping[str, set[str]]) -> dict[str, int]:
    """What a module imports, itself or through others, in the fewest steps."""
    found: dict[str, int] = {}
    step, names = 0, direct[start] & direct.keys()
    while names:
        found |= dict.fromkeys(names, step)
        names = set[str]().union(*(direct[name] for name in names)) & direct.keys() - found.keys()
        step += 1
    return found


def imported_names(text: str) -> set[str]:
    """The modules that a file imports, by full name; also names out of them, which may be modules."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def lines_described(text: str, line: int) -> range:
    """The body of the function that a line decorates; nothing where it decorates none."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.decorator_list:
            begin, end = node.decorator_list[0].lineno, node.body[-1].end_lineno
            if begin <= line < node.body[0].lineno and end is not None:
                return range(node.body[0].lineno, end + 1)
    return range(0)


def module_of(path: Path) -> str:
    """The full name of the module that is in a file."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")
