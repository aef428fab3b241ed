-- Sessions: whom a token belongs to, and what its holder may do.
-- Pool: the primary's read-only role where a session is judged, the replica for lists.
-- Know first: login_directory, organization_directory and refresh_tokens have no tenant.

-- name: find_principal^
-- Finds the user of a living session, with all that they may do.
-- Takes: organization_id, session_id
-- Returns: no row when the session has ended or its user is not active.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT u.id AS user_id, s.expires_at,
       (
           SELECT json_agg(
                      json_build_object('id', g.id, 'key', g.key, 'permissions', g.permissions, 'scope', a.scope)
                  )
           FROM permission_group_assignments AS a
           JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
           WHERE a.organization_id = :organization_id AND a.user_id = u.id AND a.revoked_at IS NULL
       )::text AS permission_groups,
       (
           SELECT json_object_agg(p.permission, p.scope)
           FROM permission_assignments AS p
           WHERE p.organization_id = :organization_id AND p.user_id = u.id AND p.revoked_at IS NULL
       )::text AS permissions
FROM sessions AS s
JOIN users AS u ON u.organization_id = :organization_id AND u.id = s.user_id AND u.status = 'active'
WHERE s.organization_id = :organization_id AND s.id = :session_id
  AND s.revoked_at IS NULL AND s.expires_at > now();

-- name: find_accounts
-- Finds the organizations in which an e-mail address has an account, or the one of them that is named by its slug.
-- Takes: email_hash, organization
-- Why: anybody may register organizations with an address; users who name theirs must still find it.
SELECT l.organization_id, l.user_id
FROM login_directory AS l
WHERE l.email_hash = decode(:email_hash, 'hex')
  AND (:organization::text IS NULL
       OR l.organization_id = (SELECT o.organization_id FROM organization_directory AS o WHERE o.slug = :organization))
ORDER BY l.organization_id
LIMIT 20;

-- name: is_known_address$
-- Tells whether an account of an e-mail address was logged in to from an address or network in the last 30 days.
-- Takes: email_hash, remote_address, remote_network
-- Tenant: none, the address is looked for in all organizations of the account before one is chosen.
-- Why: one device has many IPv6 addresses, and takes new ones each day (RFC 8981). Only these are cast, without a zone.
SELECT EXISTS (
           SELECT FROM login_directory AS l
           JOIN sessions AS s ON s.organization_id = l.organization_id AND s.user_id = l.user_id
           WHERE l.email_hash = decode(:email_hash, 'hex') AND s.created_at > now() - interval '30 days'
             AND CASE WHEN s.remote_address = :remote_address THEN true
                      WHEN s.remote_address ~ '^[0-9a-f:]+$'
                      THEN s.remote_address::inet <<= :remote_network::text::inet
                 END
       ) AS is_known;

-- name: find_password$
-- Finds the password hash of an active member.
-- Takes: organization_id, user_id
SELECT c.password_hash
FROM credentials AS c
JOIN users AS u ON u.organization_id = :organization_id AND u.id = c.user_id
WHERE c.organization_id = :organization_id AND c.user_id = :user_id AND u.status = 'active' AND u.type = 'member';

-- name: find_by_refresh_token^
-- Finds the session of a refresh token, spent or not.
-- Takes: token_hash
SELECT t.organization_id, t.session_id, t.generation
FROM refresh_tokens AS t
WHERE t.token_hash = decode(:token_hash, 'hex');

-- name: list
-- Lists a user's living sessions, newest first.
-- Takes: organization_id, user_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT session_body(s)::text AS body
FROM sessions AS s
WHERE s.organization_id = :organization_id AND s.user_id = :user_id AND s.id < :before_id
  AND s.revoked_at IS NULL AND s.expires_at > now()
ORDER BY s.id DESC
LIMIT :row_limit;
