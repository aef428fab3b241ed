-- Interview kits: what reads what interviewers look for and ask.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of interview_kit_body(); a list has a row for each.

-- name: find^
-- Finds one interview kit.
-- Takes: organization_id, interview_kit_id
-- Returns: version and body; no row when there is none.
SELECT k.version, interview_kit_body(k)::text AS body
FROM interview_kits AS k
WHERE k.organization_id = :organization_id AND k.id = :interview_kit_id;

-- name: find_by_name^
-- Finds the interview kit that has a name, active or archived.
-- Takes: organization_id, name
-- Returns: version and body; no row when there is none.
SELECT k.version, interview_kit_body(k)::text AS body
FROM interview_kits AS k
WHERE k.organization_id = :organization_id AND k.name = :name;

-- name: list
-- Lists interview kits, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 52 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT interview_kit_body(k)::text AS body
FROM interview_kits AS k
WHERE k.organization_id = :organization_id AND k.id < :before_id
  AND (:ids::uuid[] IS NULL OR k.id = ANY (:ids))
  AND (:status::text IS NULL OR k.status = :status)
ORDER BY k.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists interview kits in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 54 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT interview_kit_body(k)::text AS body
FROM interview_kits AS k
WHERE k.organization_id = :organization_id AND (k.updated_at, k.id) > (:after_at, :after_id)
  AND k.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR k.status = :status)
ORDER BY k.updated_at, k.id
LIMIT :row_limit;
