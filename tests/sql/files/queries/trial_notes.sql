-- Trial notes: reads.
-- Pool: replica.
-- Know first: of the tests only.

-- name: find^
-- Finds a note.
-- Takes: organization_id, note_id
SELECT n.id, n.body, n.version FROM trial_notes AS n WHERE n.organization_id = :organization_id AND n.id = :note_id;

-- name: list
-- Lists notes.
-- Takes: organization_id
SELECT n.id FROM trial_notes AS n WHERE n.organization_id = :organization_id ORDER BY n.id;

-- name: find_version$
-- Finds a note's version.
-- Takes: organization_id, note_id
SELECT n.version FROM trial_notes AS n WHERE n.organization_id = :organization_id AND n.id = :note_id;

-- name: find_slowly$
-- Finds a note's version, and holds on to its snapshot for a while.
-- Takes: organization_id, note_id, seconds
SELECT n.version
FROM trial_notes AS n, pg_sleep(:seconds)
WHERE n.organization_id = :organization_id AND n.id = :note_id;

-- name: tell_node^
-- Tells who answers, over which session.
SELECT pg_is_in_recovery() AS is_replica, pg_backend_pid() AS pid, current_setting('application_name') AS name;

-- name: write
-- Tries to write.
-- Takes: organization_id
UPDATE trial_notes AS n SET version = 0 WHERE n.organization_id = :organization_id RETURNING n.id;
