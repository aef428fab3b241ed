"""Lists are keyset pages: bare cursors, a total order that fits them, a limit."""

import pytest

from small_tree import RULES, Found, only

NEWEST = """-- name: find(organization_id, status, before_id, row_limit)
-- Lists jobs.
-- Page: by id; the first page passes the highest id.
SELECT j.id, j.title
FROM jobs AS j
WHERE j.organization_id = :organization_id AND (:status::text IS NULL OR j.status = :status)
  AND j.id < :before_id
ORDER BY j.id DESC
LIMIT :row_limit;
"""
CHANGED = """-- name: find(organization_id, after_at, after_id, row_limit)
-- Lists jobs.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT j.updated_at, j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND (j.updated_at, j.id) > (:after_at, :after_id)
  AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
ORDER BY j.updated_at, j.id
LIMIT :row_limit;
"""
MERGED = """-- name: find(organization_id, before_id, row_limit)
-- Lists jobs, a page of each status.
-- Page: by id; the first page passes the highest id.
WITH status AS (
    SELECT DISTINCT j.status
    FROM jobs AS j
    WHERE j.organization_id = :organization_id
)
SELECT p.id, p.title
FROM status AS s
CROSS JOIN LATERAL (
    SELECT j.id, j.title
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.status = s.status AND j.id < :before_id
    ORDER BY j.id DESC
    LIMIT :row_limit
) AS p
ORDER BY p.id DESC
LIMIT :row_limit;
"""
REFERRED = MERGED.replace("SELECT j.id, j.title", "SELECT k.job_id AS id, k.status AS title").replace(
    "FROM jobs AS j\n    WHERE j.organization_id = :organization_id AND j.status = s.status AND j.id <",
    "FROM posts AS k\n    WHERE k.organization_id = :organization_id AND k.status = s.status AND k.job_id <",
).replace("ORDER BY j.id", "ORDER BY k.job_id")  # fmt: skip


OF_ANY = """-- name: find(organization_id, before_id, row_limit)
-- Lists candidates.
-- Page: by id; the first page passes the highest id.
SELECT c.id, c.name
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id IN (
    SELECT k.job_id
    FROM posts AS k
    WHERE k.organization_id = :organization_id AND k.job_id < :before_id
    ORDER BY k.job_id DESC
    LIMIT :row_limit
)
ORDER BY c.id DESC
LIMIT :row_limit;
"""


def test_id_is_of_another_table_when_it_refers_to_one(found: Found) -> None:
    """An id of a job is none of a candidate."""
    only(found(query=OF_ANY), 8, "of the same columns")


def test_id_is_of_any_table_when_the_rules_say_so_of_its_column(found: Found) -> None:
    """Then it is like the id of each. The schema is read by these rules, too, so it is another text."""
    rules = RULES + '[pages]\nids_of_any = ["job_id"]\n'
    assert found(query=OF_ANY, rules=rules, migration="-- by other rules\n") == []


@pytest.mark.parametrize("query", [NEWEST, CHANGED, MERGED, REFERRED])
def test_nothing_is_found_when_a_list_is_a_page(found: Found, query: str) -> None:
    """By id, by a change, merged of several, by what refers to the id."""
    assert found(query=query) == []


@pytest.mark.parametrize(
    "condition",
    [
        "(:before_id::uuid IS NULL OR j.id < :before_id)",
        "j.id < coalesce(:before_id, j.id)",
        "CASE WHEN :before_id IS NULL THEN true ELSE j.id < :before_id END",
        "(j.id < :before_id OR j.title IS NULL)",
        "NOT (j.id >= :before_id)",
        "j.id <> :before_id",
    ],
)
def test_cursor_is_found_when_it_is_not_bare(found: Found, condition: str) -> None:
    """At its line, once."""
    findings = found(query=NEWEST.replace("j.id < :before_id", condition).replace("-- Page: by id; the", "-- Why: the"))
    only(findings, 6, ":before_id is a cursor: compare it bare")


def test_cursor_of_a_row_is_found_when_it_is_optional(found: Found) -> None:
    """Both of its parameters stand on one line, which is told once."""
    optional = "(:after_at::timestamptz IS NULL OR (j.updated_at, j.id) > (:after_at, :after_id))"
    query = CHANGED.replace("(j.updated_at, j.id) > (:after_at, :after_id)", optional)
    only(found(query=query.replace("-- Page: by (updated_at, id); the", "-- Why: the")), 6, "is a cursor")


@pytest.mark.parametrize(
    ("query", "old", "new", "line", "words"),
    [
        pytest.param(NEWEST, "ORDER BY j.id DESC", "ORDER BY j.id", 6, "in one direction", id="other direction"),
        pytest.param(CHANGED, "ORDER BY j.updated_at, j.id", "ORDER BY j.updated_at DESC, j.id", 6, "in one direction",
                     id="two directions"),
        pytest.param(CHANGED, "(j.updated_at, j.id) >", "(j.opened_at, j.id) >", 6, "same columns", id="other column"),
        pytest.param(CHANGED, "(j.updated_at, j.id) > (:after_at, :after_id)",
                     "j.updated_at > :after_at AND j.id > :after_id", 6, "one row comparison", id="two comparisons"),
        pytest.param(MERGED, "ORDER BY p.id DESC", "ORDER BY p.id", 13, "in one direction", id="merged upwards"),
        pytest.param(MERGED, "    ORDER BY j.id DESC\n", "", 14, "without an order", id="no order within"),
        pytest.param(NEWEST, "ORDER BY j.id DESC\n", "", 7, "without an order", id="no order"),
        pytest.param(NEWEST, "SELECT j.id, j.title", "SELECT j.id, count(*) OVER () AS jobs_count", 3,
                     "a page counts nothing", id="a count of all"),
        pytest.param(NEWEST, "row_limit)", "row_limit)^", 0, "neither ^ nor $", id="one row"),
    ],
)  # fmt: skip
def test_list_is_found_when_its_order_does_not_hold(
    found: Found, query: str, old: str, new: str, line: int, words: str
) -> None:
    """A row would be shown twice, or never."""
    assert old in query
    findings = [(number, said) for number, said in found(query=query.replace(old, new)) if "`Page:`" not in said]
    assert findings[0][0] - 5 == line
    assert words in findings[0][1]


def test_list_is_found_when_its_order_is_not_total(found: Found) -> None:
    """It ends in the id, or has all columns of a key."""
    loose = CHANGED.replace("(j.updated_at, j.id) > (:after_at, :after_id)", "j.updated_at > :after_at")
    loose = loose.replace("ORDER BY j.updated_at, j.id", "ORDER BY j.updated_at").replace(
        "after_at, after_id", "after_at"
    )
    only(found(query=loose.replace("(updated_at, id)", "updated_at")), 8, "end ORDER BY with the id")
    migration = "CREATE TABLE feed (position bigint PRIMARY KEY);"
    feed = (
        "-- name: find(after_position, row_limit)\n-- Lists.\n-- Page: by position.\nSELECT f.position FROM feed AS f\n"
        "WHERE f.position > :after_position\nORDER BY f.position\nLIMIT :row_limit;"
    )
    assert found(query=feed, migration=migration) == []
