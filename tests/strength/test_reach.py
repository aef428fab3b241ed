"""Which tests are tried on a slip: those that run its line, and those that only import what it is in."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.strength.reach import FAR, MAXIMUM_TESTS, PROCESSES, QUICK_S, Reach, imports_of_tests, lines_described

ROOT = Path(__file__).resolve().parents[2]
MODULE = Path("hiring/trial.py")
TEXT = """
LIMIT = 3

@describes(
    limit=LIMIT
)
async def act():
    first()
    second()
"""


def reach(root: Path, ran: dict[int, Iterable[str]], importers: Iterable[str] = (), quick: Iterable[str] = ()) -> Reach:
    """What is known when tests ran lines of the module, and files of tests import it; all tests are slow but some."""
    (root / "hiring").mkdir()
    (root / MODULE).write_text(TEXT)
    tests = {(str(MODULE), line): set(those) for line, those in ran.items()}
    known = {*set[str]().union(*tests.values()), *importers}
    seconds = {test: QUICK_S / 2 if test in quick else QUICK_S for test in known}
    return Reach(root, tests, seconds, {test.partition("::")[0]: {"hiring.trial": 0} for test in importers})


def test_tests_that_run_a_line_come_first(tmp_path: Path) -> None:
    """Then those whose file imports the module, which may run it in a process of its own; no other of the module."""
    known = reach(tmp_path, {8: ["tests/a.py::runs"], 9: ["tests/a.py::other"]}, ["tests/b.py::imports"])
    assert known.tests_of(MODULE, 8) == ["tests/a.py::runs", "tests/b.py::imports"]


def test_tests_that_import_a_line_are_tried_when_none_runs_it(tmp_path: Path) -> None:
    """And those that run anything of its module: a limit is set when the module is imported."""
    known = reach(tmp_path, {8: ["tests/a.py::runs"]}, ["tests/b.py::imports"])
    assert set(known.tests_of(MODULE, 2)) == {"tests/a.py::runs", "tests/b.py::imports"}


def test_tests_of_a_function_come_first_when_a_line_describes_it(tmp_path: Path) -> None:
    """Whatever imports the module."""
    known = reach(tmp_path, {9: ["tests/z.py::runs"]}, ["tests/b.py::imports"])
    assert known.tests_of(MODULE, 5) == ["tests/z.py::runs", "tests/b.py::imports"]


def test_quick_tests_are_all_tried_and_of_the_others_only_so_many(tmp_path: Path) -> None:
    """Hundreds of quick ones take seconds."""
    quick = [f"tests/quick.py::{number}" for number in range(MAXIMUM_TESTS + 1)]
    slow = [f"tests/slow.py::{number}" for number in range(MAXIMUM_TESTS + 1)]
    tried = reach(tmp_path, {8: [*quick, *slow]}, quick=quick).tests_of(MODULE, 8)
    assert set(tried[: len(quick)]) == set(quick) and len(tried) == len(quick) + MAXIMUM_TESTS


def test_processes_are_tried_when_no_test_has_the_module(tmp_path: Path) -> None:
    """It runs where coverage does not look."""
    assert reach(tmp_path, {}).tests_of(MODULE, 8) == list(PROCESSES)


@pytest.mark.parametrize("path", ["hiring/cli/user.py", "hiring/__main__.py"])
def test_processes_are_tried_beside_others_when_the_module_is_a_command(tmp_path: Path, path: str) -> None:
    """Tests that import it see little of it: what it prints, asks and ends with is for those of the command line."""
    known = Reach(tmp_path, {(path, 8): {"tests/a.py::runs"}}, {"tests/a.py::runs": 1.0}, {})
    assert known.tests_of(Path(path), 8) == ["tests/a.py::runs", *PROCESSES]


@pytest.mark.parametrize(("line", "lines"), [(2, []), (4, [8, 9]), (5, [8, 9]), (7, [8, 9]), (8, [])])
def test_line_describes_a_function_when_it_is_of_its_head(line: int, lines: list[int]) -> None:
    """Its decorators and its signature."""
    assert list(lines_described(TEXT, line)) == lines


def test_file_imports_a_module_when_another_does_for_it() -> None:
    """In so many steps: the table of access is about every module of endpoints."""
    imports = imports_of_tests(ROOT)
    assert imports["tests/strength/test_reach.py"]["tests.strength.reach"] == 0
    access = imports["tests/api/test_callers.py"]
    assert access["hiring.http.operation"] == 0 < access["hiring.handlers.routes"] < access["hiring.handlers.account"]
    assert imports["tests/domain/test_board.py"].get("hiring.worker", FAR) == FAR
