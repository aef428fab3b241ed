"""The check finds each fault at its line, in a copy of a small sound tree."""

import pytest

from small_tree import ADD, FIND, FIRST_LINE, HEADER, Found, only


def test_nothing_is_found_when_a_tree_is_sound(found: Found) -> None:
    """What the faults below are seeded into has none."""
    assert found() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("SELECT j.title", "SELECT j.*", 2, "star", id="star"),
        pytest.param("SELECT j.title", "SELECT j.title,", 2, "grammar", id="grammar"),
        pytest.param("j.id = :id;", "j.id = :id\nFOR UPDATE OF j;", 6, "must not lock rows", id="lock"),
        pytest.param("j.id = :id;", "j.id = :id\nOFFSET 5;", 6, "OFFSET", id="offset"),
        pytest.param("j.id = :id;", "j.id = :id AND :other;", 0, "not in the header", id="undeclared"),
        pytest.param("(organization_id, id)", "(organization_id, id, x)", 0, "x is not used", id="unused"),
        pytest.param("job_body(j)", "claim(j.title)", 2, "claim() may write", id="writing function"),
        pytest.param("job_body(j)", "nextval('s')", 2, "nextval() may write", id="sequence"),
        pytest.param("-- Finds a job.", "-- Finds a job", 0, "full stop", id="no sentence"),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Soon.", 2, "label", id="no label"),
        pytest.param(
            "-- Finds a job.", "-- Finds a job.\n-- Tenant: none, why not.", 0, "has its tenant", id="idle excuse"
        ),
        pytest.param("-- Finds a job.", "-- Finds a job.\n-- Budget: 9 rows.", 0, "a budget reads", id="no budget"),
        pytest.param(
            "-- Finds a job.",
            "-- Finds a job.\n-- Budget: 9 rows, 9 buffers, 9 ms at 1000000 applications",
            0,
            "a budget reads",
            id="budget without commas",
        ),
        pytest.param("SELECT j.title", f"SELECT {'x' * 120}", 2, "148 characters", id="long line"),
        pytest.param("find(", f"{'f' * 60}(", 0, "63 bytes", id="long name"),
    ],
)
def test_fault_is_found_when_a_query_has_one(found: Found, old: str, new: str, line: int, words: str) -> None:
    """Where it stands, and nothing else is said."""
    query = FIND.replace(old, new)
    verb = query.removeprefix("-- name: ").partition("(")[0]
    only(found(query=query, verbs=[verb]), line, words)


def test_nothing_is_found_when_a_budget_is_stated(found: Found) -> None:
    """In the form that the README tells."""
    budget = "-- Budget: 400 rows, 900 buffers, 20 ms at 1,000,000 applications"
    assert found(query=FIND.replace("-- Finds a job.", f"-- Finds a job.\n{budget}")) == []


def test_write_is_found_when_a_query_hides_it_in_a_cte(found: Found) -> None:
    """A CTE below a CTE is looked into, too."""
    query = FIND.replace(
        "SELECT j.title",
        "WITH a AS (\n    WITH b AS (\n        DELETE FROM countries AS c RETURNING c.code\n    )\n"
        "    SELECT b.code FROM b\n)\nSELECT (SELECT max(a.code) FROM a) AS title",
    )
    only(found(query=query), 4, "DELETE in a query")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("p.organization_id = :organization_id AND ", "", 4, id="inner side of a join"),
        pytest.param("p.organization_id = :org",
                     "p.organization_id = j.organization_id\n    AND j.organization_id = :org", 4,
                     id="implied by a join"),
        pytest.param("WHERE j.organization_id = :organization_id AND", "WHERE j.organization_id = :organization_id OR",
                     3, id="below OR"),
        pytest.param("WHERE j.organization_id = :organization_id", "WHERE NOT (j.organization_id = :organization_id)",
                     3, id="below NOT"),
        pytest.param("WHERE j.organization_id = :organization_id AND", "WHERE", 3, id="nowhere"),
        pytest.param("WHERE j.organization_id =", "WHERE j.organization_id >=", 3, id="another operator"),
        pytest.param("WHERE j.organization_id = :organization_id", "WHERE organization_id = :organization_id",
                     3, id="no alias"),
        pytest.param("WHERE j.organization_id = :organization_id", "WHERE j.organization_id = :id",
                     3, id="another parameter"),
        pytest.param("LEFT JOIN", "RIGHT JOIN", 4, id="the side that an outer join keeps"),
        pytest.param("WHERE j.organization_id = :organization_id AND j.id = :id;",
                     "  AND j.organization_id = :organization_id\nWHERE j.id = :id;", 3,
                     id="ON of the side that is kept"),
        pytest.param("LEFT JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = j.id",
                     "JOIN posts AS p USING (organization_id)", 4, id="USING"),
        pytest.param("j.id = :id;", "EXISTS (\n    SELECT FROM posts AS q\n"
                     "    WHERE j.organization_id = :organization_id AND q.id = :id\n);",
                     6, id="EXISTS compares the outer table's column"),
        pytest.param("j.id = :id;", "j.id IN (\n    SELECT q.id FROM posts AS q WHERE q.id = :id\n);", 6,
                     id="sub-select"),
        pytest.param("j.id = :id;", "j.id = :id\nUNION ALL\nSELECT q.id::text, NULL\nFROM posts AS q;", 8,
                     id="UNION's arm"),
        pytest.param("job_body(j) AS body", "(SELECT q.id\n FROM posts AS q LIMIT 1)", 3, id="select list"),
        pytest.param("LEFT JOIN posts AS p ON p.organization_id = :organization_id",
                     "CROSS JOIN LATERAL (\n    SELECT q.id FROM posts AS q\n) AS l\n"
                     "LEFT JOIN posts AS p ON p.organization_id = :organization_id", 5, id="LATERAL"),
    ],
)  # fmt: skip
def test_table_is_found_when_a_query_reads_it_without_its_tenant(found: Found, old: str, new: str, line: int) -> None:
    """At the table's line; what only seems to compare does not count."""
    assert old in FIND
    only(found(query=FIND.replace(old, new)), line, "is read without its tenant")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("LEFT JOIN posts AS p ON p.organization_id = :organization_id",
                     "JOIN (posts AS p JOIN posts AS q ON q.organization_id = :organization_id)\n"
                     "    ON p.organization_id = :organization_id", id="a join within a join"),
        pytest.param("j.id = :id;",
                     "j.id = (\n    SELECT q.id FROM posts AS q WHERE q.organization_id = :organization_id"
                     " AND (q.id = :id OR q.job_id = :id));", id="OR beside the conjunct"),
        pytest.param("j.id = :id;", "j.id = :id AND EXISTS (SELECT FROM board_directory AS y, countries AS c);",
                     id="tables without a tenant"),
        pytest.param("-- Finds a job.", "-- Finds a job: it's :here, \"so.", id="quotes in a comment"),
    ],
)  # fmt: skip
def test_nothing_is_found_when_every_level_has_its_tenant(found: Found, old: str, new: str) -> None:
    """Hard cases that are sound."""
    query = FIND.replace(old, new).replace('"so.', "so.")
    assert found(query=query) == []


