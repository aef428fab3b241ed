"""The command line on the small tree, with a server that the tree's own commands migrate."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from small_tree import ADD, CALLER, FIND, FIRST_LINE, HEADER, MIGRATION, RULES, project_of
from sqlproof.command_line import app

MIGRATED = """server = { database = "trials", migrate = [
    ["createdb", "--host", "$socket", "--username", "$user", "$database"],
    ["psql", "--quiet", "--host", "$socket", "--username", "$user", "--dbname", "$database", "--set", "ON_ERROR_STOP=1",
     "--file", "schema.sql"],
] }"""
SETTINGS = """
ALTER TABLE jobs ALTER organization_id SET (n_distinct = 2);
ALTER TABLE posts ALTER organization_id SET (n_distinct = 2);
ALTER TABLE candidates ALTER organization_id SET (n_distinct = 2);
CREATE INDEX posts_by_job ON posts (organization_id, job_id);
"""
ROWS = """
INSERT INTO jobs (organization_id, id) SELECT gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 9000);
INSERT INTO posts (organization_id, id) SELECT gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 9000);
ANALYZE;
"""
LATER = """
CREATE FUNCTION job_title(j jobs) RETURNS text LANGUAGE sql STABLE AS $$ SELECT j.start_on::text $$;
ALTER TABLE jobs RENAME COLUMN start_on TO started_on;
"""


def tree(folder: Path, query: str = FIND, schema: str = MIGRATION + SETTINGS) -> Path:
    """Writes the tree with this query and this schema, and gives its rules."""
    texts = {
        "sql/queries/trials.sql": HEADER + query, "sql/commands/trials.sql": HEADER + ADD,
        "shop/trials.py": f"{CALLER}    await statements.find()\n", "schema.sql": schema, "volume.sql": ROWS,
    }  # fmt: skip
    rules = RULES.replace('server = { database = "trials", migrate = [] }', MIGRATED)
    return project_of(folder, texts, rules).sql / "rules.toml"


def run(rules: Path, command: str, *words: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command."""
    done = CliRunner().invoke(app, [command, "--rules", str(rules), *words])
    return done.exit_code, done.stdout, done.stderr


def test_nothing_is_found_when_plans_and_stubs_were_written(tmp_path: Path) -> None:
    """Before, each statement without a plan and the first line of the missing stubs are findings."""
    rules = tree(tmp_path)
    status, counts, findings = run(rules, "check")
    assert (status, counts) == (1, "0 migrations, 2 statements, 3 findings\n")
    assert findings.splitlines()[1] == (
        f"sql/commands/trials.sql:{FIRST_LINE}: commands/trials.add: its plan is not in sql/plans/commands/trials.txt:"
        " run `sqlproof plans`"
    )
    assert run(rules, "stubs") == (0, "", "")
    assert run(rules, "plans")[:2] == (
        0, "sql/plans/commands/trials.txt\nsql/plans/queries/trials.txt\n2 plans, 2 files changed\n"
    )  # fmt: skip
    assert run(rules, "check") == (0, "0 migrations, 2 statements, 0 findings\n", "")


def test_finding_is_told_when_a_statement_breaks_a_rule(tmp_path: Path) -> None:
    """Exit status 1, and a line that begins with file, line and statement."""
    status, _, findings = run(tree(tmp_path, FIND.replace("j.title", "j.*")), "check")
    assert status == 1
    assert f"sql/queries/trials.sql:{FIRST_LINE + 2}: queries/trials.find: a star " in findings


def test_finding_is_told_when_a_statement_cannot_be_planned(tmp_path: Path) -> None:
    """PostgreSQL prepares a statement whose function no longer fits the schema; the check goes on."""
    query = FIND.replace("j.title", "job_title(j) AS title")
    status, counts, findings = run(tree(tmp_path, query, MIGRATION + SETTINGS + LATER), "check")
    assert status == 1 and counts.startswith("0 migrations, 2 statements, ")
    assert "queries/trials.find: PostgreSQL cannot plan it: missing FROM-clause" in findings


def test_sentence_is_told_when_the_schema_cannot_be_made(tmp_path: Path) -> None:
    """Exit status 2, with what the project's command said."""
    status, _, said = run(tree(tmp_path, schema="CREATE TABLE jobs (id nothing);"), "check")
    assert status == 2 and 'type "nothing" does not exist' in said


def test_command_reaches_the_migrated_server_when_it_is_run_there(tmp_path: Path) -> None:
    """Its address stands for the names in the command, and its exit status is the command's."""
    psql = ("psql", "-h", "$socket", "-U", "$user", "-d", "$database", "-c")
    rules = tree(tmp_path)
    assert run(rules, "scratch", *psql, "SELECT FROM jobs")[0] == 0
    assert run(rules, "scratch", *psql, "SELECT FROM nothing")[0] == 1


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (RULES.replace("column =", "colum ="), "colum"),
        ("tenants = 7", "tenants"),
        ("= 7", "rules.toml"),
    ],
)
def test_sentence_is_told_when_the_rules_are_wrong(tmp_path: Path, rules: str, words: str) -> None:
    """Which file, and what is wrong in it."""
    file = tmp_path / "sql" / "rules.toml"
    file.parent.mkdir()
    file.write_text(rules, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "--rules", str(file)])
    assert done.exit_code == 2 and words in done.stderr and "rules.toml" in done.stderr


def test_sentence_is_told_when_the_packages_of_the_checks_are_missing() -> None:
    """Where only what a service needs is installed, a traceback would help nobody."""
    program = "import sys; sys.modules['psycopg'] = None; from sqlproof.__main__ import main; main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == "sqlproof needs psycopg, which is not installed: its extra `check` has it\n"
