"""The tenant rule on hard cases."""

import pytest

from small_tree import ADD, FIND, FIRST_LINE, Found, only

TREE = """-- name: find(organization_id, id)
-- Finds what is above a post.
WITH RECURSIVE above AS (
    SELECT p.id, p.job_id
    FROM posts AS p
    WHERE p.organization_id = :organization_id AND p.id = :id
    UNION
    SELECT p.id, p.job_id
    FROM above AS a
    JOIN posts AS p ON p.organization_id = :organization_id AND p.id = a.job_id
)
SELECT a.id FROM above AS a;
"""
DELETE = """-- name: add(organization_id, id)^
-- Removes a job.
WITH removed_posts AS (
    DELETE FROM posts AS p
    USING jobs AS j
    WHERE p.organization_id = :organization_id AND j.organization_id = :organization_id
      AND p.id = j.id AND j.id = :id
    RETURNING p.id
)
SELECT count(*) AS removed_count FROM removed_posts;
"""


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        pytest.param("WHERE j.organization_id = :organization_id AND j.id = :id;",
                     "WHERE (j.organization_id, j.id) = (:organization_id, :id);", 3, id="row comparison"),
        pytest.param("WHERE j.organization_id = :organization_id AND j.id = :id;",
                     "WHERE :organization_id = j.organization_id AND j.id = :id;", 3, id="turned round"),
        pytest.param("WHERE j.organization_id = :organization_id AND j.id = :id;",
                     "WHERE j.id = :id\nGROUP BY j.title, j\nHAVING bool_and(j.organization_id = :organization_id);", 3,
                     id="HAVING"),
        pytest.param("WHERE j.organization_id = :organization_id AND",
                     "WHERE j.organization_id IN (:organization_id) AND", 3, id="IN"),
        pytest.param("LEFT JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = j.id",
                     "FULL JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = j.id", 4,
                     id="FULL JOIN"),
        pytest.param("LEFT JOIN posts AS p ON", "NATURAL JOIN countries\nLEFT JOIN posts AS p ON false OR", 5,
                     id="OR in ON"),
        pytest.param("FROM jobs AS j", "FROM jobs AS j (id, organization_id, title)", 3,
                     id="columns under other names"),
        pytest.param("j.id = :id;", "EXISTS (\n    SELECT FROM (posts AS j JOIN countries AS c ON true) AS x\n"
                     "    WHERE j.organization_id = :organization_id\n) AND :id IS NOT NULL;", 6,
                     id="the outer table behind a join's own name"),
        pytest.param("j.id = :id;", "j.id = :id AND EXISTS (SELECT FROM open_posts AS o);", 5, id="view"),
        pytest.param("job_body(j) AS body", "(\n    SELECT max(l.id::text)\n    FROM jobs AS k\n"
                     "    CROSS JOIN LATERAL (\n        SELECT q.id FROM posts AS q"
                     " WHERE k.organization_id = :organization_id\n    ) AS l\n"
                     "    WHERE k.organization_id = :organization_id\n) AS body", 6, id="LATERAL: the outer table's"),
    ],
)  # fmt: skip
def test_table_is_found_when_its_conjunct_only_seems_to_be_there(found: Found, old: str, new: str, line: int) -> None:
    """The rule is literal on purpose."""
    assert old in FIND
    only(found(query=FIND.replace(old, new)), line, "is read without its tenant")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("WHERE j.organization_id = :organization_id AND j.id = :id;",
                     "WHERE j.organization_id = :organization_id::uuid AND (j.id = :id OR j.title IS NULL);",
                     id="typed"),
        pytest.param("LEFT JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = j.id",
                     "LEFT JOIN (posts AS p JOIN posts AS q ON q.job_id = p.id)\n"
                     "    ON p.organization_id = :organization_id AND q.organization_id = :organization_id",
                     id="nested"),
        pytest.param("j.id = :id;", "j.id = :id AND EXISTS (\n"
                     "    SELECT FROM open_posts AS o WHERE o.organization_id = :organization_id\n);", id="view"),
        pytest.param("AND j.id = :id;",
                     "AND j.id = :id\nUNION ALL\nSELECT NULL, NULL\nFROM posts AS q\n"
                     "WHERE q.organization_id = :organization_id;", id="UNION"),
    ],
)  # fmt: skip
def test_nothing_is_found_when_the_conjunct_is_there(found: Found, old: str, new: str) -> None:
    """Beside OR, in the ON whose nullable side it is, of a view, in each arm."""
    assert old in FIND
    assert found(query=FIND.replace(old, new)) == []


def test_each_arm_is_looked_at_when_a_query_recurs(found: Found) -> None:
    """The first and the recursive one."""
    assert found(query=TREE) == []
    only(found(query=TREE.replace("p.organization_id = :organization_id AND p.id = :id", "p.id = :id")), 4, "posts is")
    only(found(query=TREE.replace("p.organization_id = :organization_id AND p.id = a", "p.id = a")), 9, "posts is")


