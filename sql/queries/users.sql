-- Users: what reads the people and integrations of an organization.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: link_directory has no tenant; a link is found there by the hash of its token.

-- name: find(organization_id, user_id)^
-- Finds one user.
-- Returns: version and body; no row when there is none.
SELECT u.version, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id;

-- name: find_link(token_hash)^
-- Finds a mailed link by the hash of its token.
SELECT k.organization_id, k.mailed_link_id
FROM link_directory AS k
WHERE k.token_hash = decode(:token_hash, 'hex');

-- name: find_user_of_link(organization_id, mailed_link_id)$
-- Finds whom a mailed link was sent to.
SELECT k.user_id
FROM mailed_links AS k
WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id;

-- name: find_by_external_id(organization_id, external_id, email, status)^
-- Finds the user whom another system calls so.
-- Returns: version and body; no row when there is none.
-- Index: users_external_id_taken.
SELECT u.version, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.external_id = :external_id
  AND (:email::text IS NULL OR u.email = lower(:email))
  AND (:status::text IS NULL OR u.status = :status);

-- name: find_by_email(organization_id, email, status)^
-- Finds the user with an e-mail address.
-- Returns: version and body; no row when there is none.
-- Index: users_email_taken.
SELECT u.version, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.email = lower(:email)
  AND (:status::text IS NULL OR u.status = :status);

-- name: list(organization_id, status, before_id, row_limit)
-- Lists users, newest first.
-- Page: by id; the first page passes the highest id.
SELECT u.id, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id < :before_id
  AND (:status::text IS NULL OR u.status = :status)
ORDER BY u.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, status, after_at, after_id, row_limit)
-- Lists users in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT u.updated_at, u.id, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND (u.updated_at, u.id) > (:after_at, :after_id)
  AND u.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR u.status = :status)
ORDER BY u.updated_at, u.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, ids)
-- Lists the users with these ids, newest first; unknown ids are left out.
SELECT u.id, user_body(u)::text AS body
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = ANY (:ids::uuid[])
ORDER BY u.id DESC;