def test_exception_counts_when_its_header_gives_a_reason(found: Found) -> None:
    """`Tenant: none` needs a why."""
    all_jobs = "-- name: find()\n-- Lists jobs.\n{}SELECT j.id FROM jobs AS j;"
    assert found(query=all_jobs.format("-- Tenant: none, the relay serves all.\n")) == []
    only(found(query=all_jobs.format("-- Tenant: all.\n")), 0, "`Tenant: none, <why>`")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("VALUES (:organization_id,", "VALUES (gen_random_uuid(),", 3,
                     "must be :organization_id in", id="VALUES"),
        pytest.param("VALUES (:organization_id, :id, :title)",
                     "SELECT :organization_id, :id, :title UNION SELECT :id, :id, :title", 3,
                     "must be :organization_id in", id="UNION's arm"),
        pytest.param("VALUES (:organization_id, :id, :title)",
                     "VALUES (:organization_id, :id, :title), (:id, :id, :title)", 3,
                     "must be :organization_id in", id="second row"),
        pytest.param("AS j (organization_id, id, title)", "AS j", 3, "do not name organization_id", id="no columns"),
        pytest.param("(organization_id, id) DO", "(id) DO", 3, "another tenant's row", id="ON CONFLICT"),
        pytest.param("SET title = excluded.title", "SET organization_id = :id", 3, "never changes",
                     id="ON CONFLICT SET"),
        pytest.param("SET job_id = a.id", "SET organization_id = a.id", 9, "never changes", id="SET"),
        pytest.param(" AND p.organization_id = :organization_id", "", 9, "without its tenant", id="UPDATE"),
        pytest.param("FROM added_job AS a\n", "FROM added_job AS a,\n         jobs AS b\n", 12, "without its tenant",
                     id="UPDATE … FROM"),
        pytest.param("added_job AS (", "posts AS (", 2, "hides a table", id="CTE with a table's name"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_command_writes_beyond_its_tenant(
    found: Found, old: str, new: str, line: int, words: str
) -> None:
    """INSERT, its conflict, UPDATE and its other tables."""
    assert old in ADD
    findings = found(command=ADD.replace(old, new))
    assert (line + FIRST_LINE) in {each[0] for each in findings if words in each[1]}, findings


def test_command_is_found_when_it_tells_nothing(found: Found) -> None:
    """A bare write has no evidence."""
    header = "-- name: add(organization_id, id)\n-- Deletes one.\n"
    delete = header + "DELETE FROM jobs AS j\nWHERE j.organization_id = :organization_id AND j.id = :id;"
    only(found(command=delete), 0, "RETURNING")


def test_statement_is_found_when_nothing_sends_it(found: Found) -> None:
    """And a call is found that leads to no statement."""
    only(found(verbs=[]), 0, "nothing sends this statement")
    findings = found(verbs=["find", "fond"])
    assert [sentence for _, sentence in findings] == ["there is no such statement"]


def test_lock_statement_has_a_caller_when_a_header_names_it(found: Found) -> None:
    """`Locks first` sends it."""
    lock = "-- name: lock(id)\n-- Locks.\nSELECT pg_advisory_xact_lock(:id);\n\n"
    named = ADD.replace("-- Adds a job.\n", "-- Adds a job.\n-- Locks first: lock\n")
    assert found(command=lock + named) == []
    only(found(command=lock + ADD), 0, "nothing sends this statement")


def test_file_is_found_when_it_does_not_open_as_it_should(found: Found) -> None:
    """Three lines: what it holds, which pool runs it, what to know first."""
    findings = found(header=HEADER.replace("-- Pool: primary.\n", ""))
    assert [(line, "opens with 3 lines" in sentence) for line, sentence in findings] == [(2, True)]
    assert [line for line, sentence in found(header=HEADER.rstrip() + "\n") if "an empty line" in sentence] == [4]
