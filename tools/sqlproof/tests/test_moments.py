"""Moments are written behind the locks, and lists in the order of change end where every write is visible."""

import pytest

from small_tree import Found
from test_pages import CHANGED

BOUND = "j.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')"
MERGED = """-- name: find(organization_id, after_at, after_id, row_limit)
-- Lists jobs, a page of each status.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
WITH status AS (
    SELECT DISTINCT j.status
    FROM jobs AS j
    WHERE j.organization_id = :organization_id
)
SELECT p.updated_at, p.id
FROM status AS s
CROSS JOIN LATERAL (
    SELECT j.updated_at, j.id
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.status = s.status
      AND (j.updated_at, j.id) > (:after_at, :after_id) AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h)
    ORDER BY j.updated_at, j.id
    LIMIT :row_limit
) AS p
ORDER BY p.updated_at, p.id
LIMIT :row_limit;
"""
CHANGE = """-- name: add(organization_id, id, title)^
-- Changes a job.
WITH locked_job AS (
    SELECT j.id
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :id
    FOR NO KEY UPDATE
)
UPDATE jobs AS j
SET title = :title, updated_at = written_at(), opened_at = coalesce(j.opened_at, clock_timestamp())
FROM locked_job AS l
WHERE j.organization_id = :organization_id AND j.id = l.id
RETURNING j.id;
"""


@pytest.mark.parametrize("query", [CHANGED, MERGED])
def test_nothing_is_found_when_a_list_of_changes_is_bounded(found: Found, query: str) -> None:
    """At the level that compares with the cursor."""
    assert found(query=query) == []


@pytest.mark.parametrize(
    "wrong",
    [
        CHANGED.replace(f"  AND {BOUND}\n", ""),
        CHANGED.replace(BOUND, BOUND.replace("<", "<=")),
        CHANGED.replace(BOUND, BOUND.replace("h.settled_at", "h.beaten_at")),
        CHANGED.replace(BOUND, f"({BOUND} OR j.is_default)"),
        CHANGED.replace(BOUND, BOUND.replace("j.updated_at", "j.opened_at")),
        MERGED.replace(" AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h)", ""),
    ],
)
def test_list_of_changes_is_told_when_it_goes_too_far(found: Found, wrong: str) -> None:
    """Without the bound, including it, below another moment, where it need not hold, on another column."""
    [(_, sentence)] = found(query=wrong)
    assert "an older change may still become visible: add `AND j.updated_at <" in sentence


def test_nothing_is_found_when_moments_are_written_behind_the_locks(found: Found) -> None:
    """The time of the change, and the time of what happened once."""
    assert found(command=CHANGE) == []


@pytest.mark.parametrize(
    ("right", "wrong", "column"),
    [
        ("written_at()", "clock_timestamp()", "updated_at"),
        ("written_at()", "now()", "updated_at"),
        ("coalesce(j.opened_at, clock_timestamp())", "now()", "opened_at"),
        ("clock_timestamp()", "now()", "opened_at"),
        (
            "coalesce(j.opened_at, clock_timestamp())",
            "CASE WHEN j.is_default THEN now() ELSE j.opened_at END",
            "opened_at",
        ),
    ],
)
def test_moment_is_told_when_it_is_written_too_early(found: Found, right: str, wrong: str, column: str) -> None:
    """The beginning of the transaction, also where it is one of several values."""
    [(_, sentence)] = found(command=CHANGE.replace(right, wrong))
    assert sentence.startswith((f"{column} is ", f"{column} gets "))
