"""Statements keep their budgets, and one that does not is told."""

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import budgets
from benchmarks.budgets import Judged
from benchmarks.costs import Cost
from hiring.config import Settings
from hiring.statement_files import SQL_FOLDER
from sqlproof.configuration import read_project
from sqlproof.reading.statements import statements_of
from sqlproof.rules.files import Budget, stated_budgets

BUDGET = Budget(rows=400, buffers=900, ms=20, size=1_000_000, unit="applications")


def test_page_has_a_budget() -> None:
    """Every list, of each noun: what it may cost stands above it."""
    project = read_project(budgets.RULES)
    lists = {each.name for each in statements_of(project) if "Page" in each.labels}
    assert lists and lists <= stated_budgets(project).keys(), lists - stated_budgets(project).keys()


def run(settings: Settings) -> tuple[int, str]:
    """Exit status and output of the command, on the tests' database."""
    done = CliRunner().invoke(budgets.app, ["--database", settings.postgres.database])
    return done.exit_code, done.output


def test_budgets_are_kept_when_there_are_fewer_applications(settings: Settings, database: None) -> None:
    """What is stated for a million holds for 40,000; each statement with a budget is sent by something."""
    status, output = run(settings)
    assert output.splitlines()[-1].startswith("40,000 applications, ")
    assert (status, output.splitlines()[-1].rpartition(", ")[2]) == (0, "0 breached"), output


def test_breach_is_found_when_a_budget_is_too_low(
    settings: Settings, database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a copy with one budget, by its statement and what is over it."""
    shutil.copytree(SQL_FOLDER, tmp_path / "sql")
    for path in (tmp_path / "sql").glob("*/*.sql"):
        text = re.sub("^-- Budget: .*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if path.match("queries/applications.sql"):
            text = text.replace("SELECT", "-- Budget: 1 rows, 900 buffers, 20 ms at 1,000,000 applications\nSELECT", 1)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(budgets, "RULES", tmp_path / "sql" / "rules.toml")
    status, output = run(settings)
    breached = [line for line in output.splitlines() if "│ kept" not in line and "queries/applications." in line]
    assert (status, len(breached)) == (1, 1), output
    assert "queries/applications.find " in breached[0]
    assert "│ rows " in breached[0]


@pytest.mark.parametrize(
    ("cost", "count", "with_ms", "over"),
    [
        pytest.param(Cost(400, 900, 20.0), 1_000_000, True, [], id="kept"),
        pytest.param(Cost(401, 901, 99.0), 40_000, False, ["rows", "buffers"], id="breached"),
        pytest.param(Cost(1, 1, 20.1), 40_000, True, ["ms"], id="slow"),
        pytest.param(Cost(401, 901, 99.0), 1_000_001, True, [], id="larger than stated"),
        pytest.param(None, 40_000, False, ["not measured"], id="not sent"),
    ],
)
def test_breach_is_told_by_its_number_when_there_is_one(
    cost: Cost | None, count: int, with_ms: bool, over: list[str]
) -> None:
    """Time where it is asked for; nothing of a database that is larger than the budget says."""
    assert Judged("queries/jobs.find", BUDGET, cost).breaches(count, with_ms=with_ms) == over
