"""Files for ClickHouse: what it refuses, headers, types, migrations, callers; and the engine itself."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from small_analytics import (
    CALLER,
    COUNT,
    FIRST_LINE,
    OPENING,
    SELECT,
    TENANT,
    UP,
    VIEW,
    Asked,
    only_one,
    statement,
    tree,
)
from small_tree import project_of
from sqlproof.clickhouse.engine import EngineMissing
from sqlproof.clickhouse.proof import Proven, prove
from sqlproof.command_line import app
from sqlproof.configuration import read_project
from sqlproof.reading.analytics import analytics_of
from sqlproof.reading.calls import check_callers


def test_nothing_is_found_when_the_tree_is_sound(asked: Asked) -> None:
    """Semicolons, braces and quotes in texts and comments mean nothing."""
    proven = asked()
    assert [*proven.refused, *proven.broken] == []
    assert proven.statement_count == len(proven.described) == 1


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param(f"{SELECT}\nWHERE {TENANT} AND\n  f.nothing = 1", 5, "nothing", id="column"),
        pytest.param(f"{SELECT}\nWHERE WHERE {TENANT}", 4, "Syntax error", id="syntax"),
        pytest.param(f"{SELECT}\nWHERE {TENANT} AND missing(f.job_id)", 4, "missing", id="function"),
        pytest.param(f"{SELECT}\nWHERE {TENANT} AND f.kind = {{organization_id:String}}", 0, "one type", id="type"),
        pytest.param(f"{SELECT} WHERE {TENANT};\nSELECT 1", 0, "Multi-statements", id="two statements"),
        pytest.param("INSERT INTO facts SELECT * FROM facts", 0, "only reads", id="write"),
        pytest.param("TRUNCATE TABLE facts", 0, "only reads", id="truncation"),
        pytest.param("SELECT 1 AS one INTO OUTFILE 'there'", 3, "OUTFILE", id="file"),
    ],
)
def test_refusal_is_found_when_clickhouse_does_not_take_it(asked: Asked, text: str, line: int, words: str) -> None:
    """Its own sentence, at the line that it means or where the name stands."""
    only_one(asked(statement(text)), "trials.sql", FIRST_LINE + line, words)


@pytest.mark.parametrize(
    ("texts", "line", "words"),
    [
        ({"statement": statement(f"{SELECT} WHERE {TENANT}", "organization_id, job_id")}, 2, "job_id is not used"),
        ({"statement": statement(f"{SELECT} WHERE {TENANT}", "")}, 0, "organization_id is not in the header"),
        ({"statement": COUNT.replace(" too.", " too")}, 0, "one plain sentence"),
        ({"statement": COUNT.replace("-- Takes", "-- Locks: all.\n-- Takes")}, 2, "each further line has a label"),
        ({"statement": COUNT.replace("-- Takes", "-- Why: so.\n-- Takes: zone\n-- Takes")}, 4, "appears twice"),
        ({"statement": COUNT.replace("GROUP BY period", "GROUP BY period -- so")}, 7, "a line of its own"),
        ({"statement": COUNT.replace("count\n", "count!\n")}, 0, "a name ends in"),
        ({"statement": COUNT.replace("count\n", "count$\n")}, 0, "$ returns a value, and this has 3 columns"),
        ({"statement": COUNT + "\n" + COUNT}, 9, "a statement of this name already"),
        ({"opening": OPENING.replace("Engine", "Pool")}, -3, "a file opens with 3 lines"),
    ],
)
def test_header_is_found_when_it_is_not_true(asked: Asked, texts: dict[str, str], line: int, words: str) -> None:
    """Sentence, labels, parameters, suffix, opening."""
    proven = asked(**texts)
    found = [(each.line - FIRST_LINE, each.sentence) for each in [*proven.refused, *proven.broken]]
    assert any(at == line and words in sentence for at, sentence in found), found


def test_type_is_found_when_a_parameter_has_another_elsewhere(asked: Asked) -> None:
    """In the view, or in another statement."""
    other = statement("SELECT d.occurred_on FROM days AS d WHERE {job_ids:UInt8} = 1", "job_ids").replace(
        "count", "other"
    )
    only_one(asked(COUNT + "\n" + other), "trials.sql", FIRST_LINE + 9, "job_ids is UInt8, and Array(UUID) in seen.sql")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("facts AS f FINAL", "facts AS f", 3, "facts is read without FINAL"),
        ("f.organization_id =", "f.job_id =", 3, "f lacks f.organization_id"),
        ("f.job_id, f.at", "f.job_id, f.nothing", 2, "ClickHouse refuses it"),
        ("(x) -> toInt64(x)", "(x) -> x + (SELECT count() FROM facts)", 6, "a function reads nothing"),
        ("OR REPLACE VIEW", "VIEW", 1, "views and functions alone"),
    ],
)
def test_view_is_found_when_it_breaks_a_rule(asked: Asked, old: str, new: str, line: int, words: str) -> None:
    """At its own lines."""
    proven = asked(view=VIEW.replace(old, new))
    found = [(each.path.name, each.line, each.sentence) for each in [*proven.refused, *proven.broken]]
    assert any((name, at) == ("seen.sql", line) and words in said for name, at, said in found), found


@pytest.mark.parametrize(
    ("texts", "path", "line", "words"),
    [
        ({"up": UP.replace("LowCardinality(String)", "Nothings")}, "0001_make.sql", 2, "ClickHouse refuses it"),
        ({"down": "DROP TABLE days;\n\nDROP TABLE nothing;"}, "0001_make.down.sql", 3, "ClickHouse refuses it"),
        ({"down": "DROP TABLE days; DROP TABLE facts;"}, "0001_make.down.sql", 1, "it does not leave names as before"),
        ({"down": None}, "0001_make.sql", 1, "its way back is missing"),
    ],
)
def test_migration_is_found_when_it_fails_or_is_not_undone(
    asked: Asked, texts: dict[str, str | None], path: str, line: int, words: str
) -> None:
    """Each goes up, down and up again."""
    found = [(each.path.name, each.line, each.sentence) for each in asked(**texts).refused]
    assert any((name, at) == (path, line) and words in said for name, at, said in found), found


@pytest.mark.parametrize(("verb", "is_found"), [("count", False), ("other", True)])
def test_statement_is_found_when_nothing_sends_it(tmp_path: Path, verb: str, *, is_found: bool) -> None:
    """A call that leads nowhere is found, too."""
    project = tree(tmp_path, **{"shop/trials.py": f"{CALLER}    await statements.{verb}()\n"})
    found = {each.sentence for each in check_callers(analytics_of(project), project)}
    sentences = {"nothing sends this statement: give it a caller, or remove it", "there is no such statement"}
    assert found == (sentences if is_found else set())


def test_sentence_is_told_when_the_engine_is_missing(tmp_path: Path) -> None:
    """What is missing and how to get it, in one line; the check fails."""
    project = tree(tmp_path)
    rules = project.sql / "rules.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace(".venv-clickhouse/bin/python", ".venv-nowhere/bin/python"), encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "--rules", str(rules)])
    assert done.exit_code == 2 and len(done.stderr.splitlines()) == 1, done.stderr
    assert ".venv-nowhere/bin/python is missing" in done.stderr and "make check installs it" in done.stderr


def test_sentence_is_told_when_the_engine_does_not_start(tmp_path: Path) -> None:
    """With its last words."""
    project = tree(tmp_path)
    rules = project.sql / "rules.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace('"native_server"', '"no_server"'), encoding="utf-8")
    with pytest.raises(EngineMissing, match="No module named no_server"):
        prove(read_project(rules))


def test_nothing_is_asked_when_the_project_has_no_clickhouse(tmp_path: Path) -> None:
    """No engine is started."""
    assert prove(project_of(tmp_path, {})) == Proven()
