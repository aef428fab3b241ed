"""A command judges once, and tells of its change in the RETURNING of that change."""

import pytest

from small_tree import Found, only

FUNCTIONS = """
CREATE FUNCTION refusal(code text, current json) RETURNS json LANGUAGE sql STABLE AS $$ SELECT '{}'::json $$;
CREATE FUNCTION mismatch(version integer) RETURNS json LANGUAGE sql STABLE AS $$ SELECT '{}'::json $$;
CREATE TABLE events (organization_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (organization_id, id));
CREATE FUNCTION record_event(organization_id uuid, event_id uuid, type text, version integer, data jsonb) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO events VALUES ($1, $2); RETURN $2; END $$;
CREATE FUNCTION touch_candidate(organization_id uuid, candidate_id uuid) RETURNS uuid
LANGUAGE plpgsql VOLATILE AS $$ BEGIN
    UPDATE candidates AS c SET name = '' WHERE c.organization_id = $1 AND c.id = $2;
    RETURN $2;
END $$;
CREATE FUNCTION touch_organization(organization_id uuid) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$ BEGIN
    UPDATE organizations AS o SET name = '' WHERE o.organization_id = $1;
    RETURN $1;
END $$;
CREATE FUNCTION job_facts(job jobs) RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT jsonb_build_object('id', job.id) $$;
CREATE FUNCTION reason_facts(job jobs) RETURNS jsonb LANGUAGE sql STABLE AS $$ SELECT '{"reason": 1}'::jsonb $$;
"""
CLOSE = """-- name: add(organization_id, event_id, id, expected_versions)^
-- Closes a job.
WITH locked_job AS (
    SELECT j.id, j.version, j.status
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :id
    FOR NO KEY UPDATE
),
judged_job AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN mismatch(l.version)
        WHEN l.status <> 'open' THEN refusal('job_not_open', NULL)
    END AS refusal
    FROM locked_job AS l
),
closed_job AS (
    UPDATE jobs AS j
    SET status = 'closed'
    FROM judged_job AS g, locked_job AS l
    WHERE j.organization_id = :organization_id AND j.id = l.id AND g.refusal IS NULL
    RETURNING j.id, record_event(
        :organization_id, :event_id, 'job.closed', j.version, '{"id": 1}'
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, x.event_id
FROM locked_job AS l
CROSS JOIN judged_job AS g
LEFT JOIN closed_job AS x ON true;
"""


def test_command_is_sound_when_it_judges_and_tells(found: Found) -> None:
    """Once, in one CASE; of the row that it changes."""
    assert found(command=CLOSE, migration=FUNCTIONS) == []
    assert found(command=CLOSE.replace("'{\"id\": 1}'", "job_facts(j)"), migration=FUNCTIONS) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("refusal('job_not_open'", "refusal('job_asleep'", 11, "no error and no finding has the code job_asleep"),
        ("THEN refusal('job_not_open', NULL)", "THEN '{}'::json", 11, "a function that names its code"),
        (" AND g.refusal IS NULL", "", 15, "closed_job changes rows whatever is refused"),
        (" AND g.refusal IS NULL", " AND g.refusal IS NOT NULL", 15, "closed_job changes rows"),
        ("SELECT g.refusal::text AS refusal, l.id", "SELECT l.id", 0, "the client is not told why"),
        ("'job.closed'", "'job.shut'", 20, "no event is of the type job.shut"),
        ("j.version, '{", "l.version, '{", 21, "has the version of the changed row"),
        ("        :organization_id, :event_id", "        :id, :event_id", 20, "belongs to the tenant itself"),
        ("'{\"id\": 1}'", "'{}'", 20, "the data of job.closed lacks id, which is always there"),
        ("'{\"id\": 1}'", "jsonb_build_object('reason', 1)", 20, "the data of job.closed lacks id"),
        ("'{\"id\": 1}'", "reason_facts(j)", 20, "the data of job.closed lacks id"),
        ("\"id\": 1", "\"id\": 1, \"pay\": 2", 20, "the data of job.closed has pay, which is not declared"),
    ],
)  # fmt: skip
def test_fault_is_found_when_a_command_judges_or_tells_wrongly(
    found: Found, old: str, new: str, line: int, words: str
) -> None:
    """Each by itself."""
    assert old in CLOSE
    only(found(command=CLOSE.replace(old, new), migration=FUNCTIONS), line, words)


CHAINED = """),
done_job AS (
    SELECT x.id FROM closed_job AS x
),
told_job AS (
    UPDATE jobs AS j SET status = 'told' FROM done_job AS d WHERE j.organization_id = :organization_id AND j.id = d.id
"""


def test_change_is_judged_when_it_reads_rows_of_judged_changes_alone(found: Found) -> None:
    """By way of a CTE of their rows; rows of anything else beside them are not judged."""
    end = ")\nSELECT g.refusal"
    command = CLOSE.replace(end, CHAINED + end)
    words, read = "told_job changes rows whatever is refused", "FROM closed_job AS x"
    assert CHAINED in command and words not in str(found(command=command, migration=FUNCTIONS))
    mixed = command.replace(read, f"{read} UNION ALL SELECT l.id FROM locked_job AS l", 1)
    assert words in str(found(command=mixed, migration=FUNCTIONS))


CALL = """, record_event(
        :organization_id, :event_id, 'job.closed', j.version, '{"id": 1}'
    ) AS event_id"""


def test_event_is_lost_when_it_is_recorded_elsewhere(found: Found) -> None:
    """In a SELECT whose result nothing reads PostgreSQL does not call it."""
    command = CLOSE.replace(CALL, ", j.version").replace("x.event_id", "x.version")
    command = command.replace(", x.version", CALL.replace("j.", "x."))
    only(found(command=command, migration=FUNCTIONS), 22, "call it in RETURNING of the change")


TOUCHED = CLOSE.replace("AS event_id\n", "AS event_id, touch_candidate(:organization_id, j.id) AS touched_id\n")


def test_function_that_writes_besides_is_sound_where_a_change_calls_it(found: Found) -> None:
    """Its rows are locked behind those of the change."""
    assert TOUCHED != CLOSE
    assert found(command=TOUCHED, migration=FUNCTIONS) == []


def test_function_that_writes_besides_is_found_where_it_is_wrong(found: Found) -> None:
    """It is lost in a SELECT, writes for the tenant alone, and locks what must be locked in order."""
    lost = CLOSE.replace(", x.event_id", ", x.event_id, touch_candidate(:organization_id, l.id) AS touched_id")
    only(found(command=lost, migration=FUNCTIONS), 24, "touch_candidate() is lost where nothing reads its result")
    strange = TOUCHED.replace("touch_candidate(:organization_id", "touch_candidate(:id")
    only(found(command=strange, migration=FUNCTIONS), 22, "what touch_candidate() writes belongs to the tenant itself")
    late = TOUCHED.replace("touch_candidate(:organization_id, j.id)", "touch_organization(:organization_id)")
    only(found(command=late, migration=FUNCTIONS), 22, "organizations is locked after jobs")


def test_new_version_is_told(found: Found) -> None:
    """Who follows events would keep the former one."""
    command = CLOSE.replace(CALL, ", j.version").replace("x.event_id", "x.version").replace(":event_id", ":id")
    command = command.replace("(organization_id, event_id, ", "(organization_id, ")
    changed = command.replace("SET status = 'closed'", "SET status = 'closed', version = l.version + 1")
    assert found(command=command, migration=FUNCTIONS) == []
    only(found(command=changed, migration=FUNCTIONS), 16, "a new version of jobs that no event tells of")
