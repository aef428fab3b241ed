-- Sources as they are shown.

-- A source.
CREATE OR REPLACE FUNCTION source_body(source sources) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', source.id, 'kind', source.kind, 'key', source.key, 'name', source.name, 'status', source.status,
        'version', source.version, 'created_at', as_utc(source.created_at), 'updated_at', as_utc(source.updated_at)
    )
$$;