def test_both_tables_are_looked_at_when_rows_are_deleted(found: Found) -> None:
    """The one that loses rows, and those behind USING."""
    assert found(command=DELETE) == []
    unheld = found(command=DELETE.replace("p.organization_id = :organization_id AND j", "j"))
    assert [line - FIRST_LINE for line, said in unheld if "posts is read without" in said] == [3]
    unheld = found(command=DELETE.replace(" AND j.organization_id = :organization_id", ""))
    assert [line - FIRST_LINE for line, said in unheld if "jobs is read without" in said] == [4]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param("VALUES (:organization_id, :id, :title)", "SELECT :id, :organization_id, :title", 3,
                     "must be :organization_id in", id="SELECT in another order"),
        pytest.param("j (organization_id, id, title)", "j (id, organization_id, title)", 3,
                     "must be :organization_id in", id="columns in another order"),
        pytest.param("VALUES (:organization_id, :id, :title)",
                     "SELECT v.o, v.i, v.t\n    FROM (VALUES (:organization_id, :id, :title)) AS v (o, i, t)", 3,
                     "must be :organization_id in", id="VALUES in FROM"),
        pytest.param("VALUES (:organization_id, :id, :title)", "DEFAULT VALUES", 4, "grammar", id="DEFAULT VALUES"),
        pytest.param("DO UPDATE SET title = excluded.title",
                     "DO UPDATE SET (title, organization_id) = (:title, :id)", 3, "never changes", id="SET a row"),
        pytest.param("DO UPDATE SET title = excluded.title",
                     "DO UPDATE SET title = (\n        SELECT q.id::text FROM posts AS q)", 6, "posts is read",
                     id="ON CONFLICT SET reads"),
        pytest.param("DO UPDATE SET title = excluded.title",
                     "DO UPDATE SET title = excluded.title\n    WHERE EXISTS (SELECT FROM posts AS q)", 6,
                     "posts is read", id="ON CONFLICT WHERE reads"),
        pytest.param("ON CONFLICT (organization_id, id) DO UPDATE SET title = excluded.title",
                     "ON CONFLICT (id) DO UPDATE SET title = excluded.title\n"
                     "    WHERE j.organization_id = :organization_id", 3, "another tenant's row", id="arbiter"),
        pytest.param("ON CONFLICT (organization_id, id)", "ON CONFLICT ON CONSTRAINT jobs_pkey", 3,
                     "another tenant's row", id="constraint by name"),
        pytest.param("RETURNING j.id", "RETURNING j.id, (SELECT max(q.id::text) FROM posts AS q) AS post_id", 6,
                     "posts is read", id="RETURNING reads"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_row_may_become_another_tenants(
    found: Found, old: str, new: str, line: int, words: str
) -> None:
    """By its place, by the conflict, by what is read beside it."""
    assert old in ADD
    findings = found(command=ADD.replace(old, new))
    assert (line + FIRST_LINE) in {each[0] for each in findings if words in each[1]}, findings


@pytest.mark.parametrize(
    ("migration", "source"),
    [
        pytest.param("CREATE MATERIALIZED VIEW job_facts AS SELECT 1 AS id;", "job_facts", id="materialized view"),
        pytest.param("CREATE TABLE old_jobs (LIKE jobs);", "old_jobs", id="LIKE"),
        pytest.param("ALTER TABLE countries RENAME TO lands; ALTER TABLE lands ADD organization_id uuid;", "lands",
                     id="renamed"),
        pytest.param("CREATE TABLE sub_jobs () INHERITS (jobs);", "sub_jobs", id="inherited"),
        pytest.param("ALTER TABLE countries RENAME COLUMN code TO organization_id;", "countries", id="column renamed"),
    ],
)  # fmt: skip
def test_table_has_a_tenant_when_a_migration_gives_it_one(found: Found, migration: str, source: str) -> None:
    """However it got the column; a view has one until somebody proves otherwise."""
    query = FIND.replace("j.id = :id;", f"j.id = :id AND EXISTS (SELECT FROM {source} AS x);")
    only(found(query=query, migration=migration), 5, f"{source} is read without its tenant")


def test_function_is_found_when_it_reads_tenants_out_of_sight(found: Found) -> None:
    """Also through another; a header may excuse it."""
    migration = (
        "CREATE FUNCTION g() RETURNS bigint LANGUAGE sql STABLE RETURN (SELECT count(*) FROM posts AS p);"
        "CREATE FUNCTION f() RETURNS bigint LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN g(); END $$;"
    )
    query = "-- name: find()$\n-- Counts.\nSELECT f();"
    only(found(query=query, migration=migration), 2, "f() reads posts where its tenant cannot be checked")
    excused = query.replace("-- Counts.", "-- Counts.\n-- Tenant: none, a number tells nobody's posts.")
    assert found(query=excused, migration=migration) == []
