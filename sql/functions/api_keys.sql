-- API keys as they are shown.

-- An API key, without its secret.
CREATE OR REPLACE FUNCTION api_key_body(api_key api_keys) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', api_key.id, 'user_id', api_key.user_id, 'name', api_key.name, 'prefix', api_key.prefix,
        'permissions', api_key.permissions, 'rotated_from', api_key.rotated_from,
        'created_at', as_utc(api_key.created_at), 'updated_at', as_utc(api_key.updated_at),
        'expires_at', as_utc(api_key.expires_at), 'last_used_at', as_utc(api_key.last_used_at),
        'revoked_at', as_utc(api_key.revoked_at)
    )
$$;
