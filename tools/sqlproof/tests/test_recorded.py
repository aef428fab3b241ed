"""Recorded plans: what is written is what is read, and whoever changes one side without the other is told."""

from pathlib import Path

from sqlproof.explain.plans import Node, tree
from sqlproof.explain.recorded import check_recorded, difference, path_of, write
from sqlproof.reading.statements import Statement

FILE = Path("plans/queries/jobs.txt")


def scan_of(index: str) -> Node:
    """A plan of two nodes."""
    scan = {"Node Type": "Index Scan", "Index Name": index, "Relation Name": "jobs", "Alias": "j"}
    return tree({"Node Type": "Limit", "Plans": [scan | {"Index Cond": "(id = $1)", "Plan Rows": 7}]})


def statement(folder: Path, verb: str) -> Statement:
    return Statement(folder / "queries" / "jobs.sql", verb, "", (), 5, (), "", None)


def test_plan_is_read_as_it_was_written_when_recorded(tmp_path: Path) -> None:
    """In the file of its noun, without numbers that change by themselves; a second writing changes nothing."""
    plans = {"queries/jobs.find": scan_of("jobs_pkey"), "queries/jobs.list": scan_of("jobs_by_status")}
    assert write(tmp_path, plans) == [tmp_path / FILE] == [path_of(tmp_path, "queries/jobs.list")]
    assert list(check_recorded(tmp_path, [statement(tmp_path, "find"), statement(tmp_path, "list")], plans)) == []
    assert "7" not in (tmp_path / FILE).read_text()
    assert write(tmp_path, plans) == []


def test_difference_is_told_when_a_plan_is_another(tmp_path: Path) -> None:
    """With the line before it, and what to do."""
    write(tmp_path, {"queries/jobs.find": scan_of("jobs_pkey")})
    found = list(check_recorded(tmp_path, [statement(tmp_path, "find")], {"queries/jobs.find": scan_of("jobs_by_id")}))
    assert [(each.path, each.line) for each in found] == [(tmp_path / "queries" / "jobs.sql", 5)]
    sentence, *changes = found[0].sentence.split("\n    ")
    assert "plans/queries/jobs.txt: see whether it is meant, then `make sql-plans`" in sentence
    assert changes[1:] == [
        " Limit", "-  Index Scan using jobs_pkey on jobs j", "+  Index Scan using jobs_by_id on jobs j",
        "       Index Cond: (id = $1)",
    ]  # fmt: skip
    assert difference(["Limit"], ["Limit"]) == []


def test_record_is_refused_when_statement_and_plan_do_not_belong_together(tmp_path: Path) -> None:
    """A statement without a plan in the file, and a plan whose statement is gone."""
    plans = {"queries/jobs.find": scan_of("jobs_pkey"), "queries/jobs.list": scan_of("jobs_pkey")}
    write(tmp_path, {"queries/jobs.find": plans["queries/jobs.find"]})
    found = list(check_recorded(tmp_path, [statement(tmp_path, "list")], plans))
    assert [(each.statement, each.sentence.partition(":")[0]) for each in found] == [
        ("queries/jobs.list", f"its plan is not in {tmp_path.name}/{FILE}"),
        ("queries/jobs.find", "a plan without a statement"),
    ]
    assert write(tmp_path, {}) == [tmp_path / FILE] and not (tmp_path / FILE).exists()
