-- Permissions: what reads groups and grants.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: what a built-in group permits is not in the database; a release defines it.

-- name: find_group^
-- Finds one group.
-- Takes: organization_id, permission_group_id, built_in
-- Returns: version, body, key and permissions; no row when there is none.
SELECT g.version, permission_group_body(g, :built_in)::text AS body, g.key, g.permissions
FROM permission_groups AS g
WHERE g.organization_id = :organization_id AND g.id = :permission_group_id;

-- name: find_group_by_name^
-- Finds the group that has a name.
-- Takes: organization_id, name, built_in
-- Returns: version and body; no row when there is none.
SELECT g.version, permission_group_body(g, :built_in)::text AS body
FROM permission_groups AS g
WHERE g.organization_id = :organization_id AND g.name = :name;

-- name: list_groups
-- Lists groups, newest first; ids that are NULL let all pass.
-- Takes: organization_id, built_in, ids, before_id, row_limit
-- Plan: custom, for the ids when they are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 78 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT permission_group_body(g, :built_in)::text AS body
FROM permission_groups AS g
WHERE g.organization_id = :organization_id AND g.id < :before_id AND (:ids::uuid[] IS NULL OR g.id = ANY (:ids))
ORDER BY g.id DESC
LIMIT :row_limit;

-- name: list_groups_updated_since
-- Lists groups in the order of their last change; a release that changes a built-in one leaves no trace here.
-- Takes: organization_id, built_in, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: sorts all groups of the organization, which are a handful: no index.
-- Budget: 80 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT permission_group_body(g, :built_in)::text AS body
FROM permission_groups AS g
WHERE g.organization_id = :organization_id AND (g.updated_at, g.id) > (:after_at, :after_id)
  AND g.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
ORDER BY g.updated_at, g.id
LIMIT :row_limit;

-- name: list_of_user
-- Lists the permissions that a user was given directly, newest first; on demand with those that were revoked.
-- Takes: organization_id, user_id, with_revoked, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT a.id, json_build_object('permission', a.permission, 'scope', a.scope, 'granted_by', a.granted_by,
                               'granted_at', as_utc(a.granted_at), 'revoked_by', a.revoked_by,
                               'revoked_at', as_utc(a.revoked_at))::text AS body
FROM permission_assignments AS a
WHERE a.organization_id = :organization_id AND a.user_id = :user_id AND a.id < :before_id
  AND (:with_revoked OR a.revoked_at IS NULL)
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_groups_of_user
-- Lists the groups of a user, newest grant first; on demand with those that were revoked.
-- Takes: organization_id, user_id, with_revoked, before_id, row_limit
-- Page: by id of the grant; the first page passes the highest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT a.id, json_build_object('permission_group_id', a.permission_group_id, 'key', g.key, 'name', g.name,
                               'scope', a.scope, 'granted_by', a.granted_by, 'granted_at', as_utc(a.granted_at),
                               'revoked_by', a.revoked_by, 'revoked_at', as_utc(a.revoked_at))::text AS body
FROM permission_group_assignments AS a
JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
WHERE a.organization_id = :organization_id AND a.user_id = :user_id AND a.id < :before_id
  AND (:with_revoked OR a.revoked_at IS NULL)
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: find_held^
-- Finds all that an active member may do, for a key that acts on their behalf.
-- Takes: organization_id, user_id
-- Returns: no row when the user is not active, or a service user.
SELECT (
           SELECT json_agg(json_build_object('key', g.key, 'permissions', g.permissions, 'scope', a.scope))
           FROM permission_group_assignments AS a
           JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
           WHERE a.organization_id = :organization_id AND a.user_id = u.id AND a.revoked_at IS NULL
       )::text AS permission_groups,
       (
           SELECT json_object_agg(p.permission, p.scope)
           FROM permission_assignments AS p
           WHERE p.organization_id = :organization_id AND p.user_id = u.id AND p.revoked_at IS NULL
       )::text AS permissions
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id AND u.status = 'active' AND u.type = 'member';
