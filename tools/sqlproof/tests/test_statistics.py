"""A tenant table that is planned for its average tenant is found, and so is a setting that nothing puts into effect."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import MadeSchema
from small_tree import project_of
from sqlproof.migrations.changes import read_changes
from sqlproof.migrations.structure import check_analyzed
from sqlproof.rules.tenants import check_statistics

ALONE = "CREATE TABLE organizations (organization_id uuid PRIMARY KEY);\nCREATE TABLE countries (code text);\n"
JOBS = "CREATE TABLE jobs (organization_id uuid, id uuid, PRIMARY KEY (organization_id, id));\n"
PINNED = "ALTER TABLE jobs ALTER organization_id SET (n_distinct = 2);\n"
UNDO = "SELECT 1;\n"
Findings = Callable[..., list[str]]


@pytest.fixture
def findings(tmp_path: Path, made_schema: MadeSchema) -> Findings:
    """What is wrong in a history of these files, as `version:line: sentence`."""

    def found(*ups: str) -> list[str]:
        texts = {
            f"migrations/{number:04d}_change_jobs{ending}.sql": text
            for number, up in enumerate(ups, 1)
            for ending, text in (("", up), (".down", UNDO))
        }
        project = project_of(tmp_path, texts)
        changes, refused = read_changes(tmp_path / "migrations")
        assert not refused
        late = [each for change in changes for each in check_analyzed(change, project)]
        of_tables = check_statistics(changes, made_schema("".join(ups), project))
        return [f"{each.path.name[:4]}:{each.line}: {each.sentence}" for each in [*late, *of_tables]]

    return found


@pytest.mark.parametrize(
    "ups",
    [
        pytest.param((ALONE,), id="the key is the tenant alone, or there is none"),
        pytest.param(("CREATE TABLE board_directory (organization_id uuid, slug text PRIMARY KEY);",), id="listed"),
        pytest.param((JOBS + PINNED,), id="with the table"),
        pytest.param((JOBS, PINNED + "ANALYZE jobs;"), id="later, with ANALYZE"),
        pytest.param((JOBS, PINNED + "ANALYZE;"), id="later, with ANALYZE of all tables"),
        pytest.param((JOBS + PINNED, "ALTER TABLE jobs RENAME TO vacancies;"), id="renamed"),
        pytest.param((JOBS, "DROP TABLE jobs;"), id="dropped"),
        pytest.param(
            (
                JOBS.replace("));", ")) PARTITION BY HASH (id);") + PINNED.replace("distinct", "distinct_inherited"),
                "CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES WITH (MODULUS 1, REMAINDER 0);\n"
                + PINNED.replace("jobs", "jobs_1"),
            ),
            id="partitions",
        ),
    ],
)
def test_nothing_is_found_when_the_largest_tenant_is_planned_for(findings: Findings, ups: tuple[str, ...]) -> None:
    """What the faults below are near to."""
    assert findings(*ups) == []


@pytest.mark.parametrize(
    ("ups", "place", "mend"),
    [
        pytest.param((ALONE + JOBS,), "0001:3", "jobs ALTER organization_id SET (n_distinct = 2)", id="no setting"),
        pytest.param((JOBS + PINNED.replace("= 2", "= -0.5"),), "0001:2", "(n_distinct = 2)", id="another value"),
        pytest.param((JOBS + PINNED.replace("organization_id", "id"),), "0001:2", "(n_distinct = 2)",
                     id="another column"),
        pytest.param((JOBS + PINNED + PINNED.replace("SET", "RESET").replace(" = 2", ""),), "0001:3",
                     "(n_distinct = 2)", id="reset"),
        pytest.param((JOBS + PINNED, "DROP TABLE jobs;\n" + JOBS), "0002:2", "(n_distinct = 2)", id="made anew"),
        pytest.param((JOBS + PINNED, "CREATE TABLE old_jobs (LIKE jobs);"), "0002:1", "TABLE old_jobs", id="LIKE"),
        pytest.param((JOBS + PINNED, "CREATE TABLE new_jobs () INHERITS (jobs);"), "0002:1", "new_jobs", id="INHERITS"),
        pytest.param(("CREATE TABLE jobs (id uuid);", "ALTER TABLE jobs ADD organization_id uuid;"), "0002:1",
                     "(n_distinct = 2)", id="the tenant came later"),
        pytest.param((JOBS.replace("));", ")) PARTITION BY HASH (id);") + PINNED,), "0001:2",
                     "(n_distinct_inherited = 2)", id="partitioned"),
        pytest.param((JOBS, "SELECT 1;\n" + PINNED), "0002:2", "add `ANALYZE jobs;` below", id="no ANALYZE"),
        pytest.param((JOBS, "ANALYZE jobs;\n" + PINNED), "0002:2", "`ANALYZE jobs;`", id="ANALYZE came before"),
        pytest.param((ALONE + JOBS, PINNED + "ANALYZE countries;"), "0002:1", "`ANALYZE jobs;`",
                     id="ANALYZE of another table"),
    ],
)  # fmt: skip
def test_fault_is_found_when_the_average_tenant_is_planned_for(
    findings: Findings, ups: tuple[str, ...], place: str, mend: str
) -> None:
    """At the last statement about the table, with the statement that is missing."""
    [found] = findings(*ups)
    assert found.startswith(f"{place}: ") and mend in found
