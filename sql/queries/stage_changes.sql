-- Stage changes: what reads the history of applications.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: who sees an application sees all of its history; functions/stage_changes.sql.

-- name: list
-- Lists what happened to applications, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, ids, application_id, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 350 rows, 1,100 buffers, 14 ms at 1,000,000 applications
SELECT stage_change_body(h)::text AS body
FROM seen_stage_changes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS h
WHERE h.id < :before_id
  AND (:ids::uuid[] IS NULL OR h.id = ANY (:ids))
  AND (:application_id::uuid IS NULL OR h.application_id = :application_id)
ORDER BY h.id DESC
LIMIT :row_limit;

-- name: list_by_team
-- Lists what happened to the applications to the jobs that the viewer recruits for, newest first.
-- Takes: organization_id, candidate view, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and stage changes: each page reads the applications of the viewer's teams, no others.
-- Budget: 2,500 rows, 5,300 buffers, 13 ms at 1,000,000 applications
SELECT stage_change_body(h)::text AS body
FROM seen_stage_changes(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS h
WHERE h.id = ANY (ARRAY(
    SELECT p.id FROM team_stage_changes(:organization_id, :viewer_id, :sees_internal, :before_id, :row_limit) AS p
))
ORDER BY h.id DESC
LIMIT :row_limit;

-- name: list_by_application
-- Lists what happened to an application, latest first.
-- Takes: organization_id, application_id, before_at, before_id, row_limit
-- Page: by (occurred_at, id); the first page passes 'infinity' and the highest id.
-- Why: an id is made before the locks of its command, so a later one may have waited for less. An application has few.
-- Visibility: the caller has found the application before.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT stage_change_body(h)::text AS body
FROM stage_changes AS h
WHERE h.organization_id = :organization_id AND h.application_id = :application_id
  AND (h.occurred_at, h.id) < (:before_at, :before_id)
ORDER BY h.occurred_at DESC, h.id DESC
LIMIT :row_limit;
