-- API keys: what reads the keys of service users, and whom a key belongs to.
-- Pool: the primary's read-only role where a key is judged, the replica for lists.
-- Know first: api_key_directory has no tenant; a key is found there by its hash.

-- name: find_by_hash^
-- Finds a key by the hash of its secret.
-- Takes: key_hash
SELECT y.organization_id, y.api_key_id
FROM api_key_directory AS y
WHERE y.key_hash = decode(:key_hash, 'hex');

-- name: find_principal^
-- Finds what a living key may do, and for whom.
-- Takes: organization_id, api_key_id
-- Returns: no row when the key is revoked or expired, or its user is not active.
SELECT k.user_id, k.permissions::text AS permissions, k.expires_at
FROM api_keys AS k
JOIN users AS u ON u.organization_id = :organization_id AND u.id = k.user_id AND u.status = 'active'
WHERE k.organization_id = :organization_id AND k.id = :api_key_id
  AND k.revoked_at IS NULL AND coalesce(k.expires_at, 'infinity') > now();

-- name: find_permissions$
-- Finds what a key may do, for the caller who wants a successor of it; nothing changes it.
-- Takes: organization_id, api_key_id
-- Returns: no row when there is no such key.
SELECT k.permissions::text AS permissions
FROM api_keys AS k
WHERE k.organization_id = :organization_id AND k.id = :api_key_id;

-- name: list
-- Lists keys, newest first; ids that are NULL let all pass.
-- Takes: organization_id, ids, before_id, row_limit
-- Plan: custom, for the ids when they are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 600 rows, 400 buffers, 5 ms at 1,000,000 applications
SELECT api_key_body(k)::text AS body
FROM api_keys AS k
WHERE k.organization_id = :organization_id AND k.id < :before_id AND (:ids::uuid[] IS NULL OR k.id = ANY (:ids))
ORDER BY k.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists keys in the order of their last change.
-- Takes: organization_id, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: api_keys_by_updated_at.
-- Budget: 600 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT api_key_body(k)::text AS body
FROM api_keys AS k
WHERE k.organization_id = :organization_id AND (k.updated_at, k.id) > (:after_at, :after_id)
  AND k.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
ORDER BY k.updated_at, k.id
LIMIT :row_limit;
