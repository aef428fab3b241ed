-- Users and their sessions as they are shown.

-- A user.
CREATE OR REPLACE FUNCTION user_body(account users) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', account.id, 'external_id', account.external_id, 'type', account.type, 'status', account.status,
        'first_name', account.first_name, 'middle_name', account.middle_name, 'last_name', account.last_name,
        'name', account.name, 'email', account.email, 'language', account.language, 'time_zone', account.time_zone,
        'version', account.version, 'created_at', as_utc(account.created_at), 'updated_at', as_utc(account.updated_at)
    )
$$;

-- A session of a user, without its tokens.
CREATE OR REPLACE FUNCTION session_body(session sessions) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', session.id, 'user_agent', session.user_agent, 'remote_address', session.remote_address,
        'created_at', as_utc(session.created_at), 'last_used_at', as_utc(session.rotated_at),
        'expires_at', as_utc(session.expires_at)
    )
$$;
