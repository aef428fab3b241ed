-- Permissions: who administers an organization, and how a permission group is shown.

-- The administrators of an organization: active members who hold the group for all jobs.
CREATE OR REPLACE FUNCTION administrators(organization_id uuid) RETURNS TABLE (user_id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.user_id
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = administrators.organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = administrators.organization_id AND u.id = a.user_id
    WHERE a.organization_id = administrators.organization_id AND a.revoked_at IS NULL AND a.scope = 'all'
      AND g.key = 'administrator' AND u.status = 'active' AND u.type = 'member'
$$;

-- The user, if they are the only administrator: the organization would be without one.
-- Rules: O15.
CREATE OR REPLACE FUNCTION last_administrator(organization_id uuid, user_id uuid)
RETURNS TABLE (administrator_id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.user_id
    FROM administrators(last_administrator.organization_id) AS a
    WHERE a.user_id = last_administrator.user_id AND NOT EXISTS (
        SELECT FROM administrators(last_administrator.organization_id) AS o
        WHERE o.user_id <> last_administrator.user_id
    )
$$;

-- A permission group. `built_in` has the permissions of built-in groups by their keys: those of the running release.
CREATE OR REPLACE FUNCTION permission_group_body(permission_group permission_groups, built_in jsonb)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', permission_group.id, 'key', permission_group.key, 'name', permission_group.name,
        'permissions', coalesce(built_in -> permission_group.key, to_jsonb(permission_group.permissions)),
        'is_built_in', permission_group.key IS NOT NULL,
        'version', permission_group.version, 'created_at', as_utc(permission_group.created_at),
        'updated_at', as_utc(permission_group.updated_at)
    )
$$;
