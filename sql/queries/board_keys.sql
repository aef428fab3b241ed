-- Board keys: what reads the keys of boards, and which board a key belongs to.
-- Pool: the primary's read-only role where a key is judged, the replica for lists.
-- Know first: a key is looked for in the organization of the board that a request names, and nowhere else.

-- name: find_principal^
-- Finds the living key of an organization that has this secret, and its board.
-- Takes: organization_id, key_hash
-- Returns: no row when there is none, or it is revoked or expired.
-- Index: board_keys_by_hash.
SELECT k.id, k.job_board_id, k.expires_at
FROM board_keys AS k
WHERE k.organization_id = :organization_id AND k.key_hash = decode(:key_hash, 'hex')
  AND k.revoked_at IS NULL AND coalesce(k.expires_at, 'infinity') > now();

-- name: list
-- Lists the keys of a board, newest first; ids that are NULL let all pass.
-- Takes: organization_id, job_board_id, ids, before_id, row_limit
-- Plan: custom, for the ids when they are given.
-- Page: by id; the first page passes the highest id.
-- Index: board_keys_by_board.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT board_key_body(k)::text AS body
FROM board_keys AS k
WHERE k.organization_id = :organization_id AND k.job_board_id = :job_board_id AND k.id < :before_id
  AND (:ids::uuid[] IS NULL OR k.id = ANY (:ids))
ORDER BY k.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists the keys of a board in the order of their last change.
-- Takes: organization_id, job_board_id, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: board_keys_by_board.
-- Why: sorts all keys of the board, which are a handful.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT board_key_body(k)::text AS body
FROM board_keys AS k
WHERE k.organization_id = :organization_id AND k.job_board_id = :job_board_id
  AND (k.updated_at, k.id) > (:after_at, :after_id)
  AND k.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
ORDER BY k.updated_at, k.id
LIMIT :row_limit;
