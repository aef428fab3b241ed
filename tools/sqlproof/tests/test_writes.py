"""Two writes of one statement: chained where they share a constraint, apart where they share a table."""

import pytest

from small_tree import Found, only

ADD = """-- name: add(organization_id, id, title)^
-- Adds a default job in the place of the one before.
WITH former_default AS (
    UPDATE jobs AS j
    SET is_default = false
    WHERE j.organization_id = :organization_id AND j.is_default
    RETURNING j.id
),
counted AS (
    SELECT count(*) AS former_count FROM former_default
),
added_job AS (
    INSERT INTO jobs AS j (organization_id, id, title, is_default)
    SELECT :organization_id, :id, :title, true
    FROM counted AS c
    RETURNING j.id
)
SELECT x.id, c.former_count FROM added_job AS x, counted AS c;
"""
UNCHAINED = ADD.replace("\n    FROM counted AS c", "")
ROTATE = """-- name: add(organization_id, id, version)^
-- Changes a job, or ends it.
WITH locked_job AS (
    SELECT j.id, j.version, j.is_default
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :id
    FOR NO KEY UPDATE
),
changed_job AS (
    UPDATE jobs AS j
    SET title = 'x'
    FROM locked_job AS l
    WHERE j.organization_id = :organization_id AND j.id = l.id AND l.version = :version
    RETURNING j.id
),
ended_job AS (
    UPDATE jobs AS j
    SET status = 'closed'
    FROM locked_job AS k
    WHERE j.organization_id = :organization_id AND j.id = k.id AND k.version <> :version
    RETURNING j.id
)
SELECT l.id FROM locked_job AS l;
"""


def test_nothing_is_found_when_the_later_write_reads_the_earlier(found: Found) -> None:
    """Also through a CTE between them."""
    assert found(command=ADD) == []
    direct = ADD.replace("FROM counted AS c", "FROM (SELECT count(*) FROM former_default) AS f")
    assert found(command=direct) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("", "", id="UPDATE, INSERT"),
        pytest.param("UPDATE jobs AS j\n    SET is_default = false\n    WHERE", "DELETE FROM jobs AS j\n\n    WHERE",
                     id="DELETE, INSERT"),
    ],
)  # fmt: skip
def test_write_is_found_when_nothing_says_that_it_is_the_later(found: Found, old: str, new: str) -> None:
    """At the later CTE's line; the finding names both and the index."""
    only(found(command=UNCHAINED.replace(old, new)), 11, "added_job and former_default both touch jobs_")


def test_write_is_found_when_it_is_the_statement_itself(found: Found) -> None:
    """It is the last, and reads nothing of the CTE before it."""
    former = UNCHAINED[: UNCHAINED.index("),\ncounted AS (")]
    added = (
        "INSERT INTO jobs AS j (organization_id, id, title)\nVALUES (:organization_id, :id, :title)\nRETURNING j.id;"
    )
    command = f"{former})\n{added}"
    only(found(command=command), 8, "the statement's own write and former_default both touch jobs_")


def test_two_updates_are_found_when_both_change_what_is_unique(found: Found) -> None:
    """What a partial index asks for counts, too."""
    command = ROTATE.replace("SET title = 'x'", "SET is_default = true").replace(
        "SET status = 'closed'", "SET is_default = false"
    )
    only(found(command=command), 15, "ended_job and changed_job both touch jobs_one_default")


def test_nothing_is_found_when_two_writes_cannot_meet_in_a_constraint(found: Found) -> None:
    """Two INSERTs fail or pass in any order; a column that no key has is free."""
    two = UNCHAINED.replace(
        "UPDATE jobs AS j\n    SET is_default = false\n    WHERE j.organization_id = :organization_id AND j.is_default",
        "INSERT INTO jobs AS j (organization_id, id)\n    VALUES (:organization_id, :id)",
    )
    assert found(command=two) == []
    free = UNCHAINED.replace("SET is_default = false", "SET title = 'x'")
    assert found(command=free) == []


def test_insert_is_found_when_it_gives_way_to_another(found: Found) -> None:
    """Which of the two is kept depends on which is first."""
    two = UNCHAINED.replace(
        "UPDATE jobs AS j\n    SET is_default = false\n    WHERE j.organization_id = :organization_id AND j.is_default",
        "INSERT INTO jobs AS j (organization_id, id)\n    VALUES (:organization_id, :id)\n    ON CONFLICT DO NOTHING",
    )
    only(found(command=two), 11, "both touch jobs_pkey")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("l.version = :version", "k.version <> :version", id="equal and not"),
        pytest.param("l.version = :version", ":version <> k.version", id="turned round"),
        pytest.param("l.version < :version", "k.version >= :version", id="less and not less"),
        pytest.param("l.is_default AND :version > 0", "NOT k.is_default AND :version > 0", id="true and not"),
        pytest.param("j.title IS NULL AND :version > 0", "j.title IS NOT NULL", id="NULL and not"),
        pytest.param("j.status = 'open' AND :version > 0", "j.status = 'draft'", id="two states"),
        pytest.param("l.version = :version", "j.id NOT IN (SELECT c.id FROM changed_job AS c)", id="the rest"),
    ],
)
def test_nothing_is_found_when_conditions_keep_two_writes_apart(found: Found, one: str, other: str) -> None:
    """No row meets both."""
    assert found(command=_with(one, other)) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("l.version = :version", "k.version = :version", id="the same"),
        pytest.param("l.version = :version", "k.version <> 5", id="another value"),
        pytest.param("l.version = :version OR l.is_default", "k.version <> :version", id="below OR"),
        pytest.param("l.version <= :version", "k.version >= :version", id="overlapping"),
        pytest.param("l.version > :version", "j.status <> 'x'", id="unlike each other"),
        pytest.param("l.version > :version", "j.id IN (SELECT c.id FROM changed_job AS c)", id="the same rows"),
        pytest.param("l.version > :version", "j.id NOT IN (SELECT c.id FROM locked_job AS c)", id="not of the write"),
        pytest.param("l.version > :version", "k.id NOT IN (SELECT c.id FROM changed_job AS c)", id="not the row's id"),
        pytest.param("l.version > :version", "j.id NOT IN (SELECT c.id FROM changed_job AS c LIMIT 1)", id="a part"),
        pytest.param("l.version > :version", "j.id NOT IN (SELECT c.id FROM changed_job AS c WHERE true)", id="some"),
    ],
)
def test_write_is_found_when_it_may_meet_another_in_one_row(found: Found, one: str, other: str) -> None:
    """At the later CTE's line."""
    only(found(command=_with(f"({one})", other)), 15, "ended_job and changed_job may write one row of jobs")


def _with(one: str, other: str) -> str:
    """Two changes of one job under these conditions."""
    return ROTATE.replace("l.version = :version", one).replace(" AND k.version <> :version", f"\n      AND {other}")
