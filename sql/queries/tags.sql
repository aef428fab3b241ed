-- Tags: what reads the words that candidates are grouped by.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of tag_body(); a list returns a row for each tag.

-- name: find^
-- Finds one tag.
-- Takes: organization_id, tag_id
-- Returns: version and body; no row when there is none.
SELECT t.version, tag_body(t)::text AS body
FROM tags AS t
WHERE t.organization_id = :organization_id AND t.id = :tag_id;

-- name: find_by_name^
-- Finds the tag that has a name, active or archived.
-- Takes: organization_id, name
-- Returns: version and body; no row when there is none.
SELECT t.version, tag_body(t)::text AS body
FROM tags AS t
WHERE t.organization_id = :organization_id AND t.name = :name;

-- name: list
-- Lists tags, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 1,560 rows, 270 buffers, 5 ms at 1,000,000 applications
SELECT tag_body(t)::text AS body
FROM tags AS t
WHERE t.organization_id = :organization_id AND t.id < :before_id
  AND (:ids::uuid[] IS NULL OR t.id = ANY (:ids))
  AND (:status::text IS NULL OR t.status = :status)
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists tags in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 1,590 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT tag_body(t)::text AS body
FROM tags AS t
WHERE t.organization_id = :organization_id AND (t.updated_at, t.id) > (:after_at, :after_id)
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR t.status = :status)
ORDER BY t.updated_at, t.id
LIMIT :row_limit;
