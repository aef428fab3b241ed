-- Job boards: what reads public lists of posts, from the inside.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: board_directory finds a board by its slug and has no tenant.

-- name: find^
-- Finds one board.
-- Takes: organization_id, job_board_id
-- Returns: version and body; no row when there is none.
SELECT b.version, job_board_body(b)::text AS body
FROM job_boards AS b
WHERE b.organization_id = :organization_id AND b.id = :job_board_id;

-- name: find_by_slug^
-- Finds the organization and the id of the board that has a slug.
-- Takes: slug
SELECT y.organization_id, y.job_board_id
FROM board_directory AS y
WHERE y.slug = :slug;

-- name: list
-- Lists boards, newest first; ids that are NULL let all pass.
-- Takes: organization_id, ids, before_id, row_limit
-- Plan: custom, for the ids when they are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 25 rows, 260 buffers, 5 ms at 1,000,000 applications
SELECT job_board_body(b)::text AS body
FROM job_boards AS b
WHERE b.organization_id = :organization_id AND b.id < :before_id AND (:ids::uuid[] IS NULL OR b.id = ANY (:ids))
ORDER BY b.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists boards in the order of their last change.
-- Takes: organization_id, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: sorts all boards of the organization, which are a handful: no index.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT job_board_body(b)::text AS body
FROM job_boards AS b
WHERE b.organization_id = :organization_id AND (b.updated_at, b.id) > (:after_at, :after_id)
  AND b.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
ORDER BY b.updated_at, b.id
LIMIT :row_limit;
