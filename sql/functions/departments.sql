-- Departments as they are shown.

-- A department.
CREATE OR REPLACE FUNCTION department_body(department departments) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', department.id, 'external_id', department.external_id, 'name', department.name,
        'parent_id', department.parent_id, 'status', department.status, 'version', department.version,
        'created_at', as_utc(department.created_at), 'updated_at', as_utc(department.updated_at)
    )
$$;
