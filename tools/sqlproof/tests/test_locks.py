"""Locks are as strong as they must be, in one order, by ascending ids, and queues alone skip them."""

import pytest

from small_tree import FIND, Found, only

LOCKS = """-- name: lock_job(organization_id, id)
-- Locks a job.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :id
FOR NO KEY UPDATE;

-- name: share_job(organization_id, id)
-- Keeps a job.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :id
FOR SHARE;

-- name: lock_posts(organization_id, id)
-- Locks a job's posts.
SELECT p.id
FROM posts AS p
WHERE p.organization_id = :organization_id AND p.job_id = :id
ORDER BY p.id
FOR NO KEY UPDATE;

-- name: lock_candidate(organization_id, id)
-- Locks a candidate.
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = :id
FOR NO KEY UPDATE;

"""
ADD_AT = LOCKS.count("\n")
ADD = """-- name: add(organization_id, id)^
-- Names a job as its candidate.
-- Locks first: lock_job, lock_posts, lock_candidate
WITH locked_post AS (
    SELECT p.id, p.job_id
    FROM posts AS p
    WHERE p.organization_id = :organization_id AND p.id = :id
    FOR NO KEY UPDATE
),
named_job AS (
    UPDATE jobs AS j
    SET title = 'x'
    FROM locked_post AS l
    WHERE j.organization_id = :organization_id AND j.id = l.job_id
    RETURNING j.id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM named_job AS x
    WHERE c.organization_id = :organization_id AND c.id = x.id
)
SELECT x.id FROM named_job AS x;
"""
CALLER = (
    "async def run(db):\n    await db.commands.trials.add()\n    await db.commands.trials.share_job()\n"
    "    await db.commands.trials.lock_posts()\n    await db.commands.trials.lock_job()\n"
    "    await db.commands.trials.lock_candidate()\n    statements = db.queries.trials\n"
)
FIRST = "Locks first: lock_job, lock_posts, lock_candidate"
LOCKED = "    FOR NO KEY UPDATE\n),\nnamed_job"


def test_nothing_is_found_when_locks_are_in_order(found: Found) -> None:
    """What the faults below are seeded into has none."""
    assert found(command=LOCKS + ADD, caller=CALLER) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        pytest.param(LOCKED, LOCKED.replace("NO KEY UPDATE", "UPDATE"), 7, "FOR UPDATE fights", id="FOR UPDATE"),
        pytest.param(LOCKED, LOCKED.replace("NO KEY UPDATE", "KEY SHARE"), 7, "FOR KEY SHARE lets", id="FOR KEY SHARE"),
        pytest.param(LOCKED, LOCKED.replace("UPDATE\n", "UPDATE SKIP LOCKED\n"), 7, "SKIP LOCKED", id="SKIP LOCKED"),
        pytest.param("AND p.id = :id", "AND p.job_id = :id", 7, "ORDER BY p.id", id="several rows"),
        pytest.param("AND p.id = :id", "AND p.id = ANY (ARRAY[:id])\n    ORDER BY p.id DESC", 8, "ORDER BY p.id",
                     id="descending"),
        pytest.param("FROM posts AS p\n", "FROM posts AS p\n    JOIN jobs AS j ON j.organization_id = :organization_id"
                     " AND j.id = p.job_id\n", 8, "name those that it is for", id="all of a join"),
        pytest.param("FROM posts AS p\n    WHERE p.organization_id = :organization_id AND p.id = :id\n"
                     "    FOR NO KEY UPDATE",
                     "FROM posts AS p\n    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id\n"
                     "    WHERE p.organization_id = :organization_id AND p.id = :id\n    FOR NO KEY UPDATE OF p, j", 8,
                     "in the order in which", id="OF in another order"),
        pytest.param(FIRST, "Locks first: lock_posts, lock_job, lock_candidate", 2, "follow the order", id="named"),
        pytest.param(FIRST, "Locks first: lock_posts, lock_candidate", 10, "jobs is locked after posts", id="missing"),
        pytest.param(FIRST, "Locks first: share_job, lock_posts, lock_candidate", 10, "FOR SHARE before it is changed",
                     id="share, then change"),
        pytest.param(FIRST, "Locks first: lock_job, lock_candidate", 5, "posts is locked after candidates",
                     id="behind what was first"),
    ],
)  # fmt: skip
def test_lock_is_found_when_it_is_wrong(found: Found, old: str, new: str, line: int, words: str) -> None:
    """Too strong, too weak, out of order, or of rows that nobody has put in order."""
    assert old in ADD
    findings = found(command=LOCKS + ADD.replace(old, new), caller=CALLER)
    only([(each[0] - ADD_AT, each[1]) for each in findings], line, words)


def test_order_is_looked_at_when_nothing_is_locked_first(found: Found) -> None:
    """A CTE that reads another comes after it."""
    command = ADD.replace(f"-- {FIRST}\n", "")
    only(found(command=command), 9, "jobs is locked after posts")


