-- Reasons: what reads the words for why something ended.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of reason_body(); a list returns a row for each reason.

-- name: find^
-- Finds one reason.
-- Takes: organization_id, reason_id
-- Returns: version and body; no row when there is none.
SELECT r.version, reason_body(r)::text AS body
FROM reasons AS r
WHERE r.organization_id = :organization_id AND r.id = :reason_id;

-- name: find_by_name^
-- Finds the reason of a kind that has a name, active or archived.
-- Takes: organization_id, kind, name
-- Returns: version and body; no row when there is none.
SELECT r.version, reason_body(r)::text AS body
FROM reasons AS r
WHERE r.organization_id = :organization_id AND r.kind = :kind AND r.name = :name;

-- name: list
-- Lists reasons, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, kind, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 52 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT reason_body(r)::text AS body
FROM reasons AS r
WHERE r.organization_id = :organization_id AND r.id < :before_id
  AND (:ids::uuid[] IS NULL OR r.id = ANY (:ids))
  AND (:kind::text IS NULL OR r.kind = :kind)
  AND (:status::text IS NULL OR r.status = :status)
ORDER BY r.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists reasons in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, kind, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 54 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT reason_body(r)::text AS body
FROM reasons AS r
WHERE r.organization_id = :organization_id AND (r.updated_at, r.id) > (:after_at, :after_id)
  AND r.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:kind::text IS NULL OR r.kind = :kind)
  AND (:status::text IS NULL OR r.status = :status)
ORDER BY r.updated_at, r.id
LIMIT :row_limit;
