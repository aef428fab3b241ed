"""Budgets: what a statement may cost at a stated size of the benchmark database, as its header says."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement, read_files

LABEL = "Budget"
FORM = re.compile(r"([1-9][\d,]*) rows, ([1-9][\d,]*) buffers, ([1-9][\d,]*) ms at ([1-9][\d,]*) applications")


class Budget(NamedTuple):
    """The most that a statement reads, looks at and takes while there are so many applications at the most."""

    rows: int
    buffers: int
    ms: int
    applications: int

    def __str__(self) -> str:
        return f"{self.rows:,} rows, {self.buffers:,} buffers, {self.ms:,} ms at {self.applications:,} applications"


def budget_of(statement: Statement) -> Budget | None:
    """What its header says; None where it says nothing, or not so that it can be read."""
    matched = FORM.fullmatch(statement.labels.get(LABEL, ""))
    budget = matched and Budget(*(int(number.replace(",", "")) for number in matched.groups()))
    return budget if budget and str(budget) == statement.labels[LABEL] else None


def check_budget(statement: Statement) -> list[Finding]:
    """Findings in the form of a budget."""
    if LABEL not in statement.labels or budget_of(statement):
        return []
    example = Budget(400, 1_900, 20, 1_000_000)
    return [statement.finding(f"a budget reads `{LABEL}: {example}`")]


def stated(sql_folder: Path) -> Mapping[str, Budget]:
    """The budgets of all statements by their names."""
    statements = [statement for _, found, _ in read_files(sql_folder) for statement in found]
    return {statement.name: budget for statement in statements if (budget := budget_of(statement))}