def test_rows_beside_each_other_are_found_when_neither_is_first(found: Found) -> None:
    """Two writes of one statement that do not read each other wait in any order."""
    command = ADD.replace(f"-- {FIRST}\n", "").replace("FROM locked_post AS l\n    WHERE", "WHERE")
    command = command.replace("j.id = l.job_id", "j.id = :id").replace("FROM named_job AS x\n    WHERE", "WHERE")
    command = command.replace("c.id = x.id\n", "c.id = :id\n").replace(
        command[command.index("locked_post AS (") : command.index("named_job AS (")], ""
    )
    only(found(command=command), 9, "candidates and jobs are locked in no particular order")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("AND p.id = :id", "AND p.id = (\n        SELECT q.id FROM posts AS q"
                     " WHERE q.organization_id = :organization_id AND q.job_id = :id\n    )",
                     id="a value that is selected"),
        pytest.param("AND p.id = :id", "AND p.job_id = :id\n    ORDER BY p.id", id="ascending ids"),
        pytest.param("AND p.id = :id", "AND p.job_id = :id\n    ORDER BY p.status\n    LIMIT 1", id="one of them"),
        pytest.param("FROM posts AS p\n    WHERE p.organization_id = :organization_id AND p.id = :id\n"
                     "    FOR NO KEY UPDATE",
                     "FROM jobs AS j\n    JOIN posts AS p ON p.organization_id = :organization_id AND p.id = j.id\n"
                     "    WHERE j.organization_id = :organization_id AND j.is_default AND :id IS NOT NULL\n"
                     "    FOR NO KEY UPDATE OF j, p",
                     id="by a partial unique index, joined by its id"),
    ],
)  # fmt: skip
def test_nothing_is_found_when_one_row_is_locked_or_many_in_order(found: Found, old: str, new: str) -> None:
    """One row needs no order, however it is known to be one."""
    assert old in ADD
    assert found(command=LOCKS + ADD.replace(old, new), caller=CALLER) == []


def test_partial_index_holds_one_row_when_its_condition_is_asked(found: Found) -> None:
    """Without it the same columns find many."""
    lock = "-- name: add(organization_id)\n-- Locks.\nSELECT j.id\nFROM jobs AS j\nWHERE {}\nFOR NO KEY UPDATE;"
    assert found(command=lock.format("j.organization_id = :organization_id AND j.is_default")) == []
    only(found(command=lock.format("j.organization_id = :organization_id")), 5, "ORDER BY j.id")


def test_change_of_many_is_found_when_nothing_has_locked_them(found: Found) -> None:
    """An UPDATE meets them in any order; an INSERT's row, a key or a lock before it make it sound."""
    command = LOCKS + ADD.replace("WHERE j.organization_id = :organization_id AND j.id = l.job_id",
                                  "WHERE j.organization_id = :organization_id AND j.status = 'open'")  # fmt: skip
    assert found(command=command, caller=CALLER) == []
    alone = command.replace(f"-- {FIRST}", "-- Locks first: lock_posts").replace(
        "jobs AS j\n    SET", "candidates AS j\n    SET"
    )
    alone = alone[: alone.index("touched_candidate")].rstrip(",\n ") + "\nSELECT x.id FROM named_job AS x;"
    findings = found(command=alone.replace("title = 'x'", "name = 'x'").replace("j.status", "j.name"), caller=CALLER)
    only([(each[0] - ADD_AT, each[1]) for each in findings], 10, "several rows of candidates may change")


def test_lock_is_found_when_nothing_reads_it(found: Found) -> None:
    """PostgreSQL leaves out what is a CTE, selects, and is not read."""
    command = ADD.replace("FROM locked_post AS l\n    WHERE", "WHERE").replace("j.id = l.job_id", "j.id = :id")
    findings = found(command=LOCKS + command, caller=CALLER)
    only([(each[0] - ADD_AT, each[1]) for each in findings], 3, "nothing reads locked_post, so it never runs")


def test_strongest_lock_is_for_what_is_deleted(found: Found) -> None:
    """By the statement itself, or by one that it goes before."""
    delete = ADD.replace("UPDATE jobs AS j\n    SET title = 'x'\n    FROM", "DELETE FROM jobs AS j\n    USING")
    strong = LOCKS.replace("FOR NO KEY UPDATE", "FOR UPDATE", 1)
    assert found(command=strong + delete, caller=CALLER) == []
    findings = found(command=strong + ADD, caller=CALLER)
    only(findings, 5, "nothing deletes from jobs")


def test_queue_may_skip_what_is_locked(found: Found) -> None:
    """It stands in the file of one."""
    take = ADD.replace(f"-- {FIRST}\n", "").replace("named_job AS", "named AS").partition("named AS")[0].rstrip(",\n ")
    take = take.replace("FOR NO KEY UPDATE", "FOR NO KEY UPDATE SKIP LOCKED") + "\nSELECT l.id FROM locked_post AS l;"
    assert found(command=take, stem="outbox") == []
    only(found(command=take), 6, "SKIP LOCKED")


def test_shared_locks_go_before_commands_of_every_file(found: Found) -> None:
    """They count as those of the file itself do, which come first."""
    caller = "async def run(db):\n    await db.commands.trials.add()\n    statements = db.queries.trials\n"
    lock_job, _, *others = LOCKS.rstrip().split("\n\n")
    shared = "\n\n".join([lock_job, *others])
    assert found(command=ADD, caller=caller, shared_locks=shared) == []
    findings = found(command=ADD, caller=caller, shared_locks=lock_job)
    assert "there is no lock_posts above it, nor in locks.sql" in [sentence for _, sentence in findings]
    own = lock_job.replace("FOR NO KEY UPDATE", "FOR SHARE") + "\n\n"
    findings = found(command=own + ADD, caller=caller, shared_locks="\n\n".join(others))
    only([(line - own.count("\n"), sentence) for line, sentence in findings], 10, "FOR SHARE before it is changed")


def test_nothing_is_said_of_locks_when_a_query_has_one(found: Found) -> None:
    """It may have none at all."""
    only(found(query=FIND.replace("j.id = :id;", "j.id = :id\nFOR UPDATE OF j;")), 6, "must not lock rows")
