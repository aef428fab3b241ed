-- Permission groups as they are shown.

-- A permission group. `built_in` has the permissions of built-in groups by their keys: those of the running release.
CREATE OR REPLACE FUNCTION permission_group_body(permission_group permission_groups, built_in jsonb)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', permission_group.id, 'key', permission_group.key, 'name', permission_group.name,
        'permissions', coalesce(built_in -> permission_group.key, to_jsonb(permission_group.permissions)),
        'is_built_in', permission_group.key IS NOT NULL,
        'version', permission_group.version, 'created_at', permission_group.created_at,
        'updated_at', permission_group.updated_at
    )
$$;
