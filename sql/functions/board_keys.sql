-- Board keys as they are shown.

-- A board key, without its secret.
CREATE OR REPLACE FUNCTION board_key_body(board_key board_keys) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', board_key.id, 'job_board_id', board_key.job_board_id, 'name', board_key.name,
        'prefix', board_key.prefix, 'created_at', as_utc(board_key.created_at),
        'updated_at', as_utc(board_key.updated_at), 'expires_at', as_utc(board_key.expires_at),
        'last_used_at', as_utc(board_key.last_used_at), 'revoked_at', as_utc(board_key.revoked_at)
    )
$$;
