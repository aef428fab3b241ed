-- Sessions: logins, the rotation of their refresh tokens, and their end.
-- Pool: primary.
-- Know first: refresh_tokens is a directory without a tenant; tokens arrive as SHA-256 only.

-- name: start^
-- Starts a session of an active user.
-- Takes: stamp, session_id, user_id, seen_password_hash, refresh_hash, expires_at, user_agent, remote_address
-- Locks: user and credentials, FOR SHARE, so that nobody logs in who is disabled or has another password by now.
-- Returns: the refusal, the session and its event.
WITH locked_user AS (
    SELECT u.id
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id AND u.status = 'active' AND u.type = 'member'
    FOR SHARE
),
locked_credential AS (
    SELECT c.user_id, c.password_hash
    FROM credentials AS c
    JOIN locked_user AS l ON l.id = c.user_id
    WHERE c.organization_id = :organization_id AND c.user_id = :user_id
    FOR SHARE OF c
),
judged_credential AS (
    SELECT l.user_id, CASE
        WHEN l.user_id IS NULL OR l.password_hash <> :seen_password_hash THEN refusal('credentials_wrong', NULL)
    END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN locked_credential AS l ON true
),
started_session AS (
    INSERT INTO sessions AS s (organization_id, id, user_id, expires_at, user_agent, remote_address)
    SELECT :organization_id, :session_id, g.user_id, :expires_at, :user_agent, :remote_address
    FROM judged_credential AS g
    WHERE g.refusal IS NULL
    RETURNING s AS session, s.id, s.generation, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'session.started', 'session', s.id, 1, '{}'
    ) AS event_id
),
kept_token AS (
    INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
    SELECT decode(:refresh_hash, 'hex'), :organization_id, x.id, x.generation
    FROM started_session AS x
)
SELECT g.refusal::text AS refusal, x.id, 1 AS version, session_body(x.session)::text AS body, x.event_id
FROM judged_credential AS g
LEFT JOIN started_session AS x ON true;

-- name: rotate^
-- Exchanges a refresh token for its successor, or ends a session whose spent token came back.
-- Takes: organization_id, session_id, presented_generation, successor_hash, grace_s
-- Returns: what became of it; no row when there is no such session.
-- Why: within the grace the spent token gets the same successor, for a client whose first answer was lost.
WITH locked_session AS (
    SELECT s.id, s.user_id, s.generation, s.revoked_at IS NULL AND s.expires_at > now() AS is_alive,
           s.rotated_at > now() - make_interval(secs => :grace_s) AS is_in_grace
    FROM sessions AS s
    WHERE s.organization_id = :organization_id AND s.id = :session_id
    FOR NO KEY UPDATE
),
rotated_session AS (
    UPDATE sessions AS s
    SET generation = l.generation + 1, rotated_at = clock_timestamp()
    FROM locked_session AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND l.is_alive
      AND l.generation = :presented_generation
    RETURNING s.id, s.generation
),
kept_token AS (
    INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
    SELECT decode(:successor_hash, 'hex'), :organization_id, r.id, r.generation
    FROM rotated_session AS r
),
ended_session AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'refresh_reused'
    FROM locked_session AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND l.is_alive
      AND l.generation <> :presented_generation
      AND NOT (l.is_in_grace AND l.generation = :presented_generation + 1)
    RETURNING s.id
)
SELECT l.id, l.user_id, l.is_alive, r.id IS NOT NULL AS is_rotated, e.id IS NOT NULL AS is_reused
FROM locked_session AS l
LEFT JOIN rotated_session AS r ON true
LEFT JOIN ended_session AS e ON true;

-- name: end^
-- Ends a session of a user; one that has ended stays as it is.
-- Takes: stamp, session_id, user_id, revoke_reason
-- Returns: the session's id and the event; no row when the user has no such session.
WITH locked_session AS (
    SELECT s.id, s.revoked_at
    FROM sessions AS s
    WHERE s.organization_id = :organization_id AND s.id = :session_id AND s.user_id = :user_id
    FOR NO KEY UPDATE
),
ended_session AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = :revoke_reason
    FROM locked_session AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND l.revoked_at IS NULL
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'session.ended', 'session', s.id, 2,
        jsonb_build_object('reason', s.revoke_reason)
    ) AS event_id
)
SELECT l.id, x.event_id
FROM locked_session AS l
LEFT JOIN ended_session AS x ON true;
