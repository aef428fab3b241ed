-- Users: what reads the people and integrations of an organization.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: link_directory has no tenant; a link is found there by the hash of its token.

-- name: find^
-- Finds one user.
-- Takes: organization_id, user_id
-- Returns: version and body; no row when there is none.
SELECT u.version, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id;

-- name: find_link^
-- Finds a mailed link by the hash of its token.
-- Takes: token_hash
SELECT k.organization_id, k.mailed_link_id
FROM link_directory AS k
WHERE k.token_hash = decode(:token_hash, 'hex');

-- name: find_user_of_link$
-- Finds the user that a mailed link was sent to.
-- Takes: organization_id, mailed_link_id
SELECT k.user_id
FROM mailed_links AS k
WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id;

-- name: list
-- Lists users, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, external_id, email, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: sub-selects name the one user: by the average of all tenants the planner expects many, and reads everybody.
-- Budget: 600 rows, 400 buffers, 5 ms at 1,000,000 applications
SELECT user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id < :before_id
  AND (:ids::uuid[] IS NULL OR u.id = ANY (:ids)) AND (:status::text IS NULL OR u.status = :status)
  AND (:external_id::text IS NULL OR u.id = (
      SELECT e.id FROM users AS e WHERE e.organization_id = :organization_id AND e.external_id = :external_id LIMIT 1))
  AND (:email::text IS NULL OR u.id = (
      SELECT e.id FROM users AS e WHERE e.organization_id = :organization_id AND e.email = lower(:email) LIMIT 1))
ORDER BY u.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists users in the order of their last change; a status that is NULL lets all pass.
-- Takes: organization_id, status, after_at, after_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: users_by_updated_at.
-- Budget: 810 rows, 140 buffers, 5 ms at 1,000,000 applications
SELECT user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND (u.updated_at, u.id) > (:after_at, :after_id)
  AND u.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR u.status = :status)
ORDER BY u.updated_at, u.id
LIMIT :row_limit;
