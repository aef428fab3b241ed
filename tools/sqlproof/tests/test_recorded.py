"""Recorded plans: what is written is what is read, and a change of one side without the other is told."""

from pathlib import Path

import pytest

from small_tree import project_of
from sqlproof.configuration import Project
from sqlproof.explain.plans import Node, difference, path_of, tree, write_plans
from sqlproof.reading.statements import Statement
from sqlproof.rules.proofs import check_recorded

FILE = Path("plans/queries/jobs.txt")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project without a file of statements."""
    return project_of(tmp_path, {})


def scan_of(index: str) -> Node:
    """A plan of two nodes."""
    scan = {"Node Type": "Index Scan", "Index Name": index, "Relation Name": "jobs", "Alias": "j"}
    return tree({"Node Type": "Limit", "Plans": [scan | {"Index Cond": "(id = $1)", "Plan Rows": 7}]})


def statement(folder: Path, verb: str) -> Statement:
    return Statement(folder / "queries" / "jobs.sql", verb, "", (), 5, (), "", None, is_query=True)


def test_plan_is_read_as_it_was_written_when_recorded(project: Project) -> None:
    """In the file of its noun, without numbers that change by themselves; a second writing changes nothing."""
    plans = {"queries/jobs.find": scan_of("jobs_pkey"), "queries/jobs.list": scan_of("jobs_by_status")}
    assert write_plans(project.sql, plans) == [project.sql / FILE] == [path_of(project.sql, "queries/jobs.list")]
    assert list(check_recorded(project, [statement(project.sql, "find"), statement(project.sql, "list")], plans)) == []
    assert "7" not in (project.sql / FILE).read_text()
    assert write_plans(project.sql, plans) == []


def test_difference_is_told_when_a_plan_is_another(project: Project) -> None:
    """With the line before it, and what to do."""
    write_plans(project.sql, {"queries/jobs.find": scan_of("jobs_pkey")})
    found = list(
        check_recorded(project, [statement(project.sql, "find")], {"queries/jobs.find": scan_of("jobs_by_id")})
    )
    assert [(each.path, each.line) for each in found] == [(project.sql / "queries" / "jobs.sql", 5)]
    sentence, *changes = found[0].sentence.split("\n    ")
    assert "plans/queries/jobs.txt: if that is intended, run `sqlproof plans`" in sentence
    assert changes[1:] == [
        " Limit", "-  Index Scan using jobs_pkey on jobs j", "+  Index Scan using jobs_by_id on jobs j",
        "       Index Cond: (id = $1)",
    ]  # fmt: skip
    assert difference(["Limit"], ["Limit"]) == []


def test_record_is_refused_when_statement_and_plan_do_not_belong_together(project: Project) -> None:
    """A statement without a plan in the file, and a plan whose statement is gone."""
    plans = {"queries/jobs.find": scan_of("jobs_pkey"), "queries/jobs.list": scan_of("jobs_pkey")}
    write_plans(project.sql, {"queries/jobs.find": plans["queries/jobs.find"]})
    found = list(check_recorded(project, [statement(project.sql, "list")], plans))
    assert [(each.statement, each.sentence.partition(":")[0]) for each in found] == [
        ("queries/jobs.list", f"its plan is not in sql/{FILE}"),
        ("queries/jobs.find", "no statement has this plan"),
    ]
    assert write_plans(project.sql, {}) == [project.sql / FILE] and not (project.sql / FILE).exists()
