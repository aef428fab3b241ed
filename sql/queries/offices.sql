-- Offices: what reads the places of work.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of office_body(); a list returns a row for each office.

-- name: find^
-- Finds one office.
-- Takes: organization_id, office_id
-- Returns: version and body; no row when there is none.
SELECT o.version, office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id = :office_id;

-- name: list
-- Lists offices, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, external_id, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 1,560 rows, 270 buffers, 5 ms at 1,000,000 applications
SELECT office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id < :before_id
  AND (:ids::uuid[] IS NULL OR o.id = ANY (:ids))
  AND (:external_id::text IS NULL OR o.external_id = :external_id)
  AND (:status::text IS NULL OR o.status = :status)
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists offices in the order of their last change; a status that is NULL lets all pass.
-- Takes: organization_id, status, after_at, after_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 1,590 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND (o.updated_at, o.id) > (:after_at, :after_id)
  AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR o.status = :status)
ORDER BY o.updated_at, o.id
LIMIT :row_limit;
