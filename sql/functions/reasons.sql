-- Reasons as they are shown.

-- A reason.
CREATE OR REPLACE FUNCTION reason_body(reason reasons) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', reason.id, 'kind', reason.kind, 'key', reason.key, 'name', reason.name, 'status', reason.status,
        'version', reason.version, 'created_at', as_utc(reason.created_at), 'updated_at', as_utc(reason.updated_at)
    )
$$;
