-- Sources as they are shown.

-- A source.
CREATE OR REPLACE FUNCTION source_body(source sources) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', source.id, 'kind', source.kind, 'key', source.key, 'name', source.name, 'status', source.status,
        'version', source.version, 'created_at', source.created_at, 'updated_at', source.updated_at
    )
$$;
