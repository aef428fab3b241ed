"""Functions that statements read from: every rule sees through them, and a finding is at the call."""

import pytest

from small_tree import FIND, Found, only

SEEN = """
CREATE FUNCTION seen_jobs(organization_id uuid, viewer_id uuid) RETURNS SETOF jobs LANGUAGE sql STABLE AS $$
    SELECT j.* FROM jobs AS j WHERE j.organization_id = seen_jobs.organization_id
$$;
CREATE FUNCTION shown_jobs(organization_id uuid, viewer_id uuid)
RETURNS TABLE (id uuid, updated_at timestamptz, body json) LANGUAGE sql STABLE AS $$
    SELECT j.id, j.updated_at, job_body(j) FROM seen_jobs(shown_jobs.organization_id, viewer_id) AS j
$$;
"""
FOUND = """-- name: find(organization_id, viewer_id, id)^
-- Finds a job.
SELECT j.title
FROM seen_jobs(:organization_id, :viewer_id) AS j
WHERE j.id = :id AND :viewer_id IS NOT NULL;
"""
LISTED = """-- name: list
-- Lists jobs.
-- Takes: organization_id, viewer_id, before_id,
--     row_limit
-- Page: by id; the first page passes the highest id.
SELECT j.id, j.body
FROM shown_jobs(:organization_id, :viewer_id) AS j
WHERE j.id < :before_id AND :viewer_id IS NOT NULL
ORDER BY j.id DESC
LIMIT :row_limit;
"""


def test_statement_is_sound_when_it_reads_from_sound_functions(found: Found) -> None:
    """Also from one that reads from another."""
    assert found(query=FOUND, migration=SEEN) == []
    assert found(query=LISTED, verbs=("list",), migration=SEEN) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("seen_jobs.organization_id\n", "organization_id\n", id="bare, so the column itself"),
        pytest.param("WHERE j.organization_id = seen_jobs.organization_id", "", id="none"),
        pytest.param("= seen_jobs.organization_id", "= seen_jobs.viewer_id", id="another parameter"),
    ],
)
def test_tenant_is_missed_when_a_function_does_not_keep_it(found: Found, old: str, new: str) -> None:
    """The finding is at the call: the statement reads what it should not."""
    assert old in SEEN
    only(found(query=FOUND, migration=SEEN.replace(old, new)), 3, "jobs is read without its tenant")


def test_tenant_is_missed_when_a_function_is_called_for_another(found: Found) -> None:
    """By a statement, or by a function."""
    query = FOUND.replace("seen_jobs(:organization_id,", "seen_jobs(:viewer_id,").replace(
        "j.id = :id", "j.id = :id AND :organization_id::uuid IS NOT NULL"
    )
    only(found(query=query, migration=SEEN), 3, "jobs is read without its tenant")
    migration = SEEN.replace("seen_jobs(shown_jobs.organization_id, viewer_id)", "seen_jobs(viewer_id, viewer_id)")
    findings = found(query=LISTED, verbs=("list",), migration=migration)
    assert [sentence for _, sentence in findings if "jobs is read without its tenant" in sentence], findings


def test_page_is_judged_by_the_columns_within_when_it_reads_from_a_function(found: Found) -> None:
    """An order that does not fit the cursor, and changes that are not settled."""
    query = LISTED.replace("ORDER BY j.id DESC", "ORDER BY j.updated_at DESC, j.id DESC")
    assert any(
        "same columns in one direction" in sentence
        for _, sentence in found(query=query, verbs=("list",), migration=SEEN)
    )
    query = LISTED.replace("WHERE j.id < :before_id", "WHERE (j.updated_at, j.id) > (:before_at, :before_id)")
    query = query.replace("ORDER BY j.id DESC", "ORDER BY j.updated_at, j.id").replace(
        "before_id,\n", "before_at, before_id,\n"
    )
    query = query.replace("by id;", "by (updated_at, id);")
    only(found(query=query, verbs=("list",), migration=SEEN), 7, "an older change may still become visible")


def test_filter_that_may_be_missing_is_refused_when_one_plan_serves_all(found: Found) -> None:
    """`Plan: custom` plans each call for the filters that are given."""
    filters = "".join(f"\n  AND (:{name}::uuid IS NULL OR j.id = :{name})" for name in ("a", "b", "c", "d"))
    query = LISTED.replace("ORDER BY", f"{filters}\nORDER BY").replace("row_limit\n", "a, b, c, d, row_limit\n", 1)
    only(found(query=query, verbs=("list",), migration=SEEN), 0, "4 optional filters")
    custom = query.replace("-- Page:", "-- Plan: custom, for the filters that are given.\n-- Page:")
    assert found(query=custom, verbs=("list",), migration=SEEN) == []


def test_parameters_are_those_of_the_header_when_the_name_line_has_none(found: Found) -> None:
    """One that the text lacks, or the header."""
    query = FIND.replace("find(organization_id, id)^", "find^").replace(
        "-- Finds a job.", "-- Finds a job.\n-- Takes: organization_id, id"
    )
    assert found(query=query) == []
    only(found(query=query.replace(", id\n", "\n")), 0, "a parameter is not in the header")
    only(found(query=query.replace(", id\n", ", id, more\n")), 0, "more is not used")
