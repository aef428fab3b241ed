-- Notes: what reads the notes about candidates.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_notes() shows the notes that the viewer sees; functions/notes.sql.

-- name: find^
-- Finds one note.
-- Takes: organization_id, candidate view, sees_private, note_id
-- Returns: version and body; no row when none is to be seen.
-- Budget: 250 rows, 410 buffers, 5 ms at 1,000,000 applications
SELECT n.version, n.body::text AS body
FROM shown_notes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                 :sees_private) AS n
WHERE n.id = :note_id;

-- name: list
-- Lists the notes that pass any combination of filters, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_private, ids, candidate_id, application_id, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 7,400 rows, 15,000 buffers, 67 ms at 1,000,000 applications
SELECT n.body::text AS body
FROM shown_notes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                 :sees_private) AS n
WHERE n.id < :before_id
  AND (:ids::uuid[] IS NULL OR n.id = ANY (:ids))
  AND (:candidate_id::uuid IS NULL OR n.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
  AND (:application_id::uuid IS NULL OR n.application_id = :application_id)
ORDER BY n.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists notes in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_private, candidate_id, application_id, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 7,400 rows, 15,000 buffers, 50 ms at 1,000,000 applications
SELECT n.body::text AS body
FROM shown_notes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                 :sees_private) AS n
WHERE (n.updated_at, n.id) > (:after_at, :after_id)
  AND n.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:candidate_id::uuid IS NULL OR n.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
  AND (:application_id::uuid IS NULL OR n.application_id = :application_id)
ORDER BY n.updated_at, n.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the notes about candidates for the jobs that the viewer recruits for, newest first.
-- Takes: organization_id, candidate view, sees_private, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and notes: each page reads the candidates of the viewer's teams, no others.
-- Budget: 4,600 rows, 11,000 buffers, 160 ms at 1,000,000 applications
SELECT n.body::text AS body
FROM shown_notes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                 :sees_private) AS n
WHERE n.id = ANY (ARRAY(
    SELECT p.id FROM team_notes(
        :organization_id, :viewer_id, :sees_internal, :sees_private, :before_id, :row_limit
    ) AS p
))
ORDER BY n.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the notes of list_by_team in the order of their last change.
-- Takes: organization_id, candidate view, sees_private, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: the reason of list_by_team.
-- Budget: 11,000 rows, 24,000 buffers, 36 ms at 1,000,000 applications
SELECT n.body::text AS body
FROM shown_notes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                 :sees_private) AS n
WHERE n.id = ANY (ARRAY(
    SELECT p.id FROM team_notes_updated_since(
        :organization_id, :viewer_id, :sees_internal, :sees_private, :after_at, :after_id, :row_limit
    ) AS p
))
ORDER BY n.updated_at, n.id
LIMIT :row_limit;
