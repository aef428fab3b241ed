-- Sources: what reads the words for where candidates come from.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of source_body(); a list returns a row for each source.

-- name: find(organization_id, source_id)^
-- Finds one source.
-- Returns: version and body; no row when there is none.
SELECT s.version, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.id = :source_id;

-- name: find_by_name(organization_id, name)^
-- Finds the source that has a name, active or archived.
-- Returns: version and body; no row when there is none.
SELECT s.version, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.name = :name;

-- name: list(organization_id, kind, status, before_id, row_limit)
-- Lists sources, newest first.
-- Page: by id; the first page passes the highest id.
SELECT s.id, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.id < :before_id
  AND (:kind::text IS NULL OR s.kind = :kind)
  AND (:status::text IS NULL OR s.status = :status)
ORDER BY s.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, kind, status, after_at, after_id, row_limit)
-- Lists sources in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT s.updated_at, s.id, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND (s.updated_at, s.id) > (:after_at, :after_id)
  AND s.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:kind::text IS NULL OR s.kind = :kind)
  AND (:status::text IS NULL OR s.status = :status)
ORDER BY s.updated_at, s.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, ids)
-- Lists the sources with these ids, newest first; unknown ids are left out.
SELECT s.id, source_body(s)::text AS body
FROM sources AS s
WHERE s.organization_id = :organization_id AND s.id = ANY (:ids::uuid[])
ORDER BY s.id DESC;
