-- Sources: what reads the words for where candidates come from.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of source_body(); a list returns a row for each source.

-- name: find^
-- Finds one source.
-- Takes: organization_id, source_id
-- Returns: version and body; no row when there is none.
SELECT s.version, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.id = :source_id;

-- name: find_by_name^
-- Finds the source that has a name, active or archived.
-- Takes: organization_id, name
-- Returns: version and body; no row when there is none.
SELECT s.version, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.name = :name;

-- name: list
-- Lists sources, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, kind, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.id < :before_id
  AND (:ids::uuid[] IS NULL OR s.id = ANY (:ids))
  AND (:kind::text IS NULL OR s.kind = :kind)
  AND (:status::text IS NULL OR s.status = :status)
ORDER BY s.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists sources in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, kind, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND (s.updated_at, s.id) > (:after_at, :after_id)
  AND s.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:kind::text IS NULL OR s.kind = :kind)
  AND (:status::text IS NULL OR s.status = :status)
ORDER BY s.updated_at, s.id
LIMIT :row_limit;
