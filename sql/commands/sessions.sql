-- Sessions: logins, the rotation of their refresh tokens, and their end.
-- Pool: primary.
-- Know first: refresh_tokens is a directory without a tenant; tokens arrive as SHA-256 only.

-- name: start^
-- Starts a session of an active user.
-- Takes: stamp, session_id, user_id, seen_password_hash, refresh_hash, expires_at, user_agent, remote_address
-- Locks: user and credentials, FOR SHARE, so that nobody logs in who is disabled or has another password by now.
-- Returns: the refusal, the session and its event.
-- Rules: O8.
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
-- Returns: the refusal, and whose session it is.
-- Rules: O12.
-- Why: within the grace the spent token gets the same successor, for a client whose first answer was lost.
-- Why: a token that comes back later ends its session and is refused for that, so that refusal reads the change.
WITH locked_session AS (
    SELECT s.id, s.user_id, s.generation, s.revoked_at IS NULL AND s.expires_at > now() AS is_alive,
           s.generation = :presented_generation + 1
           AND s.rotated_at > now() - make_interval(secs => :grace_s) AS is_in_grace
    FROM sessions AS s
    WHERE s.organization_id = :organization_id AND s.id = :session_id
    FOR NO KEY UPDATE
),
judged_session AS (
    SELECT CASE
        WHEN l.id IS NULL OR NOT l.is_alive THEN refusal('session_ended', NULL)
    END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN locked_session AS l ON true
),
ended_session AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'refresh_reused'
    FROM judged_session AS g, locked_session AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND g.refusal IS NULL
      AND l.generation <> :presented_generation AND NOT l.is_in_grace
    RETURNING s.id
),
judged_token AS (
    SELECT CASE
        WHEN x.id IS NOT NULL THEN refusal('refresh_reused', NULL)
    END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN ended_session AS x ON true
),
rotated_session AS (
    UPDATE sessions AS s
    SET generation = l.generation + 1, rotated_at = clock_timestamp()
    FROM judged_session AS g, locked_session AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND g.refusal IS NULL
      AND l.generation = :presented_generation
    RETURNING s.id, s.generation
),
kept_token AS (
    INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
    SELECT decode(:successor_hash, 'hex'), :organization_id, r.id, r.generation
    FROM rotated_session AS r
)
SELECT coalesce(g.refusal, t.refusal)::text AS refusal, l.user_id
FROM judged_session AS g
CROSS JOIN judged_token AS t
LEFT JOIN locked_session AS l ON true;

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
